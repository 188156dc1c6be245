"""The bot object, and one stored request as one call.

A stored `model.Request` is posted as it stands through python-telegram-bot's request object (its wire format and its
error mapping); the raw answer is read for message ids, and no PTB `Message` is built: that would cost more than the
call itself.  What previews send goes the same way, so what is previewed is what is sent.
"""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import unquote, urlsplit

from telegram import InputFile
from telegram.ext import ExtBot
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.channels import causes
from bot.channels.answers import AnswerPace
from bot.channels.pace import FREE_LIMIT, Pacer, Rates
from bot.channels.reach import Reach
from bot.channels.transport import READ, Transport, to_json
from bot.errors import FetchError, SharewireError, phrase
from bot.model import Channel, Json, Request, Upload

TELEGRAM: Final = "https://api.telegram.org"
POLL_READ: Final = 5.0
"""Seconds beyond a long poll's own time-out that its answer may take."""

Fetch = Callable[[str], Awaitable[bytes]]
"""Bytes of a picture or video by address; raises FetchError.  `bot.web` gives a guarded one."""


class UploadError(SharewireError):
    """A file of a request could not be had, so nothing was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What Telegram answered to a send: ids in the order of the album, none where the answer is only `True`."""

    remote_ids: tuple[str, ...] = ()
    remote_url: str | None = None
    chat_id: int | None = None
    username: str | None = None


class Telegram:
    """One bot token and its connections.  Use as an async context manager.

    base_url      where the Bot API is: Telegram, a local server, the sandbox; `/bot<token>/method` is added
    connections   calls at once
    read          seconds of silence after which a call's outcome is unknown
    rates         Telegram's limits, or those of paid broadcast
    pacer         another connection's of the same bot, to share its pace; then `rates` are not looked at
    reach         the same connection's knowledge of whether Telegram answers
    fetch         how files named by address are had; None = requests with such files raise UploadError
    """

    def __init__(
        self,
        token: str,
        *,
        base_url: str | None = None,
        proxy: str | None = None,
        connections: int = 64,
        read: float = READ,
        fetch: Fetch | None = None,
        rates: Rates | None = None,
        pacer: Pacer | None = None,
        reach: Reach | None = None,
    ) -> None:
        base = (base_url or TELEGRAM).rstrip("/")
        self._fetch = fetch
        self.reach = reach or Reach()
        """Whether Telegram answers."""
        self._request = Transport(connections=connections, read=read, proxy=proxy, reach=self.reach)
        self.pacer = pacer or Pacer(rates)
        """The pace of posts and answers together."""
        self.is_paid = self.pacer.rates.bot > FREE_LIMIT
        """Whether posts say `allow_paid_broadcast`."""
        self._answers = AnswerPace(self.pacer)
        self.bot: ExtBot[None] = ExtBot(
            token,
            rate_limiter=self._answers,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._request,
            get_updates_request=Transport(connections=2, read=POLL_READ, proxy=proxy, reach=self.reach),
        )
        self._prefix = f"{self.bot.base_url}/"

    def __repr__(self) -> str:
        return f"Telegram(bot_id={self.bot_id})"

    @property
    def bot_id(self) -> int:
        """The number before the token's colon, which is the bot's user id."""
        return int(self.bot.token.split(":", 1)[0])

    @property
    def dated(self) -> str | None:
        """The Date header of Telegram's last answer."""
        return self._request.dated

    async def __aenter__(self) -> Self:
        await self._request.initialize()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._request.shutdown()

    async def post(self, request: Request, chat: int | str, *, files: tuple[InputFile, ...] = ()) -> Receipt:
        """Send one stored request to `chat`.  `files` are what `load` gave for it.

        Raises: telegram.error.TelegramError (see bot.channels.outcome for what each means)."""
        params = {**request.params, "chat_id": chat}
        if self.is_paid and request.method.startswith("send"):
            params["allow_paid_broadcast"] = True
        given = {name: value for name, value in params.items() if value is not None}
        url = f"{self._prefix}{request.method}"
        if not files:
            return receipt(await self._request.send(url, to_json(given)))
        parameters = [RequestParameter(name, value, None) for name, value in given.items()]
        parameters += [
            RequestParameter(upload.name, None, [file]) for upload, file in zip(request.uploads, files, strict=True)
        ]
        return receipt(await self._request.post(url, RequestData(parameters)))

    async def show(self, request: Request, chat: int | str, *, files: tuple[InputFile, ...] = ()) -> Receipt:
        """The same to somebody who asked for it and waits: in the answers' part of the pace, and again after a short
        wait that Telegram asks for."""
        return await self._answers.patiently(str(chat), lambda: self.post(request, chat, files=files))

    async def load(self, request: Request) -> tuple[InputFile, ...]:
        """The files of a request, fetched or read.  Raises UploadError."""
        return tuple([await self._load(upload) for upload in request.uploads])

    async def call(self, method: str, params: Mapping[str, Json]) -> Any:
        """Any Bot API method; gives the raw result.  Raises telegram.error.TelegramError."""
        parameters = [RequestParameter(name, value, None) for name, value in params.items() if value is not None]
        return await self.bot.request.post(f"{self._prefix}{method}", RequestData(parameters))

    async def _load(self, upload: Upload) -> InputFile:
        source = upload.url or upload.path or upload.name
        try:
            if upload.path is not None:
                content = await asyncio.to_thread(Path(upload.path).read_bytes)
            elif upload.url is not None and self._fetch is not None:
                content = await self._fetch(upload.url)
            else:
                raise UploadError(causes.upload_failed(source, phrase("Files cannot be fetched here.")))
        except FetchError as error:
            raise UploadError(causes.upload_failed(source, error.problem.cause)) from error
        except OSError as error:
            raise UploadError(
                causes.upload_failed(source, f"{error.strerror}." if error.strerror else phrase("It cannot be read."))
            ) from error
        file = InputFile(content, filename=_filename(upload))
        if upload.mime:
            file.mimetype = upload.mime
        return file


