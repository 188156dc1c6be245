"""How the sandbox says no: Telegram's error codes and words.

Descriptions are written in TDLib's own words and shaped by the rules of telegram-bot-api (`fail_query_with_error` in
Client.cpp): a prefix by code, and a lower first letter unless the second one is upper-case or an underscore.
"""

from __future__ import annotations

from typing import Any

_PREFIXES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 500: "Internal Server Error"}

# Codes of Telegram's servers that telegram-bot-api translates (Client.cpp, fail_query_with_error).
_TRANSLATED = {
    "MESSAGE_NOT_MODIFIED": "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message",
    "WC_CONVERT_URL_INVALID": "Wrong HTTP URL specified",
    "EXTERNAL_URL_INVALID": "Wrong HTTP URL specified",
    "WEBPAGE_CURL_FAILED": "Failed to get HTTP URL content",
    "WEBPAGE_MEDIA_EMPTY": "Wrong type of the web page content",
    "MEDIA_GROUPED_INVALID": "Can't use the media of the specified type in the album",
    "REPLY_MARKUP_TOO_LONG": "reply markup is too long",
    "USER_ADMIN_INVALID": "user is an administrator of the chat",
    "File generation failed": "can't upload file by URL",
    "CHAT_ABOUT_NOT_MODIFIED": "chat description is not modified",
    "QUERY_ID_INVALID": "query is too old and response timeout expired or query ID is invalid",
    "MESSAGE_DELETE_FORBIDDEN": "message can't be deleted",
}


def shape(code: int, message: str) -> str:
    """The `description` of an error, from TDLib's message."""
    prefix = _PREFIXES.get(code, "Bad Request")
    if message.startswith(prefix):
        return message
    if len(message) >= 2 and (message[1] == "_" or "A" <= message[1] <= "Z"):
        return f"{prefix}: {message}"
    return f"{prefix}: {message[:1].lower()}{message[1:]}"


class Refusal(Exception):
    """An answer with `ok: false`.  `description` is final; `parameters` as in ResponseParameters."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(message: str) -> Refusal:
    """400 in Telegram's words; codes of its servers are translated, and a few become 403."""
    if message == "INPUT_USER_DEACTIVATED":
        return forbidden("user is deactivated")
    if message == "USER_IS_BLOCKED":
        return forbidden("bot was blocked by the user")
    return Refusal(400, shape(400, _TRANSLATED.get(message, message)))


def forbidden(message: str) -> Refusal:
    return Refusal(403, shape(403, message))


def too_many_requests(retry_after: int) -> Refusal:
    """429 with `retry_after` in seconds (Query.cpp, set_retry_after_error)."""
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})


def migrated(chat_id: int) -> Refusal:
    return Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": chat_id})
