"""The demo: a small news site of our own, and the script of what happens on it."""
