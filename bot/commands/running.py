"""Run one command: errors become sentences (or JSON), and every end has its exit code.

0 done, 1 problem found, 2 usage or configuration, 3 cannot reach Telegram, 4 not allowed, 5 another instance holds the
lock, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from bot.commands.problems import tell
from bot.errors import SharewireError

INTERRUPTED = 130


def run_command(arguments: Sequence[str]) -> int:
    import typer

    from bot.cli import build

    as_json = "--json" in arguments or "--jsonl" in arguments
    try:
        result = typer.main.get_command(build()).main(list(arguments), prog_name="sharewire", standalone_mode=False)
    except SharewireError as error:
        tell(error, as_json=as_json)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except (EOFError, typer.Abort):  # no answer to a question: its input ended, or Ctrl-C
        print("\nStopped: the question was not answered.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output went away (`| head`): not our failure
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _tell_usage(error)
    return result if isinstance(result, int) else 0


def _tell_usage(error: Exception) -> int:
    """Errors of the command line itself have a message and an exit code of their own; anything else is a bug and
    keeps its traceback."""
    show = getattr(error, "show", None)
    code = getattr(error, "exit_code", None)
    if show is None and code is None:
        raise error
    if show is not None:
        show()
    return int(code) if code is not None else 2
