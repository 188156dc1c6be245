"""Input files → media: uploads, file ids and URLs, checked as Telegram checks them."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.sandbox import fields
from bot.sandbox.accounts import Wire
from bot.sandbox.call import Call
from bot.sandbox.content import Formatted, caption_content, caption_of
from bot.sandbox.fetching import MAX_FETCH, Fetched
from bot.sandbox.fields import FieldError
from bot.sandbox.files import Document, File, Media, Photo, photo_sizes
from bot.sandbox.films import read_film
from bot.sandbox.images import read_image
from bot.sandbox.parameters import Attachment
from bot.sandbox.refusal import bad_request
from bot.sandbox.world import World

MAX_PHOTO_FETCH = 5 << 20
REMEMBER = 86_400.0  # Telegram keeps the outcome of a URL for days, a failure too
MAX_REMEMBERED = 1_000
MAX_PHOTO = 10 << 20
MAX_THUMBNAIL = 320
_PICTURED = {"document": 320, "animation": 320, "sticker": 128}  # kinds that get a thumbnail of this size
MAX_SIDES = 10_000  # width + height of a photo
MAX_RATIO = 20
MAX_LENGTH = 10_000  # Client.cpp
MAX_DURATION = 86_400
_TYPE_NAMES = {"photo": "Photo", "video": "Video", "animation": "Animation", "audio": "Audio", "document": "Document",
               "voice": "VoiceNote", "video_note": "VideoNote", "sticker": "Sticker", "thumbnail": "Thumbnail",
               "chat_photo": "ProfilePhoto"}  # fmt: skip


@dataclass(slots=True)
class Source:
    """Where a file comes from: an upload, or a text that is a file id or URL."""

    upload: Attachment | None = None
    remote: str = ""


@dataclass(slots=True)
class MediaInput:
    """One media item as a method describes it."""

    kind: str
    source: Source
    caption: Formatted = field(default_factory=lambda: Formatted("", []))
    above: bool = False
    spoiler: bool = False
    attributes: Wire = field(default_factory=dict)
    thumbnail: Source | None = None
    cover: Source | None = None


def input_file(call: Call, name: str, value: str | None = None, *, upload_only: bool = False) -> Source | None:
    """get_input_file: `attach://part`, an upload under the argument's own name, else a file id or URL."""
    text = call.text(name) if value is None else value
    part = name
    if text.startswith("attach://"):
        part = text[len("attach://") :]
    elif text and not upload_only:
        return Source(remote=text)
    upload = call.file(part)
    return Source(upload=upload) if upload is not None else None


def thumbnail(call: Call, value: str | None = None) -> Source | None:
    if value:
        found = input_file(call, "", value, upload_only=True)
        if found is not None:
            return found
    return input_file(call, "thumbnail", upload_only=True)


async def media_content(call: Call, item: MediaInput) -> Wire:
    """The content of a media message.  Raises 400."""
    text = caption_content(item.caption, above=item.above)
    media = await make_media(call, item)
    content: Wire = {item.kind: media}
    if isinstance(media, Document) and item.kind == "animation":  # animations show as documents too
        names = ("file_name", "mime_type")
        plain = {name: media.attributes[name] for name in names if name in media.attributes}
        content["document"] = Document(media.file, plain, media.thumbnail)
    content.update(text)
    if item.spoiler:
        content["has_media_spoiler"] = True
    return content


async def make_media(call: Call, item: MediaInput) -> Media:
    """The stored media of an input.  Raises 400."""
    if item.source.upload is not None:
        upload = item.source.upload
        return await _store(call, item, upload.data, upload.mime, upload.name or None)
    remote = item.source.remote
    if "." in remote:
        _check_url(remote)
        found = await fetch_media(call.world, remote, photo=item.kind == "photo")
        _check_fetched_type(item.kind, found.mime, found.data)
        name = urlsplit(remote).path.rsplit("/", 1)[-1] or None
        return await _store(call, item, found.data, found.mime, name)
    return await _known(call, item, remote)


