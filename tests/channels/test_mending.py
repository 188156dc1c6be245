"""What is sent instead when content is refused: the right fallback, each once, and then no more."""

from __future__ import annotations

from typing import Any

import pytest
from telegram.error import BadRequest

from bot.channels import mending, outcome
from bot.model import Lane, Post, PostKind, PostState, Request


def request(method: str = "sendMessage", why: str = "as composed", **params: Any) -> Request:
    return Request(method=method, params=params, why=why)


def post(*requests: Request, index: int = 0, visible: str = "the words") -> Post:
    return Post(
        id=1,
        bot_id=1,
        once_key="k",
        kind=PostKind.SHARE,
        state=PostState.SENDING,
        lane=Lane.CHANNEL,
        chat_id=-1001,
        requests=requests,
        request_index=index,
        visible_text=visible,
    )


def refused(description: str) -> outcome.Verdict:
    return outcome.classify(outcome.of_exception(BadRequest(f"Bad Request: {description}")))


PHOTO = request("sendPhoto", photo="https://a.example/1.jpg", caption="<b>x</b>", parse_mode="HTML")
UPLOAD = request("sendPhoto", why="upload")
PREVIEW = request(why="preview", text="x")
SHORTER = request(why="shorter", text="s")


@pytest.mark.parametrize(
    ("description", "index", "expected"),
    [
        ("failed to get HTTP URL content", 0, "upload"),
        ("IMAGE_PROCESS_FAILED", 1, "preview"),
        ("message caption is too long", 0, "shorter"),
        ("something new", 0, "upload"),
        ("something new", 2, "shorter"),
    ],
)
def test_the_fallback_that_mends_comes_next(description: str, index: int, expected: str) -> None:
    following = mending.next_request(post(PHOTO, UPLOAD, PREVIEW, SHORTER, index=index), refused(description))
    assert following is not None
    assert following[1][following[0]].why == expected


def test_plain_text_is_made_where_no_fallback_has_it_and_only_once() -> None:
    broken = request(text="<b>x", parse_mode="HTML", reply_markup={"inline_keyboard": []}, link_preview_options={})
    verdict = refused("can't parse entities: Can't find end tag corresponding to start tag \"b\"")
    following = mending.next_request(post(broken), verdict)
    assert following is not None and following[0] == 1
    assert following[1][1] == request(why="plain", text="the words", link_preview_options={})
    assert mending.next_request(post(*following[1], index=1), verdict) is None


def test_a_plain_caption_fits_its_limit() -> None:
    following = mending.next_request(post(PHOTO, visible="😀" * 2_000), refused("can't parse entities: x"))
    assert following is not None
    caption = following[1][1].params["caption"]
    assert len(caption.encode("utf-16-le")) // 2 <= 1_024 and caption.endswith("😀…")


def test_what_has_no_text_cannot_be_made_plain() -> None:
    assert mending.next_request(post(request("sendMediaGroup", media=[])), refused("can't parse entities: x")) is None


def test_a_reply_to_a_message_that_is_gone_goes_out_alone() -> None:
    reply = request(text="x", reply_parameters={"message_id": 5})
    following = mending.next_request(post(reply), refused("message to be replied not found"))
    assert following is not None and following[1][1] == request(why="alone", text="x")
    assert mending.next_request(post(request(text="x")), refused("message to be replied not found")) is None


def test_what_nothing_mends_stays_refused() -> None:
    assert mending.next_request(post(PHOTO, UPLOAD), refused("message to edit not found")) is None
