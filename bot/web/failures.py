"""What can go wrong on the way to an address, each in its own sentence: what happened, one cause, the next step."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from bot.errors import FetchError, Problem

# fields in braces are filled in by `failure`
_PROBLEMS: dict[str, Problem] = {
    problem.code: problem
    for problem in (
        Problem(
            code="SW-N01",
            title="This is not an address that can be visited.",
            cause="{detail}",
            fix="Paste a whole address such as https://example.org/news.",
        ),
        Problem(
            code="SW-N02",
            title="Only http and https addresses can be visited.",
            cause="This one starts with “{detail}”.",
            fix="Paste the page's https address.",
        ),
        Problem(
            code="SW-N03",
            title="The address names port {detail}, which is not a port of web sites.",
            cause="Only ports 80, 443 and 8000 to 8999 are visited.",
            fix="Add the host to BOT_ALLOW_PRIVATE_HOSTS if it is yours.",
        ),
        Problem(
            code="SW-N04",
            title="{host} leads to a private address, so it was not visited.",
            cause="Addresses inside a network are closed to sources, since anybody could name them.",
            fix="Add the host to BOT_ALLOW_PRIVATE_HOSTS if it is yours.",
        ),
        Problem(
            code="SW-N05",
            title="There is no site called {host}.",
            cause="Its name could not be looked up.",
            fix="Check the spelling of the address.",
        ),
        Problem(
            code="SW-N06",
            title="{host} refused the connection.",
            cause="No web server answers at this address and port.",
            fix="Nothing to do: it is tried again later, at growing intervals.",
        ),
        Problem(
            code="SW-N07",
            title="{host} could not be reached.",
            cause="The network gave up: {detail}.",
            fix="Nothing to do: it is tried again later, at growing intervals.",
        ),
        Problem(
            code="SW-N08",
            title="{host} did not take the connection in time.",
            cause="The site is overloaded.",
            fix="Nothing to do: it is tried again later, at growing intervals.",
        ),
        Problem(
            code="SW-N09",
            title="{host} took too long to answer.",
            cause="It sent nothing more for {detail}.",
            fix="Nothing to do: it is tried again later, at growing intervals.",
        ),
        Problem(
            code="SW-N10",
            title="The certificate of {host} has expired.",
            cause="The site's owner has not renewed it.",
            fix="Tell the site's owner; it is tried again later.",
        ),
        Problem(
            code="SW-N11",
            title="The certificate of {host} is for another name.",
            cause="The site answers with a certificate that does not name it.",
            fix="Use the host name that the certificate carries.",
        ),
        Problem(
            code="SW-N12",
            title="The certificate of {host} cannot be trusted.",
            cause="It was not signed by an authority that this machine knows.",
            fix="Tell the site's owner; browsers warn about it too.",
        ),
        Problem(
            code="SW-N13",
            title="A secure connection to {host} could not be made.",
            cause="{detail}.",
            fix="Open the address in a browser to see whether it works there.",
        ),
        Problem(
            code="SW-N14",
            title="{host} asks for a name and a password (401).",
            cause="This address is not public.",
            fix="Put them into the address, https://name:password@host/…, or choose a public one.",
        ),
        Problem(
            code="SW-N15",
            title="{host} does not let us in (403).",
            cause="The site refuses automatic readers.",
            fix="Ask its owner, or follow another address of it.",
        ),
        Problem(
            code="SW-N16",
            title="{host} wants proof that a person is visiting (403).",
            cause="A protection service stands in front of the site.",
            fix="Ask its owner to let the feed's address through.",
        ),
        Problem(
            code="SW-N17",
            title="There is nothing at this address (404).",
            cause="The page was moved away from here.",
            fix="Run `sharewire discover` with the site's front page.",
        ),
        Problem(
            code="SW-N18",
            title="This address is gone for good (410).",
            cause="Its owner has taken it down.",
            fix="Remove the source, or run `sharewire discover` with the site's front page.",
        ),
        Problem(
            code="SW-N19",
            title="{host} asks us to slow down (429).",
            cause="It has had too many visits from here.",
            fix="Nothing to do: it is left alone until the time that it named.",
        ),
        Problem(
            code="SW-N20",
            title="{host} answered with status {status}.",
            cause="It does not serve this address to us.",
            fix="Open the address in a browser, then run `sharewire sources test ADDRESS` with the one that works.",
        ),
        Problem(
            code="SW-N21",
            title="{host} has trouble of its own (status {status}).",
            cause="The fault is on its side.",
            fix="Nothing to do: it is tried again later, at growing intervals.",
        ),
        Problem(
            code="SW-N22",
            title="The answer of {host} is too large.",
            cause="It is over {detail}, the most that is read.",
            fix="Follow a smaller feed of the site.",
        ),
        Problem(
            code="SW-N23",
            title="{host} sends us in circles.",
            cause="One address redirects to another, more than {detail} times.",
            fix="Open the address in a browser, then run `sharewire sources test ADDRESS` with the one that works.",
        ),
        Problem(
            code="SW-N24",
            title="{host} redirects without saying where.",
            cause="The answer names no new address.",
            fix="Open the address in a browser, then run `sharewire sources test ADDRESS` with the one that works.",
        ),
        Problem(
            code="SW-N25",
            title="{host} cut the connection.",
            cause="Its answer stopped before the end.",
            fix="Nothing to do: it is tried again later, at growing intervals.",
        ),
        Problem(
            code="SW-N26",
            title="{host} does not answer as a web server should.",
            cause="{detail}.",
            fix="Open the address in a browser, then run `sharewire sources test ADDRESS` with the one that works.",
        ),
        Problem(
            code="SW-N27",
            title="The answer of {host} is packed in a way that was not asked for.",
            cause="Its encoding is “{detail}”.",
            fix="Open the address in a browser, then run `sharewire sources test ADDRESS` with the one that works.",
        ),
        Problem(
            code="SW-N28",
            title="{host} is being left alone for a while.",
            cause="It asked us to slow down at several addresses.",
            fix="Nothing to do: it is visited again at the time that it named.",
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
    fields = {"host": _host(shown), "status": status or "", "detail": detail}
    problem = _PROBLEMS[code]
    filled = replace(
        problem,
        title=problem.title.format(**fields),
        cause=problem.cause.format(**fields),
        fix=problem.fix.format(**fields),
        where=shown,
        meanwhile=problem.meanwhile or "Everything else goes on.",
    )
    return FetchError(filled, url=shown, status=status, retry_at=retry_at)


def bad_address(url: str) -> FetchError:
    return failure("SW-N01", url, detail="It has no readable host name.")


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
        return urlsplit(url).hostname or "The site"
    except ValueError:
        return "The site"
