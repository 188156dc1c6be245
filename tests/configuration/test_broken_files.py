"""Forty broken configuration files: every problem of each in one run, with its line and what to write instead."""

from __future__ import annotations

import pytest

from bot import configuration
from bot.errors import SettingsError

GOOD = '[channels.news]\nchat = "@harbornews"\n'

# name: (text, [(line, code, part of the title or cause, part of the next step)])
BROKEN: dict[str, tuple[str, list[tuple[int, str, str, str]]]] = {
    "quote missing": ('[site]\nname = "Harbor\n', [(2, "SW-C40", "closing quote", 'Put a "')]),
    "value without quotes": ("[site]\ntimezone = Europe/Paris\n", [(2, "SW-C40", "not a value", "stand in quotes")]),
    "header not closed": ('[sources.news\nurl = "x"\n', [(1, "SW-C40", "closing bracket", "End the header with ]")]),
    "list not closed": (
        '[site]\nlanguages = ["fr", "en"\nname = "x"\n', [(3, "SW-C40", "not closed", "commas between")]
    ),
    "no equals sign": ('[site]\nname "Harbor"\n', [(2, "SW-C40", "no setting", "a name, =, and a value")]),
    "key twice": ('[site]\nname = "a"\nname = "b"\n', [(3, "SW-C40", "second time", "Keep one of both")]),
    "table twice": (f"{GOOD}\n{GOOD}", [(4, "SW-C40", "second time", "Keep one of both")]),
    "unknown table": ('[chanels.news]\nchat = "@a_news"\n', [(1, "SW-C41", '"chanels"', '"channels"')]),
    "unknown table without neighbour": ("[qqq]\nx = 1\n", [(1, "SW-C41", '"qqq"', "Remove it; known are site")]),
    "unknown key": (f'{GOOD}quite = "22:30-07:00"\n', [(3, "SW-C41", '"quite"', '"quiet"')]),
    "unknown key of site": ('[site]\ntimezoen = "UTC"\n', [(2, "SW-C41", '"timezoen"', '"timezone"')]),
    "unknown key of defaults": ('[defaults]\nevrey = "10m"\n', [(2, "SW-C41", '"evrey"', '"every"')]),
    "channel without chat": ('[channels.news]\nlanguage = "fr"\n', [(1, "SW-C42", 'no "chat"', "chat = ")]),
    "source without url": (f'{GOOD}[sources.a]\nto = ["news"]\n', [(3, "SW-C42", 'no "url"', "url = ")]),
    "rule without match": (f'{GOOD}[rules.a]\nadd_to = ["news"]\n', [(3, "SW-C42", 'no "match"', "match = ")]),
    "rule that does nothing": (
        f'{GOOD}[rules.a]\nmatch = {{ any = ["tram"] }}\n', [(3, "SW-C42", "does nothing", "drop = true")]
    ),
    "digest without time": (f'{GOOD}[digests.a]\nto = "news"\n', [(3, "SW-C42", "has no time", "07:30 mon-fri")]),
    "list of tables": ('[[sources]]\nurl = "https://a.example/"\n',
        [(1, "SW-C42", "[[sources]] is a list", "[sources.NAME]")]),
    "item instead of table": ('[channels]\nnews = "@a_news"\n',
        [(2, "SW-C42", "a value, not a table", "[channels.news]")]),
    "name with spaces": ('[channels."a b"]\nchat = "@a_news"\n',
        [(1, "SW-C42", "name cannot be used", "letters, digits")]),
    "time zone": ('[site]\ntimezone = "Europe/Pariss"\n', [(2, "SW-C42", "not a time zone", '"Europe/Paris"')]),
    "language": ('[site]\nlanguages = ["french language"]\n', [(2, "SW-C42", "not a language", '"fr"')]),
    "hours": (f'{GOOD}quiet = "23-7"\n', [(3, "SW-C42", "not a span of hours", '"22:30-07:00"')]),
    "hours of a mode": (
        f'{GOOD}quiet = {{ hours = "22:00-07:00", mode = "holt" }}\n', [(3, "SW-C42", '"holt"', '"hold"')]
    ),
    "pace": (f'{GOOD}pace = "3m"\n', [(3, "SW-C42", "not a pace", "gap =")]),
    "pace with an unknown key": (f"{GOOD}pace = {{ per_hours = 8 }}\n", [(3, "SW-C42", '"per_hours"', '"per_hour"')]),
    "pace of nought": (f"{GOOD}pace = {{ per_day = 0 }}\n", [(3, "SW-C42", "0 is not a whole number", "per_day")]),
    "span": ('[defaults]\nevery = "ten minutes"\n', [(2, "SW-C42", "not a span of time", '"10m"')]),
    "flag as text": (f'{GOOD}approve = "yes"\n', [(3, "SW-C42", "neither true nor false", "without quotes")]),
    "choice": (f'{GOOD}actions = "button"\n', [(3, "SW-C42", '"button" is not one of', '"buttons"')]),
    "chat": ('[channels.news]\nchat = "Harbor News!"\n', [(2, "SW-C42", "not a channel", '"@yourchannel"')]),
    "address": (f'{GOOD}[sources.a]\nurl = "harbortimes"\n', [(4, "SW-C42", "not an address", "https://")]),
    "hash": (f'{GOOD}[sources.a]\nurl = "https://a.example/"\nrhash = "x y"\n',
        [(5, "SW-C42", "not the hash", '"1a2b3c4d5e6f70"')]),
    "number too large": (f'{GOOD}[sources.a]\nurl = "https://a.example/"\nbackfill = 500\n',
        [(5, "SW-C42", "500 is not", "backfill")]),
    "no such channel": (
        f'{GOOD}[sources.a]\nurl = "https://a.example/"\nto = ["nwes"]\n', [(5, "SW-C43", '"nwes"', '"news"')]
    ),
    "no such source": (
        f'{GOOD}[rules.a]\nmatch = {{ source = "zzz" }}\nadd_to = ["news"]\n', [(4, "SW-C43", '"zzz"', "[sources.zzz]")]
    ),
    "digest for nobody": (f'{GOOD}[digests.a]\nto = "tech"\nat = "8:00"\n',
        [(4, "SW-C43", '"tech"', "[channels.tech]")]),
    "two channels of one chat": (
        f'{GOOD}[channels.b]\nchat = "@HarborNews"\n', [(4, "SW-C44", "the same as channels.news", "Remove one")]
    ),
    "two sources of one address": (
        f'{GOOD}[sources.a]\nurl = "https://a.example/"\n[sources.b]\nurl = "https://a.example/"\n',
        [(6, "SW-C44", "the same as sources.a", "same_address = true")],
    ),
    "two sources of one address, written otherwise": (
        f'{GOOD}[sources.a]\nurl = "https://a.example/feed"\n[sources.b]\nurl = "http://www.a.example/feed/"\n',
        [(6, "SW-C44", "the same as sources.a", "same_address = true")],
    ),
    "season that ends first": (
        f"{GOOD}[channels.news.seasons.summer]\nfrom = 2027-08-01\nuntil = 2027-07-01\n",
        [(3, "SW-C42", "ends (2027-07-01) before it begins", "seasons")],
    ),
    "condition": (
        f'{GOOD}[rules.a]\nmatch = {{ anny = ["x"] }}\ndrop = true\n', [(4, "SW-C42", '"anny"', '"any"')]
    ),
    "digest's hour": (f'{GOOD}[digests.a]\nto = "news"\nat = "half past nine-ish"\n',
        [(5, "SW-C42", "not a time", "07:30")]),
    "many at once": (
        '[site]\ntimezone = "Moon"\n[channels.news]\nchat = "@harbornews"\nquiet = "23-7"\n'
        '[sources.a]\nurl = "a"\nevrey = "2m"\nto = ["nwes"]\n',
        [
            (2, "SW-C42", "time zone", "Europe/Paris"),
            (5, "SW-C42", "span of hours", "22:30"),
            (7, "SW-C42", "not an address", "https"),
            (8, "SW-C41", '"evrey"', '"every"'),
            (9, "SW-C43", '"nwes"', '"news"'),
        ],
    ),
}  # fmt: skip


