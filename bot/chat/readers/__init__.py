"""Readers ask, follow and save: what the bot does for everybody."""
