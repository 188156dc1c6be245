"""A small Telegram on this machine: the Bot API over HTTP, and a door for people.  Imports nothing else of bot."""
