"""The owner: claims the bot, adds channels and people, and hears of troubles."""