async def fetch_media(world: World, url: str, *, photo: bool) -> Fetched:
    """The file at a URL.  Raises 400 in the words of Telegram's servers; outcomes are remembered for a day."""
    now = world.clock.now()
    known = world.fetched.get(url)
    if known is not None and known[0] > now:
        found = known[1]
    else:
        found = await world.fetch(url) if world.fetch is not None else Fetched(0)
        if len(world.fetched) >= MAX_REMEMBERED:
            world.fetched.pop(next(iter(world.fetched)))
        world.fetched[url] = (now + REMEMBER, found)
    if found.status != 200 or len(found.data) > (MAX_PHOTO_FETCH if photo else MAX_FETCH):
        raise bad_request("WEBPAGE_CURL_FAILED")
    if not found.data or found.mime.startswith("text/html"):
        raise bad_request("WEBPAGE_MEDIA_EMPTY")
    return found


def _check_url(url: str) -> None:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in ("http", "https"):
        raise bad_request("Invalid file HTTP URL specified: Unsupported URL protocol")
    if not parts.hostname:
        raise bad_request("Invalid file HTTP URL specified: URL host is empty")


def _check_fetched_type(kind: str, mime: str, data: bytes) -> None:
    if kind == "photo" and (not mime.startswith("image/") or read_image(data) is None):
        raise bad_request("WEBPAGE_MEDIA_EMPTY")
    if kind == "video" and not mime.startswith("video/"):
        raise bad_request("WEBPAGE_MEDIA_EMPTY")
    if kind == "animation" and mime not in ("image/gif", "video/mp4"):
        raise bad_request("WEBPAGE_MEDIA_EMPTY")


async def _known(call: Call, item: MediaInput, file_id: str) -> Media:
    """A file sent before, by the id this bot knows it under."""
    file = find_file(call, file_id)
    if file.kind != item.kind:
        raise bad_request(f"can't use file of type {_TYPE_NAMES[file.kind]} as {_TYPE_NAMES[item.kind]}")
    if item.kind == "photo":
        image = read_image(file.data or b"")
        if image is None:
            return Photo([(file, 1, 1)])
        return photo_sizes(call.world.files, file.data or b"", file.mime, image.width, image.height)
    small = file.thumbnail
    thumb = (call.world.files.by_number[small[0]], small[1], small[2]) if small is not None else None
    return Document(
        file, {**_defaults(item.kind, file), **file.facts, **_described(item, file)}, thumb, await _cover(call, item)
    )


def find_file(call: Call, file_id: str) -> File:
    """The file with this id.  Raises 400."""
    try:
        if not re.fullmatch(r"[A-Za-z0-9_=-]*", file_id):
            raise bad_request("Wrong remote file identifier specified: Wrong character in the string")
        if len(file_id.rstrip("=")) % 4 == 1:
            raise bad_request("Wrong remote file identifier specified: Wrong string length")
        base64.urlsafe_b64decode(file_id.rstrip("=") + "=" * (-len(file_id.rstrip("=")) % 4))
    except binascii.Error:
        raise bad_request("Wrong remote file identifier specified: Wrong padding") from None
    file = call.world.files.find(file_id, call.bot.id)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return file


async def _store(
    call: Call, item: MediaInput, data: bytes, mime: str, name: str | None, *, by_url: bool = False
) -> Media:
    if not data:
        raise bad_request("file must be non-empty")
    files = call.world.files
    if item.kind == "photo":
        return make_photo(call, data)
    file = files.add(item.kind, data, _mime(item.kind, data, mime), name if item.kind != "voice" else None)
    thumb = _thumbnail(call, item, file)
    facts = {**_defaults(item.kind, file), **_described(item, file), **_measured(item.kind, data)}
    if not file.facts:
        file.facts = facts
        file.thumbnail = [thumb[0].number, thumb[1], thumb[2]] if thumb is not None else None
    return Document(file, facts, thumb, await _cover(call, item))


async def _cover(call: Call, item: MediaInput) -> Photo | None:
    """The picture that stands for a video; an upload, a file id or a URL like any photo."""
    if item.cover is None or item.kind != "video":
        return None
    media = await make_media(call, MediaInput("photo", item.cover))
    assert isinstance(media, Photo)
    return media


def _thumbnail(call: Call, item: MediaInput, file: File) -> tuple[File, int, int] | None:
    """The uploaded thumbnail if Telegram would take it, else one made of the picture itself."""
    if item.thumbnail is not None and item.thumbnail.upload is not None:
        data = item.thumbnail.upload.data
        image = read_image(data)
        if image is not None and image.width <= MAX_THUMBNAIL and image.height <= MAX_THUMBNAIL:
            return call.world.files.add("thumbnail", data, image.mime), image.width, image.height
    image = read_image(file.data or b"") if item.kind in _PICTURED else None
    if image is None or file.data is None:
        return None
    scale = min(1.0, _PICTURED[item.kind] / max(image.width, image.height))
    small = call.world.files.add("thumbnail", file.data, image.mime)
    return small, max(1, round(image.width * scale)), max(1, round(image.height * scale))


