"""`sharewire sources`: what an operator does with sources, each command with its words and its JSON."""

from __future__ import annotations

import asyncio
import sqlite3
import struct
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from bot.commands.documents import as_typed
from bot.model import Channel
from bot.sources import watch
from bot.store import channels, sources, websub
from bot.store.database import open_database
from bot.web import Web
from tests.commands.conftest import Place, Shell
from tests.sources.conftest import rss

FEED = rss(["a|Trams return to the harbour|09:00", "b|Mayor opens the new library|11:00"])


@pytest.fixture
def connected(sqlite_url: str) -> None:
    """A channel `news`."""

    async def connect() -> None:
        async with open_database(sqlite_url) as db, db.write() as tx:
            channel = Channel(id=0, bot_id=1, name="news", address="@news", chat_id=-1001)
            await channels.put(tx, channel, now=datetime.now(UTC))

    asyncio.run(connect())


def check(url: str, *, hours: int = 0) -> int:
    """One round of watching, some hours from now."""

    async def visit() -> int:
        async with open_database(url) as db, Web(allow_private_hosts=["127.0.0.1"]) as web:
            return await watch.once(db, web, now=datetime.now(UTC) + timedelta(hours=hours), random=Random(1))

    return asyncio.run(visit())


def test_a_source_is_added_listed_shown_changed_paused_resumed_and_removed(
    shell: Shell, place: Place, sqlite_url: str, connected: None
) -> None:
    url = place.says("/feed.xml", FEED)
    added = shell.json("sources", "add", url, "--to", "news", "--rhash", "https://t.me/iv?url=x&rhash=a1b2c3d4e5f6a7")
    assert (added["name"], added["kind"], added["entries"], added["to"]) == ("paper", "feed", 2, ["news"])
    assert added["newest"] == ["Trams return to the harbour", "Mayor opens the new library"]
    assert check(sqlite_url) == 1
    (row,) = shell.json("sources", "list")
    assert (row["name"], row["state"], row["failures"]) == ("paper", "silent", 0)
    assert "usually 12 a day, none for" in row["health"]
    shown = shell.json("sources", "show", "paper")
    assert (shown["to"], shown["rhash"], shown["url"]) == (["news"], "a1b2c3d4e5f6a7", url)
    assert (
        shell("sources", "edit", "paper", "--every", "10m", "--tags", "city, trams", "--rhash", "", "--to", "news") == 0
    )
    assert "every is now 0:10:00" in shell.out and "tags is now city, trams" in shell.out
    assert "posts link to the articles directly" in shell.out
    shown = shell.json("sources", "show", url)
    assert (shown["every"], shown["tags"], shown["rhash"]) == (600, ["city", "trams"], None)
    assert shell("sources", "pause", "paper") == 0
    assert check(sqlite_url, hours=9) == 0
    assert shell.json("sources", "list")[0]["state"] == "paused"
    assert shell("sources", "list") == 0
    assert "→ sharewire sources resume paper" in shell.out
    assert shell("sources", "resume", "paper") == 0
    assert check(sqlite_url, hours=9) == 1
    assert shell("sources", "remove", "paper", "--yes") == 0
    assert "2 articles stay" in shell.out
    assert shell.json("sources", "list") == []
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as store:
        assert store.execute("SELECT count(*) FROM rules").fetchone() == (0,)
        assert store.execute("SELECT count(*) FROM articles").fetchone() == (2,)
        noted = store.execute("SELECT what, who FROM audit ORDER BY id").fetchall()
        names = ("source-added", "source-paused", "source-resumed", "source-removed")
        assert noted == [(name, "command line") for name in names]
    store.close()


def test_a_dry_run_changes_nothing(shell: Shell, place: Place, sqlite_url: str) -> None:
    url = place.says("/feed.xml", FEED)
    assert shell("sources", "add", url, "--dry-run") == 0
    assert shell.out.startswith("Would add paper")
    assert shell.json("sources", "list") == []
    shell("sources", "add", url)
    for words in (["pause"], ["edit", "--every", "60"], ["remove"], ["resume"]):
        assert shell("sources", words[0], "paper", *words[1:], "--dry-run") == 0
        assert shell.out.startswith("Would be done: paper")
    assert shell.json("sources", "show", "paper")["every"] is None


