"""What can go wrong on the way to an address, each in its own sentence: what happened, one cause, the next step."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from bot.errors import FetchError, Phrase, Problem, phrase

# fields in braces are filled in by `failure`
_PROBLEMS: dict[str, Problem] = {
    problem.code: problem
    for problem in (
        Problem(
            code="SW-N01",
            title=phrase("This is not an address that can be visited."),
            cause=phrase("{detail}"),
            fix=phrase("Paste a whole address such as https://example.org/news."),
        ),
        Problem(
            code="SW-N02",
            title=phrase("Only http and https addresses can be visited."),
            cause=phrase("This one starts with “{detail}”."),
            fix=phrase("Paste the page's https address."),
        ),
        Problem(
            code="SW-N03",
            title=phrase("The address names port {detail}, which is not a port of web sites."),
            cause=phrase("Only ports 80, 443 and 8000 to 8999 are visited."),
            fix=phrase("Add the host to BOT_ALLOW_PRIVATE_HOSTS if it is yours."),
        ),
        Problem(
            code="SW-N04",
            title=phrase("{host} leads to a private address, so it was not visited."),
            cause=phrase("Addresses inside a network are closed to sources, since anybody could name them."),
            fix=phrase("Add the host to BOT_ALLOW_PRIVATE_HOSTS if it is yours."),
        ),
        Problem(
            code="SW-N05",
            title=phrase("There is no site called {host}."),
            cause=phrase("Its name could not be looked up."),
            fix=phrase("Check the spelling of the address."),
        ),
        Problem(
            code="SW-N06",
            title=phrase("{host} refused the connection."),
            cause=phrase("No web server answers at this address and port."),
            fix=phrase("Nothing to do: it is tried again later, at growing intervals."),
        ),
        Problem(
            code="SW-N07",
            title=phrase("{host} could not be reached."),
            cause=phrase("The network gave up: {detail}."),
            fix=phrase("Nothing to do: it is tried again later, at growing intervals."),
        ),
        Problem(
            code="SW-N08",
            title=phrase("{host} did not take the connection in time."),
            cause=phrase("The site is overloaded."),
            fix=phrase("Nothing to do: it is tried again later, at growing intervals."),
        ),
        Problem(
            code="SW-N09",
            title=phrase("{host} took too long to answer."),
            cause=phrase("It sent nothing more for {detail}."),
            fix=phrase("Nothing to do: it is tried again later, at growing intervals."),
        ),
        Problem(
            code="SW-N10",
            title=phrase("The certificate of {host} has expired."),
            cause=phrase("The site's owner has not renewed it."),
            fix=phrase("Tell the site's owner; it is tried again later."),
        ),
        Problem(
            code="SW-N11",
            title=phrase("The certificate of {host} is for another name."),
            cause=phrase("The site answers with a certificate that does not name it."),
            fix=phrase("Use the host name that the certificate carries."),
        ),
        Problem(
            code="SW-N12",
            title=phrase("The certificate of {host} cannot be trusted."),
            cause=phrase("It was not signed by an authority that this machine knows."),
            fix=phrase("Tell the site's owner; browsers warn about it too."),
        ),
        Problem(
            code="SW-N13",
            title=phrase("A secure connection to {host} could not be made."),
            cause="{detail}.",
            fix=phrase("Open the address in a browser to see whether it works there."),
        ),
        Problem(
            code="SW-N14",
            title=phrase("{host} asks for a name and a password (401)."),
            cause=phrase("This address is not public."),
            fix=phrase("Put them into the address, https://name:password@host/…, or choose a public one."),
        ),
        Problem(
            code="SW-N15",
            title=phrase("{host} does not let us in (403)."),
            cause=phrase("The site refuses automatic readers."),
            fix=phrase("Ask its owner, or follow another address of it."),
        ),
        Problem(
            code="SW-N16",
            title=phrase("{host} wants proof that a person is visiting (403)."),
            cause=phrase("A protection service stands in front of the site."),
            fix=phrase("Ask its owner to let the feed's address through."),
        ),
        Problem(
            code="SW-N17",
            title=phrase("There is nothing at this address (404)."),
            cause=phrase("The page was moved away from here."),
            fix=phrase("Run `sharewire discover` with the site's front page."),
        ),
        Problem(
            code="SW-N18",
            title=phrase("This address is gone for good (410)."),
            cause=phrase("Its owner has taken it down."),
            fix=phrase("Remove the source, or run `sharewire discover` with the site's front page."),
        ),
        Problem(
            code="SW-N19",
            title=phrase("{host} asks us to slow down (429)."),
            cause=phrase("It has had too many visits from here."),
            fix=phrase("Nothing to do: it is left alone until the time that it named."),
        ),
        Problem(
            code="SW-N20",
            title=phrase("{host} answered with status {status}."),
            cause=phrase("It does not serve this address to us."),
            fix=phrase(
                "Open the address in a browser, then run `sharewire sources test ADDRESS` with the one that works."
            ),
        ),
        Problem(
            code="SW-N21",
            title=phrase("{host} has trouble of its own (status {status})."),
            cause=phrase("The fault is on its side."),
            fix=phrase("Nothing to do: it is tried again later, at growing intervals."),
        ),
        Problem(
            code="SW-N22",
            title=phrase("The answer of {host} is too large."),
            cause=phrase("It is over {detail}, the most that is read."),
            fix=phrase("Follow a smaller feed of the site."),
        ),
        Problem(
            code="SW-N23",
            title=phrase("{host} sends us in circles."),
            cause=phrase("One address redirects to another, more than {detail} times."),
            fix=phrase(
                "Open the address in a browser, then run `sharewire sources test ADDRESS` with the one that works."
            ),
        ),
        Problem(
            code="SW-N24",
            title=phrase("{host} redirects without saying where."),
            cause=phrase("The answer names no new address."),
            fix=phrase(
                "Open the address in a browser, then run `sharewire sources test ADDRESS` with the one that works."
            ),
        ),
        Problem(
            code="SW-N25",
            title=phrase("{host} cut the connection."),
            cause=phrase("Its answer stopped before the end."),
            fix=phrase("Nothing to do: it is tried again later, at growing intervals."),
        ),
        Problem(
            code="SW-N26",
            title=phrase("{host} does not answer as a web server should."),
            cause="{detail}.",
            fix=phrase(
                "Open the address in a browser, then run `sharewire sources test ADDRESS` with the one that works."
            ),
        ),
        Problem(
            code="SW-N27",
            title=phrase("The answer of {host} is packed in a way that was not asked for."),
            cause=phrase("Its encoding is “{detail}”."),
            fix=phrase(
                "Open the address in a browser, then run `sharewire sources test ADDRESS` with the one that works."
            ),
        ),
        Problem(
            code="SW-N28",
            title=phrase("{host} is being left alone for a while."),
            cause=phrase("It asked us to slow down at several addresses."),
            fix=phrase("Nothing to do: it is visited again at the time that it named."),
        ),
    )
}


def codes() -> dict[str, Problem]:
    """Every failure of this room, with fields in braces."""
    return dict(_PROBLEMS)


def failure(
    code: str, url: str, *, status: int | None = None, retry_at: datetime | None = None, detail: str = ""
) -> FetchError:
    """The error for one code of the table, with the address shown without its password."""
    shown = hide_secrets(url)
    fields = {"host": _host(shown), "status": str(status or ""), "detail": detail}
    problem = _PROBLEMS[code]
    filled = replace(
        problem,
        title=_filled(problem.title, fields),
        cause=_filled(problem.cause, fields),
        fix=_filled(problem.fix, fields),
        where=shown,
        meanwhile=problem.meanwhile or phrase("Everything else goes on."),
    )
    return FetchError(filled, url=shown, status=status, retry_at=retry_at)


def _filled(text: str, fields: dict[str, str]) -> str:
    return phrase(text, **fields) if isinstance(text, Phrase) else text.format(**fields)


def bad_address(url: str) -> FetchError:
    return failure("SW-N01", url, detail=phrase("It has no readable host name."))


def not_http(url: str) -> FetchError:
    return failure("SW-N02", url, detail=url.partition(":")[0][:20])


_STATUS = {401: "SW-N14", 403: "SW-N15", 404: "SW-N17", 410: "SW-N18", 429: "SW-N19"}


def for_status(url: str, status: int, *, retry_at: datetime | None, challenge: bool) -> FetchError:
    """The failure of an answer that is neither a page (2xx), unchanged (304) nor a redirect."""
    if challenge:
        code = "SW-N16"
    elif status >= 500:
        code = "SW-N21"
    else:
        code = _STATUS.get(status, "SW-N20")
    return failure(code, url, status=status, retry_at=retry_at)


def hide_secrets(url: str) -> str:
    """The address without user name and password, and at most 200 characters of it."""
    return re.sub(r"^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#]*@", r"\1", url)[:200]


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or phrase("The site")
    except ValueError:
        return phrase("The site")
