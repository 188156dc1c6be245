"""`python -m bot` and `sharewire`: run a command, tell problems in words, leave with the documented exit code.

Only the standard library is imported up here, so that a missing dependency gets a sentence instead of a traceback.
"""

from __future__ import annotations

import sys

_INSTALL = "python3 -m venv .venv && .venv/bin/pip install -q -e ."


def main() -> int:
    try:
        from bot.commands.running import run_command
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] == "bot":
            raise
        print(f"The package {error.name} is not installed.\nInstall everything with: {_INSTALL}", file=sys.stderr)
        return 2
    return run_command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
