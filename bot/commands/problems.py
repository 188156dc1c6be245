"""Problems as people and scripts read them."""

from __future__ import annotations

import json
import sys

from bot.errors import Problem, SettingsError, SharewireError


def tell(error: SharewireError, *, as_json: bool = False) -> None:
    """Print every problem of the error: to standard error for people, one JSON object for machines."""
    problems = error.problems if isinstance(error, SettingsError) else [error.problem]
    if as_json:
        print(json.dumps({"error": problems[0].as_json(), "problems": [p.as_json() for p in problems]}))
        return
    for problem in problems:
        print(describe(problem), file=sys.stderr)


def describe(problem: Problem) -> str:
    """At most five lines: what happened, one cause, the next step."""
    where = f"  Where: {problem.where}\n" if problem.where else ""
    after = f"  Meanwhile: {problem.meanwhile}\n" if problem.meanwhile else ""
    return (
        f"✗ {problem.title} ({problem.code})\n  Cause: {problem.cause}\n  Next:  {problem.fix}\n{where}{after}".rstrip()
    )