def test_an_address_is_watched_twice_only_on_purpose(shell: Shell, place: Place) -> None:
    url = place.says("/feed.xml", FEED)
    place.says("/feed.xml?utm_source=x", FEED)
    shell("sources", "add", url)
    for address in (url, f"{url}?utm_source=x"):
        assert shell("sources", "add", address) == 2
        assert "You already watch this as paper" in shell.err
    assert shell("sources", "add", url, "--again") == 0
    assert [row["name"] for row in shell.json("sources", "list")] == ["paper", "paper-2"]
    assert shell("config", "export") == 0 and shell.out.count("same_address = true") == 1
    assert shell("sources", "edit", "paper", "--url", url.replace("/feed.xml", "/feed.xml/")) == 2  # paper-2 has it
    other = place.says("/other.xml", FEED)
    assert shell("sources", "edit", "paper-2", "--url", other) == 0
    assert "same_address" not in (shell("config", "export"), shell.out)[1]
    assert shell("sources", "edit", "paper", "--url", f"{url}?utm_source=x") == 0  # only its own: another spelling


def test_a_span_of_time_is_written_as_in_the_file(shell: Shell, place: Place) -> None:
    shell("sources", "add", place.says("/feed.xml", FEED), "--every", "90")
    assert shell.json("sources", "show", "paper")["every"] == 90
    for given, kept in (("10m", 600), ("2h", 7200), ("0", None)):
        assert shell("sources", "edit", "paper", "--every", given) == 0
        assert shell.json("sources", "show", "paper")["every"] == kept
    for wrong in ("abc", "-5", "0.1s", "ten minutes"):
        assert shell("sources", "edit", "paper", f"--every={wrong}") == 2
        assert f'"{wrong}" is not possible for --every' in shell.err and "10m" in shell.err


def test_a_section_whose_feed_is_watched_already_can_be_watched_itself(shell: Shell, place: Place) -> None:
    feed = place.says("/feed.xml", FEED)
    shell("sources", "add", feed)
    link = f'<link rel="alternate" type="application/rss+xml" href="{feed}">'
    rows = "".join(
        f"<h2><a href='/2026/long-story-number-{n}'>A long story about trams, {n}</a></h2>" for n in range(9)
    )
    page = place.says("/city/section", f"<html><head>{link}</head><body><main>{rows}</main></body></html>")
    assert shell("sources", "add", page) == 2
    assert "You already watch this as paper" in shell.err and f"sources add {page} --as page" in shell.err
    assert shell("sources", "add", page, "--as", "page") == 0


def test_a_line_with_a_site_and_no_feed_says_how_to_add_it(shell: Shell, tmp_path: Path) -> None:
    line = '<outline text="Site" htmlUrl="https://site.example/"/>'
    (tmp_path / "list.opml").write_text(f'<opml version="2.0"><body>{line}</body></opml>', encoding="utf8")
    shell("sources", "import", str(tmp_path / "list.opml"))
    assert "names a site and no feed. Try: sharewire sources add https://site.example/" in shell.out


def test_a_moved_source_is_followed_when_a_person_says_so(shell: Shell, place: Place, sqlite_url: str) -> None:
    old = place.says("/old", FEED)
    shell("sources", "add", old)
    assert shell("sources", "move", "paper") == 2
    assert "paper has not moved" in shell.err
    place.says("/old", status=301, Location="/new")
    new = place.says("/new", FEED)
    check(sqlite_url, hours=8)
    (row,) = shell.json("sources", "list")
    assert (row["state"], row["url"], row["moved_to"]) == ("moved", old, new)
    assert row["next_step"] == "sharewire sources move paper"
    assert shell(*row["next_step"].split()[1:]) == 0
    (row,) = shell.json("sources", "list")
    assert (row["url"], row["moved_to"]) == (new, None)
    shell("sources", "add", place.says("/third", FEED))
    place.says("/third", status=301, Location="/new")
    check(sqlite_url, hours=40)
    assert shell("sources", "move", "paper-2") == 2
    assert "sharewire sources remove paper-2" in shell.err and f"--url {new} --again" in shell.err