def make_photo(call: Call, data: bytes) -> Photo:
    """A photo from bytes that must be an image Telegram takes.  Raises 400."""
    if not data:
        raise bad_request("file must be non-empty")
    if len(data) > MAX_PHOTO:
        raise bad_request(
            f"file of size {len(data)} bytes is too big for a photo; the maximum size is {MAX_PHOTO} bytes"
        )
    image = read_image(data)
    if image is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    ratio = max(image.width, image.height) / min(image.width, image.height)
    if image.width + image.height > MAX_SIDES or ratio > MAX_RATIO:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return photo_sizes(call.world.files, data, image.mime, image.width, image.height)


def _mime(kind: str, data: bytes, given: str) -> str:
    image = read_image(data)
    if image is not None:
        return image.mime
    if kind in ("video", "animation", "video_note") and not given.startswith("video/"):
        return "video/mp4"
    return given or "application/octet-stream"


def _defaults(kind: str, file: File) -> Wire:
    """Fields that the Bot API always gives for this kind."""
    image = read_image(file.data or b"") if kind in ("animation", "sticker") else None
    width, height = (image.width, image.height) if image is not None else (0, 0)
    if kind in ("video", "animation"):
        return {"duration": 0, "width": width, "height": height}
    if kind in ("audio", "voice"):
        return {"duration": 0}
    if kind == "video_note":
        return {"length": 240, "duration": 0}
    if kind == "sticker":
        return {"width": width or 512, "height": height or 512, "is_animated": False, "is_video": False,
                "type": "regular"}  # fmt: skip
    return {}


def _measured(kind: str, data: bytes) -> Wire:
    """What the file itself says; it wins over what the bot said."""
    if kind not in ("video", "animation", "audio", "voice", "video_note"):
        return {}
    film = read_film(data)
    found: Wire = {"duration": film.duration}
    if kind in ("video", "animation"):
        found.update(width=film.width, height=film.height)
    elif kind == "video_note":
        found["length"] = film.width
    return {name: value for name, value in found.items() if value}


def _described(item: MediaInput, file: File) -> Wire:
    wire = {name: value for name, value in item.attributes.items() if value}
    if item.kind in ("video", "animation", "audio", "document"):
        if file.name:
            wire["file_name"] = file.name
        wire["mime_type"] = file.mime
    elif item.kind == "voice":
        wire["mime_type"] = file.mime if file.mime.startswith("audio/") else "audio/ogg"
    return wire


def media_from_json(call: Call, value: object, *, album: bool) -> MediaInput:
    """An InputMedia object (get_input_media).  Raises `FieldError`."""
    if not isinstance(value, dict):
        raise FieldError("expected an Object")
    text = caption_of(value)
    above = fields.boolean(value, "show_caption_above_media")
    spoiler = fields.boolean(value, "has_spoiler")
    media = fields.string(value, "media")
    source = input_file(call, "", media) if media else None
    if source is None:
        raise FieldError("media not found")
    thumb = thumbnail(call, fields.string(value, "thumbnail") or fields.string(value, "thumb"))
    kind = fields.string(value, "type", None)
    if kind not in ("photo", "video", "animation", "audio", "document"):
        raise FieldError(f'type "{kind}" is unsupported')
    if album and kind == "animation":
        raise FieldError('type "animation" can\'t be used in sendMediaGroup')
    attributes: Wire = {}
    names = {"video": ("width", "height", "duration"), "animation": ("width", "height", "duration"),
             "audio": ("duration",)}.get(kind, ())  # fmt: skip
    for name in names:
        attributes[name] = max(0, min(fields.integer(value, name), MAX_DURATION if name == "duration" else MAX_LENGTH))
    if kind == "audio":
        attributes["performer"] = fields.string(value, "performer")
        attributes["title"] = fields.string(value, "title")
    cover = None
    if kind == "video":
        attributes["start_timestamp"] = max(0, fields.integer(value, "start_timestamp"))
        cover = input_file(call, "", fields.string(value, "cover")) if value.get("cover") else None
    spoiler = spoiler and kind in ("photo", "video", "animation")
    return MediaInput(kind, source, text, above, spoiler, attributes, thumb, cover)
