"""3. Write what to say, to whom, when: article ready -> decisions -> posts in the outbox."""