def test_a_failing_source_says_what_happened_since_when_and_what_to_do(
    shell: Shell, place: Place, sqlite_url: str
) -> None:
    url = place.says("/feed.xml", FEED)
    shell("sources", "add", url)
    place.says("/feed.xml", status=404)
    check(sqlite_url)
    check(sqlite_url, hours=30)
    assert shell("sources", "list") == 0
    assert "failing for" in shell.out and "(2 times)" in shell.out and "sharewire sources show paper" in shell.out
    shell("sources", "show", "paper")
    assert "404" in shell.out or "not there" in shell.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["show", "papre"], "Did you mean paper?"),
        (["pause", "nothing-like-it"], "sharewire sources list"),
        (["edit", "paper", "--rhash", "no hash!"], "instantview.telegram.org"),
        (["edit", "paper", "--media", "film"], "link, copy"),
        (["edit", "paper", "--to", "nowhere"], "sharewire channels add nowhere"),
        (["edit", "paper", "--url", "ftp://x.example/"], "SW-N02"),
        (["add", "http://127.0.0.1:1/", "--as", "video"], "feed, sitemap, page"),
    ],
    ids=lambda value: "-".join(value[:2]) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_told_with_the_next_step(
    shell: Shell, place: Place, words: list[str], told: str
) -> None:
    shell("sources", "add", place.says("/feed.xml", FEED))
    assert shell("sources", *words) != 0
    assert told in shell.err


def test_a_page_may_be_watched_as_one_article(shell: Shell, place: Place, sqlite_url: str) -> None:
    page = "<html><head><title>Live</title></head><body><h1>Ferry times</h1><p>{}</p></body></html>"
    url = place.says("/live", page.format("One ferry"))
    assert shell.json("sources", "add", url, "--as", "single-page")["how"] == "as asked"
    assert check(sqlite_url) == 1
    place.says("/live", page.format("Two ferries"))
    check(sqlite_url, hours=9)
    shown = shell.json("sources", "show", url)
    assert ["kind", "single page"] in shown["lines"]
    assert shown["articles"] == 1


def test_a_page_without_a_feed_shows_its_candidates(shell: Shell, place: Place) -> None:
    items = "".join(
        f"<article><h2><a href='/2026/11/story-number-{n}'>Council decides question {n} of the day</a></h2></article>"
        for n in range(5)
    )
    url = place.says("/", f"<html><head><title>Site</title></head><body><main>{items}</main></body></html>")
    added = shell.json("sources", "add", url)
    assert (added["kind"], added["entries"]) == ("page", 5)
    assert added["newest"][0] == "Council decides question 0 of the day"
    assert added["tried"] > 5


# ── test ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def png(width: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, 200, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


