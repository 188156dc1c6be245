"""`python -m bench NAME [options] [--json]` runs `bench.NAME.main`.

A bench whose `main` takes `argv` gets the options after its name; the others only know `--json`."""

from __future__ import annotations

import importlib
import inspect
import sys
from pathlib import Path


def names() -> list[str]:
    folder = Path(__file__).parent
    return sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))


def main() -> int:
    name, options = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("", [])
    if name not in names():
        print(f"usage: python -m bench NAME [--json]    NAME is one of: {', '.join(names())}", file=sys.stderr)
        return 2
    run = importlib.import_module(f"bench.{name}").main
    if "argv" in inspect.signature(run).parameters:
        return int(run(argv=options) or 0)
    if [option for option in options if option != "--json"]:
        print(f"usage: python -m bench {name} [--json]", file=sys.stderr)
        return 2
    return int(run(as_json="--json" in options) or 0)


if __name__ == "__main__":
    sys.exit(main())
