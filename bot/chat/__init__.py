"""People talk to the bot: stateless handlers that parse, make one call of the store, and answer."""
