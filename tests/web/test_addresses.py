"""No socket is ever opened to an address that is forbidden, whatever it is called; honest ones are not held up."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.errors import FetchError
from bot.web import Web, addresses

DATA = Path(__file__).parent.parent / "data" / "web"
CASES = json.loads((DATA / "addresses.json").read_text(encoding="utf8"))["cases"]


class FakeNames(AbstractResolver):
    """Answers as a table says; a `sequence` answers the nth question with its nth list."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        answer = self.names.get(host)
        if isinstance(answer, dict):
            sequence = answer["sequence"]
            answer = sequence[min(self.asked.count(host), len(sequence) - 1)]
        self.asked.append(host)
        if not answer:
            raise OSError(None, "no such name")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for address in answer
        ]

    async def close(self) -> None:
        pass


@pytest.fixture
def connects(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that the event loop was asked to connect to; none is connected."""
    seen: list[str] = []

    async def connect(self: Any, sock: socket.socket, address: tuple[Any, ...]) -> None:
        seen.append(address[0])
        raise ConnectionRefusedError(111, "no test connects anywhere")

    monkeypatch.setattr(asyncio.selector_events.BaseSelectorEventLoop, "sock_connect", connect)
    return seen


async def visit(url: str, names: dict[str, Any], **options: Any) -> str:
    """The code of the problem that a visit ends with."""
    async with Web(resolver=FakeNames(names), **options) as web:
        with pytest.raises(FetchError) as caught:
            await web.fetch(url)
    return caught.value.problem.code


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
async def test_each_address_of_the_attack_list_is_answered_right(case: dict[str, Any], connects: list[str]) -> None:
    codes = [await visit(case["url"], case.get("dns", {}))]
    if case["category"] == "dns-rebind":  # the first answer was checked and connected; the second must not be
        async with Web(resolver=FakeNames(case["dns"])) as web:
            for _ in range(3):
                with pytest.raises(FetchError):
                    await web.fetch(case["url"])
        assert set(connects) <= {"93.184.216.34"}
        return
    if case["expect"] == "allow":
        assert connects
        assert codes == ["SW-N06"]
    else:
        assert connects == []
        assert codes[0] in {"SW-N01", "SW-N02", "SW-N03", "SW-N04"}, case["note"]


@pytest.mark.parametrize(
    "url",
    [
        "http://[fe80::1%25eth0]/",
        "http://[2002:7f00:1::]/",
        "http://[64:ff9b:1::1]/",
        "http://[2001::1]/",
        "http://[ff02::1]/",
        "http://[fec0::1]/",
        "http://[::7f00:1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::ffff:0:127.0.0.1]/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.0.0.1./",
        "http://127。0。0。1/",
        "http://①②⑦.⓪.⓪.①/",
        "http://%31%32%37.0.0.1/",
        "http://224.0.0.1/",
        "http://240.0.0.1/",
        "http://192.88.99.1/",
        "http://100.127.255.254/",
    ],
)
async def test_private_addresses_are_blocked_in_every_notation(url: str, connects: list[str]) -> None:
    assert await visit(url, {}) == "SW-N04"
    assert connects == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "http:",
        "http:///path",
        "http://exa mple.org/",
        "http://.example.org/",
        "http://a..b/",
        "http://[::1/",
        "http://[v1.x]/",
        "http://example.org:99999/",
        "http://example.org:0/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://1.2.3.09/",
        "http://x.0xzz/",
        "http://1.99999999/",
        "http://user@name@example.org/",
        "http://127.0.0.1:80@example.org/",
        "http://exa<mple.org/",
        "http://1.2.3.٤/",
    ],
)
async def test_what_is_no_address_is_told_so(url: str, connects: list[str]) -> None:
    assert await visit(url, {"example.org": ["93.184.216.34"]}) in {"SW-N01", "SW-N05"}
    assert connects == []


def test_an_address_is_read_as_browsers_read_it() -> None:
    assert str(addresses.parse(" https://Example.ORG/a b#part ").url) == "https://example.org/a%20b"
    assert str(addresses.parse("feed://example.org/f").url) == "http://example.org/f"
    assert str(addresses.parse("feed:https://example.org/f").url) == "https://example.org/f"
    assert addresses.parse("http://bücher.example/").host == "xn--bcher-kva.example"
    assert str(addresses.parse("http://0x08.8.8.8/x").url) == "http://8.8.8.8/x"
    assert addresses.parse("https://ann:s3cret@example.org/").authorization == "Basic YW5uOnMzY3JldA=="
    assert addresses.parse("https://@example.org/").authorization is None
    assert "s3cret" not in repr(addresses.parse("https://ann:s3cret@example.org/").url)


async def test_a_name_with_one_private_address_is_visited_at_its_public_one_only(connects: list[str]) -> None:
    assert await visit("http://mixed.example/", {"mixed.example": ["10.0.0.1", "93.184.216.34"]})
    assert set(connects) == {"93.184.216.34"}


async def test_the_operator_opens_hosts_by_name_or_address_and_no_others(connects: list[str]) -> None:
    names = {"intranet.example": ["10.0.0.5"], "other.example": ["10.0.0.6"], "alias.example": ["10.0.0.5"]}
    by_name = {"allow_private_hosts": ["Intranet.example", "bücher.example", ""]}
    assert await visit("http://intranet.example:5000/", names, **by_name) == "SW-N06"
    assert await visit("http://bücher.example:81/", {"xn--bcher-kva.example": ["10.0.0.5"]}, **by_name) == "SW-N06"
    assert await visit("http://other.example/", names, **by_name) == "SW-N04"
    assert await visit("http://alias.example/", names, **by_name) == "SW-N04"
    assert connects == ["10.0.0.5", "10.0.0.5"]
    by_address = {"allow_private_hosts": ["10.0.0.6", "[::1]"]}
    assert await visit("http://other.example:5000/", names, **by_address) == "SW-N06"
    assert await visit("http://[::1]:5000/", names, **by_address) == "SW-N06"
    assert await visit("http://[::ffff:10.0.0.6]/", names, **by_address) == "SW-N06"
    assert await visit("http://intranet.example/", names, **by_address) == "SW-N04"
    assert await visit("http://public.example:22/", {"public.example": ["93.184.216.34"]}, **by_address) == "SW-N03"
    assert connects == ["10.0.0.5", "10.0.0.5", "10.0.0.6", "::1", "::ffff:a00:6"]


async def test_with_a_proxy_literals_and_ports_are_still_checked(connects: list[str]) -> None:
    proxy = {"proxy": "http://10.9.9.9:3128"}
    assert await visit("http://127.0.0.1/", {}, **proxy) == "SW-N04"
    assert await visit("http://example.org:22/", {}, **proxy) == "SW-N03"
    assert connects == []
    assert await visit("http://example.org/", {}, **proxy) == "SW-N06"
    assert connects == ["10.9.9.9"]
