"""An HTTP request → the arguments of a method, as telegram-bot-api reads them (TDLib's HttpReader.cpp).

Every argument is a string, wherever it stood: query, urlencoded form, multipart form or JSON object, whose values that
are no strings keep their JSON text.  Where a name comes twice the first one counts, and the query comes first.
A form or JSON body that breaks in the middle is no error: what was read before the break is used.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from bot.sandbox.refusal import Refusal

MAX_PARAMETERS = 1 << 20  # bytes of all parameters (MAX_TOTAL_PARAMETERS_LENGTH)
MAX_BODY = 150 << 20  # MAX_CONTENT_SIZE
MAX_FILE = 50 << 20  # api.telegram.org's limit for an upload
MAX_FILES = 100
MAX_BOUNDARY = 70

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")


@dataclass(slots=True)
class Attachment:
    """A file that came with a multipart request."""

    field: str
    name: str
    mime: str
    data: bytes


@dataclass(slots=True)
class Arguments:
    """What a request says: `values` by name and the files that came along, by field."""

    values: dict[str, str]
    files: dict[str, Attachment]


def read_arguments(query: str, content_type: str, body: bytes) -> Arguments:
    """Merge query and body.  Raises `Refusal` (400, 413, 431) where Telegram's reader refuses the whole request."""
    values: dict[str, str] = {}
    files: dict[str, Attachment] = {}
    if len(query) > MAX_PARAMETERS:
        raise Refusal(413, "Request Entity Too Large: too much parameters")
    if query:
        _read_form(query.encode(), values)
    if body:
        kind = content_type.lower()
        if "multipart/form-data" in kind:
            _read_multipart(content_type, body, values, files)
        elif "application/x-www-form-urlencoded" in kind:
            _check_size(body)
            _read_form(body, values)
        elif "application/json" in kind:
            _check_size(body)
            _read_json(body, values)
    return Arguments(values, files)


def _check_size(body: bytes) -> None:
    if len(body) > MAX_PARAMETERS:
        raise Refusal(413, "Request Entity Too Large: too much parameters")


def _text(raw: bytes) -> str:
    """Bytes as text; what is no UTF-8 stays recognisable so that the method can refuse it."""
    return raw.decode("utf-8", "surrogateescape")


def _read_form(body: bytes, values: dict[str, str]) -> None:
    for pair in body.split(b"&"):
        if not pair:
            continue
        key, _, value = pair.partition(b"=")
        name = _text(unquote_to_bytes(key.replace(b"+", b" ")))
        if name not in values:
            values[name] = _text(unquote_to_bytes(value.replace(b"+", b" ")))


def _read_json(body: bytes, values: dict[str, str]) -> None:
    text = _text(body)
    at = _skip(text, 0)
    if not text.startswith("{", at):
        return
    at = _skip(text, at + 1)
    while at < len(text) and text[at] == '"':
        try:
            key, at = _DECODER.raw_decode(text, at)
            at = _skip(text, at)
            if not text.startswith(":", at):
                return
            start = _skip(text, at + 1)
            value, at = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            return
        if key not in values:
            values[key] = value if isinstance(value, str) else text[start:at]
        at = _skip(text, at)
        if not text.startswith(",", at):
            return
        at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _boundary(content_type: str) -> bytes:
    at = content_type.lower().find("boundary")
    if at < 0:
        raise Refusal(400, "Bad Request: boundary not found")
    at = content_type.find("=", at)
    if at < 0:
        raise Refusal(400, "Bad Request: boundary value not found")
    value = content_type[at + 1 :].split(";", 1)[0]
    if len(value) > 1 and value[0] == '"' and value[-1] == '"':
        value = value[1:-1]
    if not value or len(value) > MAX_BOUNDARY:
        raise Refusal(400, "Bad Request: boundary too big or empty")
    return value.encode("utf-8", "surrogateescape")


def _read_multipart(content_type: str, body: bytes, values: dict[str, str], files: dict[str, Attachment]) -> None:
    boundary = b"--" + _boundary(content_type)
    at = body.find(boundary)
    if at < 0:
        return
    at += len(boundary)
    total = 0
    while body[at : at + 2] != b"--":
        end_of_headers = body.find(b"\r\n\r\n", at)
        if end_of_headers < 0:
            return
        if end_of_headers == at:
            raise Refusal(400, "Bad Request: headers in multipart/form-data are empty")
        end = body.find(b"\r\n" + boundary, end_of_headers + 2)
        if end < 0:
            return
        name, filename, mime = _part_headers(_text(body[at + 2 : end_of_headers]))
        data = body[end_of_headers + 4 : end] if end > end_of_headers + 2 else b""
        if filename is not None:
            _add_file(Attachment(name, filename, mime, data), files)
        else:
            total += len(data)
            if total > MAX_PARAMETERS:
                raise Refusal(413, "Request Entity Too Large: too much parameters in form data")
            values.setdefault(name, _text(data))
        at = end + 2 + len(boundary)
    return


def _add_file(file: Attachment, files: dict[str, Attachment]) -> None:
    if len(files) >= MAX_FILES:
        raise Refusal(413, "Request Entity Too Large: too much files attached")
    if len(file.data) > MAX_FILE:
        raise Refusal(413, "Request Entity Too Large")
    files.setdefault(file.field, file)


def _part_headers(text: str) -> tuple[str, str | None, str]:
    name, filename, mime = "", None, "application/octet-stream"
    for line in re.sub(r"\r\n[ \t]+", " ", text).split("\r\n"):
        header, _, value = line.partition(":")
        header, value = header.strip().lower(), value.strip()
        if header == "content-type":
            mime = value
        if header != "content-disposition":
            continue
        if not value.startswith("form-data;"):
            raise Refusal(400, "Bad Request: expected form-data content disposition")
        for part in value[len("form-data;") :].split(";"):
            key, equals, part_value = part.partition("=")
            part_value = part_value.strip()
            if len(part_value) > 1 and part_value[0] == '"' and part_value[-1] == '"':
                part_value = part_value[1:-1]
            if equals and key.strip() == "name":
                name = part_value
            elif equals and key.strip() == "filename":
                filename = part_value
    if not name:
        raise Refusal(400, "Bad Request: field name in multipart/form-data not found")
    return name, filename, mime


def decode_json(text: str) -> Any:
    """JSON as TDLib decodes it: at most 100 levels deep.  Raises `ValueError`."""
    try:
        value, end = _DECODER.raw_decode(text, _skip(text, 0))
    except RecursionError as error:
        raise ValueError("Too big object depth") from error
    if _skip(text, end) != len(text):
        raise ValueError("Expected string end")
    return value
