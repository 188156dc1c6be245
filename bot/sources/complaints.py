"""What can be wrong with what a source sent, each in its own sentence."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import Problem, phrase

# `{detail}` is filled in by `complaint`
_PROBLEMS: dict[str, Problem] = {
    problem.code: problem
    for problem in (
        Problem(
            code="SW-S01",
            title=phrase("This is a web page, not a feed."),
            cause=phrase("The address answers with HTML."),
            fix=phrase("Run `sharewire discover` with this address to find the site's feeds."),
        ),
        Problem(
            code="SW-S02",
            title=phrase("This address shows a login page instead of a feed."),
            cause=phrase("The site wants visitors to sign in first."),
            fix=phrase("Follow a feed of the site that is public."),
        ),
        Problem(
            code="SW-S03",
            title=phrase("The answer was empty."),
            cause=phrase("The site sent no text at all."),
            fix=phrase("Nothing to do: it is tried again later, at growing intervals."),
        ),
        Problem(
            code="SW-S04",
            title=phrase("This is neither a feed nor a sitemap."),
            cause=phrase("Its first bytes are not those of XML or JSON."),
            fix=phrase("Run `sharewire discover` with this address to find the site's feeds."),
        ),
        Problem(
            code="SW-S05",
            title=phrase("This XML is not a feed."),
            cause=phrase("Its outermost element is “{detail}”."),
            fix=phrase("Run `sharewire discover` with this address to find the site's feeds."),
        ),
        Problem(
            code="SW-S06",
            title=phrase("The feed is too broken to be read."),
            cause=phrase("No element of it could be made out."),
            fix=phrase("Tell the site's owner; a feed validator shows the place."),
        ),
        Problem(
            code="SW-S07",
            title=phrase("This JSON is not a feed."),
            cause=phrase("It has no list of items."),
            fix=phrase("Run `sharewire discover` with this address to find the site's feeds."),
        ),
        Problem(
            code="SW-S08",
            title=phrase("The JSON of this feed is broken."),
            cause=phrase("It stops being JSON somewhere."),
            fix=phrase("Tell the site's owner; it is tried again later."),
        ),
        Problem(
            code="SW-S09",
            title=phrase("The site checks that a person is visiting instead of showing its feed."),
            cause=phrase("A protection page came in the feed's place."),
            fix=phrase("Ask the site's owner to let the feed's address through."),
        ),
        Problem(
            code="SW-S10",
            title=phrase("This is not a sitemap."),
            cause=phrase("It is written in another format."),
            fix=phrase("Run `sharewire discover` with this address to find the site's feeds."),
        ),
        Problem(
            code="SW-S11",
            title=phrase("No list of articles was found on this page."),
            cause=phrase("Its links show no pattern."),
            fix=phrase("Paste a section page of the site, such as its news overview."),
        ),
        Problem(
            code="SW-S12",
            title=phrase("This is not a list of sources."),
            cause=phrase("An OPML file was expected."),
            fix=phrase("Export the list as OPML in your reader, then import that file."),
        ),
        Problem(
            code="SW-S13",
            title=phrase("This source could not be checked."),
            cause=phrase("Something in its answer was not foreseen."),
            fix=phrase("Please report the address; the log has the details."),
        ),
        Problem(
            code="SW-S14",
            title=phrase("The source was paused."),
            cause=phrase("Reading it took too much time or memory three times."),
            fix=phrase("Run `sharewire sources resume {detail}` when its owner has mended it."),
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
        title=phrase(problem.title, detail=detail),
        cause=phrase(problem.cause, detail=detail),
        fix=phrase(problem.fix, detail=detail),
        where=where,
        meanwhile=problem.meanwhile or phrase("Everything else goes on."),
    )


def other_json(where: str | None) -> Problem:
    return complaint("SW-S07", where)


def broken_json(where: str | None = None) -> Problem:
    return complaint("SW-S08", where)
