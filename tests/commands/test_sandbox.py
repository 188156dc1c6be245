"""`sharewire sandbox` as somebody meets it who has written no world file."""

from __future__ import annotations

import asyncio
import re
import sys

import aiohttp


async def test_the_sandbox_starts_with_a_small_world_and_the_call_that_it_suggests_works() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "sandbox", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            lines = [(await process.stdout.readline()).decode() for _ in range(6)]
        told = "".join(lines)
        call = re.search(r"curl -d chat_id=(\S+) -d text=(\S+) (\S+)", told)
        assert call and "--world" in told and lines[-1] == "Stop with Ctrl-C.\n"
        async with (
            aiohttp.ClientSession() as session,
            session.post(call[3], data={"chat_id": call[1], "text": call[2]}) as answer,
        ):
            assert (await answer.json())["result"]["text"] == "Hello"
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 20) == 0
    finally:
        if process.returncode is None:
            process.kill()
