"""4. Say it, once: post due -> intent written -> call -> outcome written."""
