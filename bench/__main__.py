"""`python -m bench NAME [--json]` runs `bench.NAME.main(as_json)`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def names() -> list[str]:
    folder = Path(__file__).parent
    return sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))


def main() -> int:
    arguments = [argument for argument in sys.argv[1:] if argument != "--json"]
    if len(arguments) != 1 or arguments[0] not in names():
        print(f"usage: python -m bench NAME [--json]    NAME is one of: {', '.join(names())}", file=sys.stderr)
        return 2
    module = importlib.import_module(f"bench.{arguments[0]}")
    return int(module.main(as_json="--json" in sys.argv) or 0)


if __name__ == "__main__":
    sys.exit(main())