def test_there_are_forty_of_them() -> None:
    assert len(BROKEN) >= 40


@pytest.mark.parametrize("name", list(BROKEN))
def test_a_broken_file_tells_every_problem_with_line_and_next_step(name: str) -> None:
    text, expected = BROKEN[name]
    with pytest.raises(SettingsError) as caught:
        configuration.parse(text)
    found = [
        (int((p.where or "").split(":")[1].split()[0]), p.code, f"{p.title} {p.cause}", p.fix)
        for p in caught.value.problems
    ]
    assert [(line, code) for line, code, _, _ in found] == [(line, code) for line, code, _, _ in expected]
    for (_, _, told, fix), (_, _, part, step) in zip(found, expected, strict=True):
        assert part in told
        assert step in fix
    for problem in caught.value.problems:
        assert problem.where is not None and problem.where.startswith("sharewire.toml:")
        assert problem.meanwhile


def test_all_broken_files_in_one_run_lose_none_of_their_problems() -> None:
    """Tables of all files that are TOML at all, put into one file under names of their own."""
    parts, count = [GOOD], 0
    for number, (text, expected) in enumerate(BROKEN.values()):
        if (
            any(code in ("SW-C40", "SW-C44", "SW-C41") for _, code, _, _ in expected)
            or "[[" in text
            or "[site]" in text
        ):
            continue
        if "[defaults]" in text or text.startswith("[channels]"):
            continue
        body = text.removeprefix(GOOD)
        if not body.startswith("["):
            body = f'[channels.c{number}]\nchat = "@channel{number}"\n{body}'
        body = body.replace("[channels.news", f"[channels.c{number}").replace("s.a]", f"s.a{number}]")
        body = body.replace("https://a.example/", f"https://a{number}.example/")
        parts.append(body)
        with pytest.raises(SettingsError) as alone:
            configuration.parse(f"{GOOD}\n{body}")
        count += len(alone.value.problems)
    with pytest.raises(SettingsError) as caught:
        configuration.parse("\n".join(parts))
    assert count > 15
    assert len(caught.value.problems) == count, [str(problem) for problem in caught.value.problems]