def receipt(result: Any) -> Receipt:
    """The ids in a raw answer: a message, a list of messages (album), or `True`.

    A message id of 0 (a video that Telegram schedules) cannot be used for anything and is left out.
    Raises ValueError where it is none of these: whether anything was sent is not known."""
    messages = result if isinstance(result, list) else [result]
    found = [message for message in messages if isinstance(message, dict) and message.get("message_id")]
    if not found:
        if result is not True and not any(
            isinstance(message, dict) and "message_id" in message for message in messages
        ):
            raise ValueError("the answer names no message")
        return Receipt()
    chat = found[0].get("chat") or {}
    ids = tuple(str(message["message_id"]) for message in found)
    username, chat_id = chat.get("username"), chat.get("id")
    return Receipt(
        remote_ids=ids,
        remote_url=message_url(chat_id, username if chat.get("type") != "private" else None, ids[0]),
        chat_id=chat_id,
        username=username,
    )


def message_url(chat_id: int | str | None, username: str | None, message_id: str) -> str | None:
    """The address of a message: `t.me/name/id` of a public chat, `t.me/c/…/id` of a private channel or supergroup,
    None elsewhere (https://core.telegram.org/api/links#message-links)."""
    if username:
        return f"https://t.me/{username}/{message_id}"
    bare = str(chat_id or "")
    if bare.startswith("-100"):
        return f"https://t.me/c/{bare.removeprefix('-100')}/{message_id}"
    return None


def public_name(channel: Channel) -> str | None:
    """A channel's @name without the @, as Telegram told it or as its address has it."""
    return channel.username or (channel.address[1:] if channel.address.startswith("@") else None)


def _filename(upload: Upload) -> str:
    """A name with an extension, from the address or the type: Telegram looks at it."""
    path = PurePosixPath(unquote(urlsplit(upload.url).path if upload.url else upload.path or ""))
    if path.suffix:
        return path.name
    return f"{path.name or upload.name}{mimetypes.guess_extension(upload.mime or '') or '.jpg'}"
