"""Files that Telegram keeps: ids per bot, content within a memory limit, and how media show in messages."""

from __future__ import annotations

import base64
import hashlib
import struct
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.accounts import Bot, Wire

MAX_DOWNLOAD = 20 << 20  # getFile answers up to 20 MB

# The first letters of real file ids, by kind.
_PREFIX = {
    "photo": "AgACAgIA", "video": "BAACAgIA", "document": "BQACAgIA", "audio": "CQACAgIA", "voice": "AwACAgIA",
    "animation": "CgACAgIA", "sticker": "CAACAgIA", "video_note": "DQACAgIA", "thumbnail": "AAMCAgIA",
    "chat_photo": "AQADAgAT",
}  # fmt: skip
_PHOTOS = ("photo", "thumbnail", "chat_photo")
_FOLDER = {
    "photo": "photos", "video": "videos", "document": "documents", "audio": "music", "voice": "voice",
    "animation": "animations", "sticker": "stickers", "video_note": "video_notes", "thumbnail": "thumbnails",
    "chat_photo": "profile_photos",
}  # fmt: skip
_EXTENSION = {
    "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "video/mp4": "mp4",
    "audio/mpeg": "mp3", "audio/ogg": "oga", "application/pdf": "pdf", "text/plain": "txt",
}  # fmt: skip


class Media:
    """A value inside a message's content that looks different to each bot, because file ids are per bot."""

    __slots__ = ()

    def wire(self, viewer: Bot | None) -> Any:
        raise NotImplementedError


@dataclass(slots=True, eq=False)
class File:
    """One stored file.  `data` becomes None when the store had to forget it."""

    number: int
    kind: str
    size: int
    digest: str
    mime: str
    name: str | None
    data: bytes | None
    unique_id: str
    facts: Wire = field(default_factory=dict)  # duration, size, names: what it is sent with again by its id
    thumbnail: list[int] | None = None  # number, width, height of a smaller file

    def id_for(self, bot_id: int) -> str:
        """The file_id under which this bot knows the file."""
        body = struct.pack(">QQ", self.number, bot_id)
        check = hashlib.blake2b(body, digest_size=8, key=b"file").digest()
        return _PREFIX[self.kind] + base64.urlsafe_b64encode(check + body).decode().rstrip("=")

    @property
    def path(self) -> str:
        extension = _EXTENSION.get(self.mime)
        if self.name and "." in self.name:
            extension = self.name.rsplit(".", 1)[1][:8]
        name = f"file_{self.number}"
        return f"{_FOLDER[self.kind]}/{name}.{extension}" if extension else f"{_FOLDER[self.kind]}/{name}"

    def wire(self, viewer: Bot | None) -> Wire:
        """The part common to all file objects; people get an address instead of a file id."""
        wire: Wire = {}
        if viewer is None:
            wire["url"] = f"people/files/{self.unique_id}"
        else:
            wire["file_id"] = self.id_for(viewer.id)
        wire["file_unique_id"] = self.unique_id
        if self.size:
            wire["file_size"] = self.size
        return wire


@dataclass(slots=True)
class Files:
    """All files of a world.  Contents beyond `keep` bytes are forgotten, oldest first; ids stay valid."""

    keep: int = 256 << 20
    by_number: dict[int, File] = field(default_factory=dict)
    by_unique: dict[str, File] = field(default_factory=dict)
    _contents: OrderedDict[int, int] = field(default_factory=OrderedDict)
    _held: int = 0
    _known: dict[tuple[str, str, str | None], File] = field(default_factory=dict)

    def add(self, kind: str, data: bytes, mime: str, name: str | None = None) -> File:
        digest = hashlib.sha256(data).hexdigest()
        known = self._known.get((kind, digest, name))
        if known is not None:
            if known.data is None:
                self._hold(known, data)
            return known
        number = len(self.by_number) + 1
        mark = base64.urlsafe_b64encode(hashlib.blake2b(f"{number}:{kind}:{digest}".encode(), digest_size=9).digest())
        # Photos and thumbnails have 16 characters, documents 15.
        unique = f"AQAD{mark.decode()}" if kind in _PHOTOS else f"AgAD{mark.decode()[:11]}"
        file = File(number, kind, len(data), digest, mime, name, None, unique)
        self.by_number[number] = self.by_unique[unique] = self._known[kind, digest, name] = file
        self._hold(file, data)
        return file

    def restore(self, file: File, data: bytes | None) -> None:
        """Put back a file that was kept on disk; in the order of numbers."""
        self.by_number[file.number] = self.by_unique[file.unique_id] = file
        self._known[file.kind, file.digest, file.name] = file
        if data is not None:
            self._hold(file, data)

    def _hold(self, file: File, data: bytes) -> None:
        file.data = data
        self._contents[file.number] = file.size
        self._held += file.size
        while self._held > self.keep and len(self._contents) > 1:
            number, size = self._contents.popitem(last=False)
            self.by_number[number].data = None
            self._held -= size

    def find(self, file_id: str, bot_id: int) -> File | None:
        """The file a bot means by this file_id; None if the id is not one of this bot's."""
        try:
            raw = base64.urlsafe_b64decode(file_id[8:] + "=" * (-len(file_id[8:]) % 4))
            number, owner = struct.unpack(">QQ", raw[8:24])
        except (ValueError, struct.error):
            return None
        file = self.by_number.get(number)
        if file is None or owner != bot_id or file.id_for(bot_id) != file_id:
            return None
        return file

    def at_path(self, path: str) -> File | None:
        name = path.rsplit("/", 1)[-1].split(".", 1)[0]
        if not name.startswith("file_") or not name[5:].isdigit():
            return None
        file = self.by_number.get(int(name[5:]))
        return file if file is not None and file.path == path else None


class Photo(Media):
    """The sizes of a photo, smallest first."""

    __slots__ = ("sizes",)

    def __init__(self, sizes: list[tuple[File, int, int]]) -> None:
        self.sizes = sizes

    @property
    def file(self) -> File:
        return self.sizes[-1][0]

    def wire(self, viewer: Bot | None) -> list[Wire]:
        return [{**file.wire(viewer), "width": width, "height": height} for file, width, height in self.sizes]


class Document(Media):
    """A video, animation, audio, document, voice message, sticker or video note: one file and its attributes."""

    __slots__ = ("attributes", "cover", "file", "thumbnail")

    def __init__(
        self,
        file: File,
        attributes: dict[str, Any],
        thumbnail: tuple[File, int, int] | None = None,
        cover: Photo | None = None,
    ) -> None:
        self.file = file
        self.attributes = attributes
        self.cover = cover
        self.thumbnail = thumbnail

    def wire(self, viewer: Bot | None) -> Wire:
        wire = dict(self.attributes)
        if self.cover is not None:
            wire["cover"] = self.cover.wire(viewer)
        if self.thumbnail is not None:
            file, width, height = self.thumbnail
            wire["thumbnail"] = {**file.wire(viewer), "width": width, "height": height}
        wire.update(self.file.wire(viewer))
        return wire


def photo_sizes(files: Files, data: bytes, mime: str, width: int, height: int) -> Photo:
    """Telegram's usual boxes (90, 320, 800, 1280 px).  The sandbox scales nothing: each size serves the original."""
    original = files.add("photo", data, mime)
    sizes: list[tuple[File, int, int]] = []
    for box in (90, 320, 800, 1280):
        scale = min(1.0, box / max(width, height))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        if scale == 1.0 or box == 1280:
            sizes.append((original, *size))
            break
        sizes.append((files.add("photo", data, mime, f"{box}"), *size))
    return Photo(sizes)
