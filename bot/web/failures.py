"""What can go wrong on the way to an address, each in its own sentence: what happened, one cause, the next step."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

from bot.errors import FetchError, Problem

_CHECK = "Open the address in a browser, then run `sharewire sources test ADDRESS` with the one that works."
_LATER = "Nothing to do: it is tried again later, at growing intervals."

# code: (title, cause, fix); {} fields are filled in by the functions below
_WORDS: dict[str, tuple[str, str, str]] = {
    "SW-N01": (
        "This is not an address that can be visited.",
        "{detail}",
        "Paste a whole address such as https://example.org/news.",
    ),
    "SW-N02": (
        "Only http and https addresses can be visited.",
        "This one starts with “{detail}”.",
        "Paste the page's https address.",
    ),
    "SW-N03": (
        "The address names port {detail}, which is not a port of web sites.",
        "Only ports 80, 443 and 8000 to 8999 are visited.",
        "Add the host to BOT_ALLOW_PRIVATE_HOSTS if it is yours.",
    ),
    "SW-N04": (
        "{host} leads to a private address, so it was not visited.",
        "Addresses inside a network are closed to sources, since anybody could name them.",
        "Add the host to BOT_ALLOW_PRIVATE_HOSTS if it is yours.",
    ),
    "SW-N05": (
        "There is no site called {host}.",
        "Its name could not be looked up.",
        "Check the spelling of the address.",
    ),
    "SW-N06": ("{host} refused the connection.", "No web server answers at this address and port.", _LATER),
    "SW-N07": ("{host} could not be reached.", "The network gave up: {detail}.", _LATER),
    "SW-N08": ("{host} did not take the connection in time.", "The site is overloaded.", _LATER),
    "SW-N09": ("{host} took too long to answer.", "It sent nothing more for {detail}.", _LATER),
    "SW-N10": (
        "The certificate of {host} has expired.",
        "The site's owner has not renewed it.",
        "Tell the site's owner; it is tried again later.",
    ),
    "SW-N11": (
        "The certificate of {host} is for another name.",
        "The site answers with a certificate that does not name it.",
        "Use the host name that the certificate carries.",
    ),
    "SW-N12": (
        "The certificate of {host} cannot be trusted.",
        "It was not signed by an authority that this machine knows.",
        "Tell the site's owner; browsers warn about it too.",
    ),
    "SW-N13": (
        "A secure connection to {host} could not be made.",
        "{detail}.",
        "Open the address in a browser to see whether it works there.",
    ),
    "SW-N14": (
        "{host} asks for a name and a password (401).",
        "This address is not public.",
        "Put them into the address, https://name:password@host/…, or choose a public one.",
    ),
    "SW-N15": (
        "{host} does not let us in (403).",
        "The site refuses automatic readers.",
        "Ask its owner, or follow another address of it.",
    ),
    "SW-N16": (
        "{host} wants proof that a person is visiting (403).",
        "A protection service stands in front of the site.",
        "Ask its owner to let the feed's address through.",
    ),
    "SW-N17": (
        "There is nothing at this address (404).",
        "The page was moved away from here.",
        "Run `sharewire discover` with the site's front page.",
    ),
    "SW-N18": (
        "This address is gone for good (410).",
        "Its owner has taken it down.",
        "Remove the source, or run `sharewire discover` with the site's front page.",
    ),
    "SW-N19": (
        "{host} asks us to slow down (429).",
        "It has had too many visits from here.",
        "Nothing to do: it is left alone until the time that it named.",
    ),
    "SW-N20": ("{host} answered with status {status}.", "It does not serve this address to us.", _CHECK),
    "SW-N21": ("{host} has trouble of its own (status {status}).", "The fault is on its side.", _LATER),
    "SW-N22": (
        "The answer of {host} is too large.",
        "It is over {detail}, the most that is read.",
        "Follow a smaller feed of the site.",
    ),
    "SW-N23": ("{host} sends us in circles.", "One address redirects to another, more than {detail} times.", _CHECK),
    "SW-N24": ("{host} redirects without saying where.", "The answer names no new address.", _CHECK),
    "SW-N25": ("{host} cut the connection.", "Its answer stopped before the end.", _LATER),
    "SW-N26": ("{host} does not answer as a web server should.", "{detail}.", _CHECK),
    "SW-N27": (
        "The answer of {host} is packed in a way that was not asked for.",
        "Its encoding is “{detail}”.",
        _CHECK,
    ),
    "SW-N28": (
        "{host} is being left alone for a while.",
        "It asked us to slow down at several addresses.",
        "Nothing to do: it is visited again at the time that it named.",
    ),
}


def codes() -> dict[str, tuple[str, str, str]]:
    """Every failure of this room: code → (title, cause, fix), for docs/errors.md."""
    return dict(_WORDS)


def failure(
    code: str, url: str, *, status: int | None = None, retry_at: datetime | None = None, detail: str = ""
) -> FetchError:
    """The error for one code of the table, with the address shown without its password."""
    shown = hide_secrets(url)
    fields = {"host": _host(shown), "status": status or "", "detail": detail}
    title, cause, fix = (words.format(**fields) for words in _WORDS[code])
    return FetchError(
        Problem(code=code, title=title, cause=cause, fix=fix, where=shown), url=shown, status=status, retry_at=retry_at
    )


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
