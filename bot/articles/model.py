"""A language model behind an OpenAI-compatible address, asked for a summary and believed only where it can be checked.

Its words are kept when every number and name stands in the text, every claim still says whose it is, and the whole is a
few finished sentences in the text's language; else the extractive summary stands and the reason is recorded.
"""

from __future__ import annotations

import json
import re
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from bot.articles.hedges import is_hedged
from bot.articles.strangers import strange_count, strange_name
from bot.articles.summary import Summary, count_words
from bot.errors import ParseError, Problem, SharewireError
from bot.language import detect, ends_sentence, fold, sentences, stem, stop_words, words
from bot.web import Web

_MOST_WORDS = 80
_MOST_TEXT = 12_000  # characters sent
_ANSWER_LIMIT = 256 * 1024
_STRANGE = 0.35  # share of content words that the text lacks
_NEAR = 0.5  # share of a sentence's content words that make a source sentence its origin
_NUMBER = re.compile(r"\d+(?:[.,\u066b\u066c\u00a0\u202f ]\d+)*")
_TASK = (
    "You summarise news for a channel. Write one to three complete sentences, at most 45 words, in the language of the "
    "text. Use only what the text says. Keep every attribution and doubt (alleged, claimed, said, according to). "
    "No headline, no opinion, no markup."
)


class Model:
    """Use as `async with Model(url, key) as model`.

    url   up to and with the version, e.g. `http://127.0.0.1:8080/v1`; its host may be private, and is opened to nothing
          but this
    key   sent as a bearer token; None for a server without
    """

    def __init__(self, url: str, key: str | None = None, *, name: str = "default", timeout: float = 30) -> None:
        self._url = url.rstrip("/") + "/chat/completions"
        self._key = key
        self._name = name
        self._timeout = timeout
        self._web = Web(allow_private_hosts=[urlsplit(url).hostname or ""])

    async def __aenter__(self) -> Self:
        await self._web.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._web.__aexit__(kind, error, trace)

    async def ask(self, title: str | None, text: str) -> str:
        """The model's own words.  Raises FetchError, or ParseError where the answer has another shape."""
        question = {
            "model": self._name,
            "temperature": 0,
            "max_tokens": 300,
            "messages": [
                {"role": "system", "content": _TASK},
                {"role": "user", "content": f"{title or ''}\n\n{text[:_MOST_TEXT]}"},
            ],
        }
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        page = await self._web.post(
            self._url, json=question, headers=headers, limit=_ANSWER_LIMIT, timeout=self._timeout
        )
        return _content(page.body, self._url)

    async def summarise(self, title: str | None, text: str, language: str | None, otherwise: Summary) -> Summary:
        """The model's summary if it can be believed, else `otherwise` with the reason added to its `how`."""
        try:
            answer = " ".join((await self.ask(title, text)).split())
        except SharewireError as error:
            return _refused(otherwise, error.problem.title)
        reason = fault_of_answer(answer, title, text, language)
        if reason is not None:
            return _refused(otherwise, reason)
        return Summary(sentences=sentences(answer, language), how="model")


def fault_of_answer(answer: str, title: str | None, text: str, language: str | None) -> str | None:
    """Why a model's summary cannot be believed, in a few words; None when nothing speaks against it."""
    source = f"{title or ''}\n{text}"
    if language is not None and detect(answer, language) != language:
        return "another language"
    if not answer or not ends_sentence(answer) or not 4 <= count_words(answer, language) <= _MOST_WORDS:
        return "not a few finished sentences"
    for number in map(_digits, _NUMBER.findall(answer)):
        if number not in {_digits(found) for found in _NUMBER.findall(source)}:
            return f'the number "{number}" is not in the text'
    if (stranger := strange_name(answer, source, language)) is not None:
        return f'the name "{stranger}" is not in the text'
    if (count := strange_count(answer, source, language)) is not None:
        return f'the number "{count}" is not in the text'
    terms, has = _content_words(answer, language), set(_content_words(source, language))
    if sum(term not in has for term in terms) > _STRANGE * max(1, len(terms)):
        return "too many words that the text lacks"
    return _lost_attribution(answer, text, language)


def _lost_attribution(answer: str, text: str, language: str | None) -> str | None:
    """A sentence made of a hedged one that hedges no more."""
    origins = [(set(_content_words(one, language)), is_hedged(one, language)) for one in sentences(text, language)]
    for sentence in sentences(answer, language):
        terms = set(_content_words(sentence, language))
        if not terms or is_hedged(sentence, language):
            continue
        near = [hedged for origin, hedged in origins if len(terms & origin) >= _NEAR * len(terms)]
        if near and all(near):
            return "an attribution is lost"
    return None


def _content_words(text: str, language: str | None) -> list[str]:
    stops = stop_words(language)
    return [stem(word, language) for word in words(text) if word not in stops and len(word) > 1]


def _digits(number: str) -> str:
    return re.sub(r"[.,]0+$", "", re.sub(r"[\u00a0\u202f \u066c,](?=\d{3}\b)", "", fold(number)))


def _refused(otherwise: Summary, reason: str) -> Summary:
    return Summary(sentences=otherwise.sentences, how=f"{otherwise.how} (model: {reason})")


def _content(body: bytes, url: str) -> str:
    try:
        answer: Any = json.loads(body)
        content = answer["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError) as error:
        raise ParseError(_strange_answer(url)) from error
    if not isinstance(content, str):
        raise ParseError(_strange_answer(url))
    return content


def _strange_answer(url: str) -> Problem:
    return Problem(
        code="SW-A04",
        title="The language model's answer has another shape than expected.",
        cause="It does not answer as the OpenAI chat format says.",
        fix="Check BOT_MODEL_URL: it ends in /v1 for most servers.",
        where=urlsplit(url).hostname,
        meanwhile="Summaries are made without it.",
    )
