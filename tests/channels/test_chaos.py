"""A short slice of the kill loop: real processes, SIGKILL, a sandbox that misbehaves, people in the same channels."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


async def chaos(database: str, *trouble: str) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench", "chaos", *trouble, "--database", database, "--json"),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await process.communicate()
    assert process.returncode == 0, (out.decode(), errors.decode()[-2000:])
    result: dict[str, Any] = json.loads(out)
    return result


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("kills", [6])
async def test_killed_senders_lose_double_and_disorder_nothing(database_url: str, kills: int) -> None:
    result = await chaos(database_url, "--kills", str(kills))
    assert result["kills"] == kills and result["deliveries"] == result["posts"]
    assert [result[name] for name in ("lost", "doubled", "disordered", "unended", "ended")] == [0] * 5


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.postgres
async def test_a_database_that_is_shot_down_and_a_sender_that_is_frozen_cost_nothing(postgres_server: object) -> None:
    """A PostgreSQL server of its own, killed as a power cut would."""
    result = await chaos("postgres", "--crashes", "2", "--freezes", "2")
    assert result["crashes"] == 2 and result["freezes"] == 2 and result["deliveries"] == result["posts"]
    assert [result[name] for name in ("lost", "doubled", "disordered", "unended", "ended")] == [0] * 5


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_six_writers_a_line_killed_where_posts_are_born_and_a_poisoned_article_cost_nothing(
    sqlite_url: str,
) -> None:
    """Chaos list, ch-08, ch-11 and ch-14: real processes, counted from the sandbox's ledger."""
    result = await chaos(sqlite_url, "--writers", "60", "--births", "2", "--poison", "1")
    assert [result[name] for name in ("writes", "births", "poisoned", "left_out")] == [60, 2, 1, 1]
    assert result["tries"] == 3 and result["deliveries"] == result["posts"]
    assert [result[name] for name in ("lost", "doubled", "disordered", "unended", "ended")] == [0] * 5
    assert [result[name] for name in ("locked", "torn")] == [0] * 2
