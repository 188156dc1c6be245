"""Hostile input: every sample address, redirect, body and document answered right, with a spy on the sockets, and what
the worst one cost in memory and CPU.

`--samples FOLDER` holds `addresses.json` and `redirects.json` (or `ssrf_urls.json` and `ssrf_redirects.json`); without
it, those of the tests.  Exit 1 when one is answered wrong, a socket went where it may not, or a limit was broken.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp.abc import AbstractResolver, ResolveResult

from bench._hostile import BODIES, DOCUMENTS

ROOT = Path(__file__).parent.parent
MOST_MB, MOST_CPU = 200, 5.0
_BLOCKED = {"SW-N01", "SW-N02", "SW-N03", "SW-N04"}


def main(argv: Sequence[str]) -> int:
    words = argparse.ArgumentParser(prog="python -m bench hostile")
    words.add_argument("--samples", type=Path, default=ROOT / "tests" / "data" / "web")
    words.add_argument("--json", action="store_true")
    words.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = words.parse_args(argv)
    if asked.serve:
        return serve()
    with server() as port:
        found = asyncio.run(everything(asked.samples, port))
    found["memory_mb"]["us"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(found)) if asked.json else show(found)
    heavy = max(found["memory_mb"].values()) > MOST_MB or found["worst_cpu_s"] > MOST_CPU
    return int(bool(found["wrong"] or found["forbidden_sockets"] or heavy))


def show(found: dict[str, Any]) -> None:
    counts = ", ".join(f"{found[name]} {name}" for name in ("addresses", "redirects", "bodies", "documents"))
    print(f"{counts}: {len(found['wrong'])} answered wrong {found['wrong'] or ''}".rstrip())
    print(f"sockets to a forbidden address: {found['forbidden_sockets'] or 'none'}")
    print(f"memory at most: {found['memory_mb']['us']} MB here, {found['memory_mb']['worker']} MB in the worker")
    print(f"CPU at most: {found['worst_cpu_s']} s ({found['worst']})")


async def everything(samples: Path, port: int) -> dict[str, Any]:
    wrong: list[str] = []
    sockets: list[str] = []
    addresses, redirects = cases(samples, "addresses", "ssrf_urls"), cases(samples, "redirects", "ssrf_redirects")
    with spied(sockets, port):
        for case in addresses:
            wrong += await check_address(case, sockets)
        for case in redirects:
            wrong += await check_redirects(case, sockets, port)
        costs = await check_bodies(wrong, port)
    documents, worker = await check_documents(wrong)
    costs |= documents
    worst = max(costs, key=lambda name: costs[name])
    return {
        "bench": "hostile", "addresses": len(addresses), "redirects": len(redirects), "bodies": len(BODIES),
        "documents": len(DOCUMENTS), "wrong": wrong, "forbidden_sockets": [one for one in sockets if one[0] == "!"],
        "memory_mb": {"worker": worker}, "worst": worst, "worst_cpu_s": round(costs[worst], 2),
    }  # fmt: skip


def cases(folder: Path, *names: str) -> list[dict[str, Any]]:
    path = next(path for name in names if (path := folder / f"{name}.json").exists())
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cases"]
    return found


# ── the spy ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Names(AbstractResolver):
    """Answers as a table says; a `sequence` answers the nth question with its nth list."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names, self.asked = names, list[str]()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        answer = self.names.get(host)
        if isinstance(answer, dict):
            answer = answer["sequence"][min(self.asked.count(host), len(answer["sequence"]) - 1)]
        self.asked.append(host)
        if not answer:
            raise OSError(None, "no such name")
        return [
            ResolveResult(
                hostname=host, host=address, port=port, proto=0, flags=0,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
            )
            for address in answer
        ]  # fmt: skip

    async def close(self) -> None:
        pass


@contextmanager
def spied(sockets: list[str], port: int) -> Iterator[None]:
    """Notes every address that is about to be connected, with "!" before one that is not public; only our own server
    is really connected."""
    from bot.web.addresses import is_forbidden

    loop = asyncio.selector_events.BaseSelectorEventLoop  # type: ignore[attr-defined]
    before = loop.sock_connect

    async def connect(self: Any, sock: socket.socket, address: tuple[Any, ...]) -> None:
        if address[:2] == ("127.0.0.1", port):
            await before(self, sock, address)
            return
        sockets.append(("!" if is_forbidden(ip_address(address[0])) else "") + address[0])
        raise ConnectionRefusedError(111, "nothing here connects anywhere")

    loop.sock_connect = connect
    try:
        yield
    finally:
        loop.sock_connect = before


# ── addresses and redirects ──────────────────────────────────────────────────────────────────────────────────────


