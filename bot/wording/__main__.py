"""`python -m bot.wording` writes the catalogs anew after texts have changed; `python -m bot.wording LANGUAGE…` starts
catalogs of further languages; see docs/translating.md."""

from __future__ import annotations

import sys

from bot.wording import extraction
from bot.wording.catalogs import FALLBACK, spoken


def main(arguments: list[str]) -> int:
    tags = [tag for tag in (*spoken(), *arguments) if tag != FALLBACK]
    lacking = extraction.update(tuple(dict.fromkeys(tags)))
    sys.stdout.write("\n".join([*lacking, ""]) if lacking else "Every text is translated.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