def test_trying_a_source_tells_how_its_links_look_when_shared(shell: Shell, place: Place) -> None:
    url = place.says("/feed.xml", FEED)
    picture = place.says("/p.png", png(200) + bytes(310 * 1024))
    place.says(
        "/Mayor-opens-the-new-library",
        f"<html><head><meta property='og:title' content='Library'><meta property='og:image' content='{picture}'>"
        "<meta name='author' content='Jane Roe'></head><body><h1>Library</h1></body></html>",
    )
    found = shell.json("sources", "test", url)
    assert (found["article"]["title"], found["article"]["authors"]) == ("Library", ["Jane Roe"])
    card = found["card"]
    assert (found["kind"], len(found["entries"])) == ("feed", 2)
    assert (card["title"], card["image_width"], card["image_bytes"] // 1024) == ("Library", 200, 310)
    assert len(card["problems"]) == 4  # no description, no https, small, heavy
    place.answers.pop("/Mayor-opens-the-new-library")
    found = shell.json("sources", "test", url)
    assert found["card"] is None and found["article"] is None
    place.says("/Mayor-opens-the-new-library", "<p></p>")  # nothing that could be an article
    assert shell.json("sources", "test", url)["article"] is None
    assert "Its newest link" in found["problems"][-1]


def test_people_see_lines_where_scripts_get_json(
    shell: Shell, place: Place, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = place.says("/p.png", png(640))
    look = f"<meta property='og:title' content='Library'><meta property='og:image' content='{picture}'>"
    place.says("/Mayor-opens-the-new-library", f"<html><head>{look}</head><body></body></html>")
    hub = "<link xmlns='http://www.w3.org/2005/Atom' rel='hub' href='https://hub.example/'/>"
    topic = "<link xmlns='http://www.w3.org/2005/Atom' rel='self' href='https://p.example/f'/>"
    items = ["a|Trams return to the harbour|09:00", "b|Mayor opens the new library|11:00"]
    url = place.says("/feed.xml", rss(items, more=hub + topic))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert shell("sources", "test", url) == 0
    assert shell.out.startswith("Paper  feed, rss20, 2 entries\n")
    assert "When shared: Library\n  (no description)\n  picture 640 pixels wide" in shell.out
    assert "! The preview picture is not served over https." in shell.out
    assert "Read as an article: Library\n  by (no name), (no date)\n" in shell.out
    assert shell("sources", "list") == 0
    assert "There is no source yet" in shell.out
    shell("sources", "add", url)
    assert "Newest: “Trams return to the harbour” · “Mayor opens the new library”" in shell.out
    assert "No channel gets its articles yet" in shell.out
    check(sqlite_url)
    assert shell("sources", "show", "paper") == 0
    assert "hub        https://hub.example/ (not asked: set BOT_PUBLIC_URL, then it pushes)" in shell.out
    assert "goes to    no channel" in shell.out
    assert shell("sources", "remove", "paper", given="n\n") == 2  # nobody can be asked where there is no terminal
    assert "Nothing was changed." in shell.err
    assert shell("sources", "edit", "paper") == 0
    assert "paper: nothing to change." in shell.out
    other = place.says("/other.xml", FEED)
    assert shell.json("sources", "edit", "paper", "--url", other)["changed"] == [f"address is now {other}"]


def test_a_file_is_tried_without_the_network(shell: Shell, place: Place, tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(FEED)
    assert "card" not in shell.json("sources", "test", str(path))
    assert place.asked == []


# ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────────


def opml(*lines: str) -> str:
    return f"<?xml version='1.0'?>\n<opml version='2.0'><body>\n{chr(10).join(lines)}\n</body></opml>"


def outline(url: str, title: str) -> str:
    return f"<outline type='rss' text='{title}' xmlUrl='{url}'/>"


def test_a_list_is_imported_line_by_line_and_nothing_is_lost(
    shell: Shell, place: Place, tmp_path: Path, connected: None
) -> None:
    good, other = place.says("/a", FEED), place.says("/b", FEED)
    place.says("/site", f"<html><head><link rel=alternate type=application/rss+xml href={other}></head></html>")
    path = tmp_path / "feeds.opml"
    path.write_text(
        opml(
            f"<outline text='City'>{outline(good, 'Harbor Times')}</outline>",
            outline(good, "Harbor again"),
            outline(place.url + "/site", "Valley"),
            outline(place.url + "/gone", "Gone"),
            outline("ftp://x.example/", "Odd"),
            "<outline text='Nothing'/>",
        )
    )
    dry = shell.json("sources", "import", str(path), "--dry-run")
    assert shell.json("sources", "list") == []
    found = shell.json("sources", "import", str(path), "--to", "news")
    assert {key: dry[key] for key in ("total", "added", "refused")} == {
        key: found[key] for key in ("total", "added", "refused")
    }
    assert [(row["number"], row["line"], row["result"], row["name"]) for row in found["lines"]] == [
        (1, 3, "added", "harbor-times"),
        (2, 4, "refused", None),
        (3, 5, "added", "valley"),
        (4, 6, "added-unanswered", "gone"),
        (5, 7, "refused", None),
        (6, 8, "refused", None),
    ]
    rows = {row["name"]: row for row in shell.json("sources", "list")}
    assert rows["valley"]["url"] == other
    shown = shell.json("sources", "show", "harbor-times")
    assert (shown["tags"], shown["to"]) == (["City"], ["news"])
    assert shell("sources", "import", str(path)) == 1  # some lines are refused still
    assert "[6/6]" in shell.out and "watched already as harbor-times" in shell.out
    assert shell.out.splitlines()[-1] == "6 lines: 0 added, 3 watched already, 3 refused."


def test_what_is_exported_is_imported_again(shell: Shell, place: Place, tmp_path: Path, sqlite_url: str) -> None:
    shell("sources", "add", place.says("/feed.xml", FEED))
    shell("sources", "add", place.says("/list.xml", "<urlset><url><loc>https://a.example/x</loc></url></urlset>"))
    path = tmp_path / "out.opml"
    assert shell("sources", "export", "--output", str(path)) == 0
    assert "Wrote 2 sources" in shell.out
    shell("sources", "export")
    assert shell.out.count("<outline ") == 2
    before = shell.json("sources", "export")
    for row in before:
        shell("sources", "remove", row["name"], "--yes")
    assert shell("sources", "import", str(path), "--no-look") == 0
    after = shell.json("sources", "export")
    assert [(row["url"], row["kind"]) for row in after] == [(row["url"], row["kind"]) for row in before]
    assert len(place.asked) == 2 + 2  # only by `add`: looked for, then read


@pytest.mark.parametrize("text", ["", "not a list", "<rss/>"])
def test_a_file_that_is_no_list_is_told(shell: Shell, text: str) -> None:
    assert shell("sources", "import", "-", given=text) == 1
    assert "This is not a list of sources" in shell.err
    assert shell("sources", "import", "-", given=opml()) == 0
    assert "names no source" in shell.out


def test_where_nothing_can_be_watched_what_was_tried_is_told(shell: Shell, place: Place) -> None:
    place.says("/", "<p>Welcome", Content_Type="text/html")
    assert shell("discover", place.url) == 1
    assert "There is nothing at this address (404)." in shell.out
    assert f"{place.url}/?feed=rss2  {place.url}/atom.xml  {place.url}/blog/feed/  and " in shell.out
    assert "There is nothing to watch here. (SW-S31)" in shell.err
    assert shell("discover", place.url, "--json") == 1
    assert shell.out == "[]\n"
    assert shell("discover", "no-such-host.invalid/news") != 0
    assert "https://no-such-host.invalid/news" in shell.err


def test_an_address_may_be_typed_without_its_beginning_and_a_file_stays_a_file(tmp_path: Path) -> None:
    assert as_typed("news.example") == "https://news.example"
    assert as_typed("news.example:8080/a.html?x=1") == "https://news.example:8080/a.html?x=1"
    assert as_typed("http://news.example") == "http://news.example"
    kept = ("page.html", "feeds/page.xml", "-", "page", "notes.2024", "news.jsonl")
    assert [as_typed(name) for name in kept] == list(kept)
    (tmp_path / "news.example").write_text("a file")
    assert as_typed(str(tmp_path / "news.example")) == str(tmp_path / "news.example")


def test_show_says_why_a_hub_does_not_push(shell: Shell, place: Place, sqlite_url: str) -> None:
    hub = "<link xmlns='http://www.w3.org/2005/Atom' rel='hub' href='https://hub.example/'/>"
    topic = "<link xmlns='http://www.w3.org/2005/Atom' rel='self' href='https://p.example/f'/>"
    shell("sources", "add", place.says("/feed.xml", rss(["a|Trams return|09:00"], more=hub + topic)))
    assert "The article already there will not be posted." in shell.out
    check(sqlite_url)
    now = datetime.now(UTC)

    async def change(state: str) -> None:
        async with open_database(sqlite_url) as db, db.write() as tx:
            source = await sources.named(tx, "paper")
            assert source is not None
            await websub.ask(tx, source, token="t", secret="s", now=now - timedelta(hours=2))
            if state == "refused":
                await websub.refused(tx, source.id)
            elif state == "ended":
                await websub.verified(tx, source.id, expires_at=now - timedelta(minutes=1))

    for state, words in (
        ("asked", "it has not answered"),
        ("refused", "it refused"),
        ("ended", "its lease has ended"),
    ):
        asyncio.run(change(state))
        assert shell("sources", "show", "paper") == 0
        assert (
            f"https://hub.example/ does not push ({'' if state == 'ended' else 'asked 2 hours ago, '}{words}"
            in shell.out
        )