async def visit(url: str, names: dict[str, Any], **options: Any) -> str:
    """The code of the problem that a visit ends with; "read" where there is none."""
    from bot.errors import FetchError
    from bot.web import Web

    async with Web(resolver=Names(names), **options) as web:
        try:
            await web.fetch(url)
        except FetchError as error:
            return error.problem.code
    return "read"


async def check_address(case: dict[str, Any], sockets: list[str]) -> list[str]:
    before = len(sockets)
    code = await visit(case["url"], case.get("dns", {}))
    connected = len(sockets) > before
    if case["category"] == "dns-rebind":  # its first answer is public, and may be connected
        return [] if code in {*_BLOCKED, "SW-N06"} else [case["id"]]
    right = code == "SW-N06" and connected if case["expect"] == "allow" else code in _BLOCKED and not connected
    return [] if right else [case["id"]]


async def check_redirects(case: dict[str, Any], sockets: list[str], port: int) -> list[str]:
    """Its public hosts live on this machine; where the chain leads is left as it is."""
    hosts = ("a.example.org", "b.example.org")
    before = len(sockets)

    def here(url: str) -> str:
        for host in hosts:
            url = url.replace(f"https://{host}", f"http://{host}:{port}")
        return url

    chain = {here(url): (status, here(location)) for url, status, location in case["chain"]}
    await asyncio.to_thread(tell, port, chain)
    names = case.get("dns", {}) | {host: ["127.0.0.1"] for host in hosts}
    code = await visit(here(case["chain"][0][0]), names, allow_private_hosts=hosts)
    expected = {"SW-N02", "SW-N04"} if case["expect"] == "block" else {"SW-N23", "read"}
    return [] if code in expected and len(sockets) == before else [case["id"]]


def tell(port: int, chain: dict[str, Any]) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/chain", data=json.dumps(chain).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        answer.read()


# ── bodies and documents ─────────────────────────────────────────────────────────────────────────────────────────


async def check_bodies(wrong: list[str], port: int) -> dict[str, float]:
    costs = {}
    for name, (_, _, expected) in BODIES.items():
        before = time.process_time()
        url = f"http://127.0.0.1:{port}/body/{quote(name)}"
        code = await visit(url, {}, allow_private_hosts=["127.0.0.1"])
        costs[name] = time.process_time() - before
        if code != (expected or "read"):
            wrong.append(f"{name}: {code}")
    return costs


async def check_documents(wrong: list[str]) -> tuple[dict[str, float], int]:
    """CPU seconds of each, here and in the worker, and the worker's most megabytes.  Each is read, or refused by a
    problem; none may show what stands in a file of this machine."""
    from bot.errors import ParseError
    from bot.parsing import Parser
    from bot.sources.reading import run_guarded
    from bot.sources.sniff import read_anything

    costs, most = {}, 0
    async with Parser() as parser:
        for name, make in DOCUMENTS.items():
            data = make()
            before = time.process_time() + await worker_cpu(parser)
            try:
                document = await run_guarded(parser, read_anything, data)
                if "root:" in repr(document):
                    wrong.append(name)
            except ParseError:
                pass
            except Exception as error:
                wrong.append(f"{name}: {type(error).__name__}")
            costs[name] = max(0.0, time.process_time() + await worker_cpu(parser) - before)
            most = max(most, worker_memory(parser))
    return costs, most


def worker_pid(parser: Any) -> int | None:
    process = parser._process
    return process.pid if process is not None and process.returncode is None else None


async def worker_cpu(parser: Any) -> float:
    """Of the worker that lives and of those that were ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    pid = worker_pid(parser)
    ticks = 0
    if pid is not None:
        ticks = sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]))
    return ended.ru_utime + ended.ru_stime + ticks / os.sysconf("SC_CLK_TCK")


def worker_memory(parser: Any) -> int:
    """The most that the living worker has used; of one that was ended, what the system remembers of children."""
    pid = worker_pid(parser)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    if pid is None:
        return ended
    status = Path(f"/proc/{pid}/status").read_text()
    return max(ended, int(status.partition("VmHWM:")[2].split()[0]) // 1024)


# ── the server ───────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def server() -> Iterator[int]:
    """In a process of its own, so that what it sends is not counted as ours."""
    command = [sys.executable, "-m", "bench", "hostile", "--serve"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def serve() -> int:
    from aiohttp import web

    chain: dict[str, tuple[int, str]] = {}

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/chain":
            chain.clear()
            chain.update(await request.json())
            return web.Response(text="ok")
        if request.path.startswith("/body/"):
            make, headers, _ = BODIES[request.path.removeprefix("/body/")]
            return web.Response(body=make(), headers={"Content-Type": "application/rss+xml", **headers})
        status, location = chain.get(str(request.url), (200, ""))
        return web.Response(status=status, headers={"Location": location} if location else {}, text="here")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    listening = socket.create_server(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)
    web.run_app(app, sock=listening, print=None, access_log=None)
    return 0
