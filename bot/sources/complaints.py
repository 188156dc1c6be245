"""What can be wrong with what a source sent, each in its own sentence."""

from __future__ import annotations

from bot.errors import Problem

_DISCOVER = "Run `sharewire discover` with this address to find the site's feeds."

# by code: title, cause and fix
_WORDS: dict[str, tuple[str, str, str]] = {
    "SW-S01": (
        "This is a web page, not a feed.",
        "The address answers with HTML.",
        _DISCOVER,
    ),
    "SW-S02": (
        "This address shows a login page instead of a feed.",
        "The site wants visitors to sign in first.",
        "Follow a feed of the site that is public.",
    ),
    "SW-S03": (
        "The answer was empty.",
        "The site sent no text at all.",
        "Nothing to do: it is tried again later, at growing intervals.",
    ),
    "SW-S04": (
        "This is neither a feed nor a sitemap.",
        "Its first bytes are not those of XML or JSON.",
        _DISCOVER,
    ),
    "SW-S05": (
        "This XML is not a feed.",
        "Its outermost element is “{detail}”.",
        _DISCOVER,
    ),
    "SW-S06": (
        "The feed is too broken to be read.",
        "No element of it could be made out.",
        "Tell the site's owner; a feed validator shows the place.",
    ),
    "SW-S07": (
        "This JSON is not a feed.",
        "It has no list of items.",
        _DISCOVER,
    ),
    "SW-S08": (
        "The JSON of this feed is broken.",
        "It stops being JSON somewhere.",
        "Tell the site's owner; it is tried again later.",
    ),
    "SW-S09": (
        "The site checks that a person is visiting instead of showing its feed.",
        "A protection page came in the feed's place.",
        "Ask the site's owner to let the feed's address through.",
    ),
    "SW-S10": (
        "This is not a sitemap.",
        "It is written in another format.",
        _DISCOVER,
    ),
    "SW-S11": (
        "No list of articles was found on this page.",
        "Its links show no pattern.",
        "Paste a section page of the site, such as its news overview.",
    ),
    "SW-S12": (
        "This is not a list of sources.",
        "An OPML file was expected.",
        "Export the list as OPML in your reader, then import that file.",
    ),
    "SW-S13": (
        "This source could not be checked.",
        "Something in its answer was not foreseen.",
        "Please report the address; the log has the details.",
    ),
    "SW-S14": (
        "The source was paused.",
        "Reading it took too much time or memory three times.",
        "Run `sharewire sources resume {detail}` when its owner has mended it.",
    ),
}


def codes() -> dict[str, tuple[str, str, str]]:
    """Every complaint of this room: code → (title, cause, fix), for docs/errors.md."""
    return dict(_WORDS)


def complaint(code: str, where: str | None = None, *, detail: str = "") -> Problem:
    title, cause, fix = (words.format(detail=detail) for words in _WORDS[code])
    return Problem(code=code, title=title, cause=cause, fix=fix, where=where)


def other_json(where: str | None) -> Problem:
    return complaint("SW-S07", where)


def broken_json(where: str | None = None) -> Problem:
    return complaint("SW-S08", where)
