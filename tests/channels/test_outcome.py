"""Every answer of Telegram that we know, and what the sender makes of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, TelegramError

from bot.channels import outcome
from bot.channels.transport import (
    AnswerTimeoutError,
    FloodError,
    NotSentError,
    ServerError,
    TooLargeError,
    UnansweredError,
)
from bot.model import Outcome

CASES = json.loads((Path(__file__).parents[1] / "data/channels/botapi_errors.json").read_text())["cases"]
CLASSES = {
    "not_sent": Outcome.NOT_SENT,
    "ambiguous": Outcome.UNKNOWN,
    "rejected_retry": Outcome.FLOOD,
    "content_error": Outcome.CONTENT_ERROR,
    "destination_error": Outcome.DESTINATION_ERROR,
    "success": Outcome.SENT,
}
PHASES = {"connect": NotSentError("refused"), "write": UnansweredError("reset"), "read": UnansweredError("cut")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_listed_answer_has_its_class(case: dict) -> None:
    if case["phase"] == "response":
        answer = outcome.of_answer(case["status"], case["body"] or None)
    else:
        answer = outcome.of_exception(PHASES[case["phase"]])
    assert outcome.classify(answer).outcome is CLASSES[case["class"]]


FORBIDDEN = [
    ("Forbidden: bot was blocked by the user", "SW-T406"),
    ("Forbidden: bot was kicked from the channel chat", "SW-T405"),
    ("Forbidden: bot was kicked from the supergroup chat", "SW-T405"),
    ("Forbidden: bot was kicked from the group chat", "SW-T405"),
    ("Forbidden: bot is not a member of the channel chat", "SW-T405"),
    ("Forbidden: user is deactivated", "SW-T407"),
    ("Forbidden: bot can't initiate conversation with a user", "SW-T408"),
    ("Forbidden: the group chat was deleted", "SW-T407"),
    ("Forbidden: bots can't send messages to bots", "SW-T414"),
    ("Forbidden: something new", "SW-T403"),
]


@pytest.mark.parametrize(("text", "code"), FORBIDDEN)
def test_a_403_pauses_the_destination_and_names_one_cause(text: str, code: str) -> None:
    verdict = outcome.classify(outcome.of_exception(Forbidden(text)))
    assert verdict.outcome is Outcome.DESTINATION_ERROR
    assert verdict.problem is not None and verdict.problem.code == code
    assert verdict.problem.cause and verdict.problem.fix


RIGHTS = [
    ("need administrator rights in the channel chat", "SW-T403"),
    ("not enough rights to send photos to the chat", "SW-T403"),
    ("have no write access to the chat", "SW-T403"),
    ("TOPIC_CLOSED", "SW-T409"),
    ("CHAT_WRITE_FORBIDDEN", "SW-T403"),
    ("chat not found", "SW-T404"),
    ("message thread not found", "SW-T409"),
    ("chat_id is empty", "SW-T404"),
    ("group chat was upgraded to a supergroup chat", "SW-T415"),
    ("CHANNEL_PRIVATE", "SW-T405"),
    ("PEER_ID_INVALID", "SW-T404"),
]


@pytest.mark.parametrize(("text", "code"), RIGHTS)
def test_a_400_about_the_chat_pauses_the_destination(text: str, code: str) -> None:
    verdict = outcome.classify(outcome.of_exception(BadRequest(f"Bad Request: {text}")))
    assert verdict.outcome is Outcome.DESTINATION_ERROR
    assert verdict.problem is not None and verdict.problem.code == code


MENDABLE = [
    ('can\'t parse entities: Unsupported start tag "br/" at byte offset 3', outcome.PLAIN),
    ("can't parse entities: Text contains invalid Unicode characters after decoding HTML entities", outcome.PLAIN),
    ("entities too long", outcome.PLAIN),
    ("message is too long", outcome.SHORTER),
    ("message caption is too long", outcome.SHORTER),
    ("text is too long", outcome.SHORTER),
    ("MESSAGE_TOO_LONG", outcome.SHORTER),
    ("MEDIA_CAPTION_TOO_LONG", outcome.SHORTER),
    ("BUTTON_DATA_INVALID", outcome.PLAIN),
    ("BUTTON_URL_INVALID", outcome.PLAIN),
    ("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard", outcome.PLAIN),
    ("inline keyboard button URL 'http://localhost:8000/x' is invalid: Wrong HTTP URL", outcome.PLAIN),
    ("reply markup is too long", outcome.PLAIN),
    ("failed to get HTTP URL content", outcome.UPLOAD),
    ("wrong type of the web page content", outcome.UPLOAD),
    ("wrong file identifier/HTTP URL specified", outcome.UPLOAD),
    ("Wrong HTTP URL specified", outcome.UPLOAD),
    ("IMAGE_PROCESS_FAILED", outcome.UPLOAD),
    ("PHOTO_INVALID_DIMENSIONS", outcome.UPLOAD),
    ("Photo has unsupported extension. Use one of .jpg, .jpeg, .gif, .png, .tif or .bmp", outcome.UPLOAD),
    ("too many messages to send as an album", outcome.PREVIEW),
    ("document can't be mixed with other media types", outcome.PREVIEW),
    ("Group send failed", outcome.PREVIEW),
    ("message to be replied not found", outcome.ALONE),
    ("message text is empty", None),
    ("text must be non-empty", None),
    ("something that nobody has seen before", None),
]


@pytest.mark.parametrize(("text", "first"), MENDABLE)
def test_a_400_about_the_content_names_the_fallback_that_mends_it(text: str, first: str | None) -> None:
    verdict = outcome.classify(outcome.of_exception(BadRequest(f"Bad Request: {text}")))
    assert verdict.outcome is Outcome.CONTENT_ERROR and verdict.mendable
    assert (verdict.mend[0] if verdict.mend else None) == first
    assert verdict.problem is not None


@pytest.mark.parametrize(
    "text",
    [
        "message to edit not found",
        "message to delete not found",
        "message can't be edited",
        "message can't be deleted",
        "there is no text in the message to edit",
        "MESSAGE_ID_INVALID",
    ],
)
def test_a_message_that_is_gone_is_told_and_only_a_deletion_has_another_way(text: str) -> None:
    verdict = outcome.classify(outcome.of_exception(BadRequest(f"Bad Request: {text}")))
    assert verdict.outcome is Outcome.CONTENT_ERROR and verdict.mendable is ("be deleted" in text)
    assert verdict.problem is not None and verdict.problem.code == "SW-T410"


def test_not_modified_means_that_the_edit_is_there() -> None:
    text = (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
    )
    assert outcome.classify(outcome.of_exception(BadRequest(text))).outcome is Outcome.SENT


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (outcome.of_exception(FloodError(35, "Too Many Requests: retry after 35")), 35),
        (outcome.Answer(status=429, description="Too Many Requests"), outcome.DEFAULT_RETRY),
        (outcome.Answer(status=420, description="FLOOD_WAIT_17"), 17),
        (outcome.Answer(status=400, description="SLOWMODE_WAIT_30"), 30),
        (
            outcome.of_exception(
                BadRequest(
                    'Bad Request: failed to send message #2 with the error message "Too Many Requests: retry after 8"'
                )
            ),
            8,
        ),
        (outcome.of_answer(429, {"ok": False, "description": "", "parameters": {"retry_after": 86400}}), 86_400),
    ],
)
def test_flood_control_in_every_guise_says_how_long(answer: outcome.Answer, seconds: float) -> None:
    verdict = outcome.classify(answer)
    assert verdict.outcome is Outcome.FLOOD and verdict.retry_after == seconds


def test_an_album_error_is_judged_by_the_text_inside_it() -> None:
    wrapped = 'Bad Request: failed to send message #3 with the error message "WEBPAGE_CURL_FAILED"'
    verdict = outcome.classify(outcome.of_exception(BadRequest(wrapped)))
    assert verdict.outcome is Outcome.CONTENT_ERROR and verdict.mend[0] == outcome.UPLOAD


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (NotSentError("refused"), Outcome.NOT_SENT),
        (UnansweredError("reset"), Outcome.UNKNOWN),
        (AnswerTimeoutError("silence"), Outcome.UNKNOWN),
        (ServerError("Bad Gateway", status=502), Outcome.UNKNOWN),
        (TooLargeError("Request Entity Too Large"), Outcome.CONTENT_ERROR),
        (ChatMigrated(-1001), Outcome.MIGRATED),
        (InvalidToken("Unauthorized"), Outcome.TOKEN_ERROR),
        (InvalidToken("Unauthorized: invalid token specified"), Outcome.TOKEN_ERROR),
        (InvalidToken("Not Found"), Outcome.TOKEN_ERROR),
        (InvalidToken("Not Found: method not found"), Outcome.CONTENT_ERROR),
        (Conflict("Conflict: terminated by other getUpdates request"), Outcome.NOT_SENT),
        (TelegramError("Invalid server response"), Outcome.UNKNOWN),
        (NetworkError("Found (302)"), Outcome.UNKNOWN),
        (KeyError("result"), Outcome.UNKNOWN),
    ],
)
def test_what_the_transport_raises_has_its_outcome(error: BaseException, expected: Outcome) -> None:
    assert outcome.classify(outcome.of_exception(error)).outcome is expected


def test_a_migration_carries_the_new_chat() -> None:
    assert outcome.classify(outcome.of_exception(ChatMigrated(-1001))).migrate_to == -1001
    body = {"ok": False, "error_code": 400, "description": "x", "parameters": {"migrate_to_chat_id": -1002}}
    assert outcome.classify(outcome.of_answer(400, body)).migrate_to == -1002


@pytest.mark.parametrize(("status", "body"), [(200, None), (502, None), (418, {"ok": False, "description": "?"})])
def test_what_is_not_surely_a_refusal_is_unknown(status: int, body: dict | None) -> None:
    assert outcome.classify(outcome.of_answer(status, body)).outcome is Outcome.UNKNOWN
