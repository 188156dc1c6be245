"""sharewire.toml: what is decided, in a file that can be shared.  Read and checked as a whole, then applied as a whole.

Every item has one owner: the file or the chat.  The program never writes the file.
"""

from bot.configuration.applying import Change, apply, plan
from bot.configuration.reading import Configuration, find, parse, read

__all__ = ["Change", "Configuration", "apply", "find", "parse", "plan", "read"]
