"""Redirects: each hop is checked like a first address, secrets stay at home, circles end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web as server
from aiohttp.test_utils import TestServer

from bot.errors import FetchError
from bot.web import Web
from tests.web.conftest import Site

CASES = json.loads((Path(__file__).parent.parent / "data" / "web" / "redirects.json").read_text(encoding="utf8"))[
    "cases"
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
async def test_each_chain_of_the_attack_list_is_answered_right(case: dict[str, Any], site: Site, web: Web) -> None:
    """The chain's public hosts live on this machine; where it leads is left as it is."""
    own = ("https://a.example.org", "https://b.example.org")

    def here(url: str) -> str:
        for host in own:
            url = url.replace(host, site.at("/" + host[8]))
        return url

    for url, status, location in case["chain"]:
        site.says(here(url).removeprefix(site.at("")), status=status, Location=here(location))
    with pytest.raises(FetchError) as caught:
        await web.fetch(here(case["chain"][0][0]))
    expected = {"SW-N02", "SW-N04"} if case["expect"] == "block" else {"SW-N23"}
    assert caught.value.problem.code in expected
    assert len(site.seen) == (len(case["chain"]) if case["expect"] == "block" else 11)


async def test_ten_redirects_are_followed_and_relative_ones_understood(site: Site, web: Web) -> None:
    for hop in range(10):
        site.says(f"/{hop}", status=302, Location=f"{hop + 1}?q=ä b")
    site.says("/10", b"here")
    page = await web.fetch(site.at("/0"))
    assert page.body == b"here"
    assert page.final_url.startswith(site.at("/10"))
    assert page.url == site.at("/0")


async def test_an_unbroken_run_of_permanent_redirects_tells_the_new_address(site: Site, web: Web) -> None:
    site.says("/old", status=301, Location="/new")
    site.says("/new", status=308, Location="/newer")
    site.says("/newer", status=302, Location="/today")
    site.says("/today", status=301, Location="/final")
    site.says("/final", b"x")
    assert (await web.fetch(site.at("/old"))).permanent_url == site.at("/newer")
    assert (await web.fetch(site.at("/newer"))).permanent_url is None


async def test_a_redirect_that_names_no_place_or_a_mangled_one_is_told(site: Site, web: Web) -> None:
    for path, location, code in [("/a", "", "SW-N24"), ("/b", "http://[", "SW-N01"), ("/c", "//[x", "SW-N01")]:
        site.says(path, status=302, Location=location)
        with pytest.raises(FetchError) as caught:
            await web.fetch(site.at(path))
        assert caught.value.problem.code == code


async def test_secrets_go_to_their_own_origin_only(site: Site, web: Web) -> None:
    other = Site()
    app = server.Application()
    app.router.add_route("*", "/{path:.*}", other.handle)
    other.server = TestServer(app)
    await other.server.start_server()
    try:
        site.says("/feed", status=302, Location="/inner", Set_Cookie="consent=yes; Path=/")
        site.says("/inner", status=302, Location=other.says("/away", status=302, Location=site.says("/back", b"x")))
        url = site.at("/feed").replace("://", "://ann:secret@")
        await web.fetch(url, headers={"X-Key": "k"})
        first, inner, back = site.seen
        (away,) = other.seen
        for request in (first, inner, back):
            assert request.headers["Authorization"].startswith("Basic ")
            assert request.headers["X-Key"] == "k"
        assert {"Authorization", "X-Key", "Cookie"}.isdisjoint(away.headers)
        assert inner.headers["Cookie"] == "consent=yes"
        assert "Cookie" not in back.headers
    finally:
        await other.server.close()


async def test_a_post_follows_no_redirect(site: Site, web: Web) -> None:
    site.says("/hub", status=307, Location="/elsewhere")
    with pytest.raises(FetchError) as caught:
        await web.post(site.at("/hub"), form={"hub.mode": "subscribe"})
    assert caught.value.problem.code == "SW-N20"
    assert [r.path for r in site.seen] == ["/hub"]
