"""What can be wrong with what a source sent, each in its own sentence."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import Problem

# `{detail}` is filled in by `complaint`
_PROBLEMS: dict[str, Problem] = {
    problem.code: problem
    for problem in (
        Problem(
            code="SW-S01",
            title="This is a web page, not a feed.",
            cause="The address answers with HTML.",
            fix="Run `sharewire discover` with this address to find the site's feeds.",
        ),
        Problem(
            code="SW-S02",
            title="This address shows a login page instead of a feed.",
            cause="The site wants visitors to sign in first.",
            fix="Follow a feed of the site that is public.",
        ),
        Problem(
            code="SW-S03",
            title="The answer was empty.",
            cause="The site sent no text at all.",
            fix="Nothing to do: it is tried again later, at growing intervals.",
        ),
        Problem(
            code="SW-S04",
            title="This is neither a feed nor a sitemap.",
            cause="Its first bytes are not those of XML or JSON.",
            fix="Run `sharewire discover` with this address to find the site's feeds.",
        ),
        Problem(
            code="SW-S05",
            title="This XML is not a feed.",
            cause="Its outermost element is “{detail}”.",
            fix="Run `sharewire discover` with this address to find the site's feeds.",
        ),
        Problem(
            code="SW-S06",
            title="The feed is too broken to be read.",
            cause="No element of it could be made out.",
            fix="Tell the site's owner; a feed validator shows the place.",
        ),
        Problem(
            code="SW-S07",
            title="This JSON is not a feed.",
            cause="It has no list of items.",
            fix="Run `sharewire discover` with this address to find the site's feeds.",
        ),
        Problem(
            code="SW-S08",
            title="The JSON of this feed is broken.",
            cause="It stops being JSON somewhere.",
            fix="Tell the site's owner; it is tried again later.",
        ),
        Problem(
            code="SW-S09",
            title="The site checks that a person is visiting instead of showing its feed.",
            cause="A protection page came in the feed's place.",
            fix="Ask the site's owner to let the feed's address through.",
        ),
        Problem(
            code="SW-S10",
            title="This is not a sitemap.",
            cause="It is written in another format.",
            fix="Run `sharewire discover` with this address to find the site's feeds.",
        ),
        Problem(
            code="SW-S11",
            title="No list of articles was found on this page.",
            cause="Its links show no pattern.",
            fix="Paste a section page of the site, such as its news overview.",
        ),
        Problem(
            code="SW-S12",
            title="This is not a list of sources.",
            cause="An OPML file was expected.",
            fix="Export the list as OPML in your reader, then import that file.",
        ),
        Problem(
            code="SW-S13",
            title="This source could not be checked.",
            cause="Something in its answer was not foreseen.",
            fix="Please report the address; the log has the details.",
        ),
        Problem(
            code="SW-S14",
            title="The source was paused.",
            cause="Reading it took too much time or memory three times.",
            fix="Run `sharewire sources resume {detail}` when its owner has mended it.",
        ),
    )
}


def codes() -> dict[str, Problem]:
    """Every complaint of this room, with fields in braces."""
    return dict(_PROBLEMS)


def complaint(code: str, where: str | None = None, *, detail: str = "") -> Problem:
    problem = _PROBLEMS[code]
    return replace(
        problem,
        title=problem.title.format(detail=detail),
        cause=problem.cause.format(detail=detail),
        fix=problem.fix.format(detail=detail),
        where=where,
        meanwhile=problem.meanwhile or "Everything else goes on.",
    )


def other_json(where: str | None) -> Problem:
    return complaint("SW-S07", where)


def broken_json(where: str | None = None) -> Problem:
    return complaint("SW-S08", where)
