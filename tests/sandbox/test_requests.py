"""Requests of every shape: all the ways to pass arguments, and malformed ones of every kind.

Whatever comes in, the answer is Telegram's: JSON, never a 500, never silence.
"""

from __future__ import annotations

import asyncio
import io
import json
import random
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox import Box
from bot.sandbox.methods import methods
from bot.sandbox.parameters import MAX_PARAMETERS, Refusal, decode_json, read_arguments
from tests.sandbox.conftest import CHANNEL

FORM = "application/x-www-form-urlencoded"


async def raw(box: Box, http: aiohttp.ClientSession, body: bytes, kind: str, query: str = "") -> tuple[int, Any]:
    url = f"{box.url}/bot1000001:sandbox/sendMessage{query}"
    async with http.post(url, data=io.BytesIO(body), headers={"Content-Type": kind}) as response:
        return response.status, json.loads(await response.read())


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FORM, f"chat_id={CHANNEL}&text=a+b%21".encode()),
        ("application/json", json.dumps({"chat_id": CHANNEL, "text": "a b!"}).encode()),
        ("application/json; charset=utf-8", json.dumps({"chat_id": str(CHANNEL), "text": "a b!"}).encode()),
        (
            'multipart/form-data; boundary="x"',
            b'--x\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n'
            + str(CHANNEL).encode()
            + b"\r\n--x\r\nContent-Disposition: form-data;\r\n name=text\r\n"
            b"Content-Type: text/plain\r\n\r\na b!\r\n--x--\r\n",
        ),
    ],
)
async def test_arguments_come_as_form_json_or_multipart(box: Box, http: Any, kind: str, body: bytes) -> None:
    status, answer = await raw(box, http, body, kind)
    assert status == 200 and answer["result"]["text"] == "a b!"


async def test_query_and_body_are_merged_and_the_query_comes_first(box: Box, http: Any) -> None:
    status, answer = await raw(box, http, b"text=from+body&chat_id=1", FORM, f"?chat_id={CHANNEL}")
    assert status == 200 and answer["result"]["text"] == "from body"
    async with http.get(f"{box.url}/bot1000001:sandbox/SENDmessage?chat_id=@demonews&text=by%20get") as response:
        assert (await response.json())["result"]["text"] == "by get"
    async with http.get(f"{box.url}/bot1000001:sandbox?method=getMe") as response:
        assert (await response.json())["result"]["username"] == "demo_news_bot"


@pytest.mark.parametrize(
    ("kind", "body", "status", "description"),
    [
        ("application/json", b"{broken", 400, "Bad Request: message text is empty"),
        ("application/json", b'["a"]', 400, "Bad Request: message text is empty"),
        ("application/json", b'{"text": "x", "chat_id": ', 400, "Bad Request: chat_id is empty"),
        ("application/json", b'{"text": ["x"], "chat_id": {}}', 400, "Bad Request: chat not found"),
        ("application/json", b'{"text": "\\ud800", "chat_id": 5012}', 400,
         "Bad Request: strings must be encoded in UTF-8"),
        ("application/json", b"[" * 5000, 400, "Bad Request: message text is empty"),
        ("application/json", b'{"text":' + b"[" * 5000, 400, "Bad Request: message text is empty"),
        (FORM, b"text=%ff%fe&chat_id=5012", 400, "Bad Request: strings must be encoded in UTF-8"),
        (FORM, b"&&=&text", 400, "Bad Request: message text is empty"),
        (FORM, b"text=x&chat_id=" + b"9" * 5000, 400, "Bad Request: chat not found"),
        (FORM, b"text=" + b"x" * 40_000 + b"&chat_id=5012", 400, "Bad Request: text is too long"),
        (FORM, b"text=" + b"x" * MAX_PARAMETERS, 413, "Request Entity Too Large: too much parameters"),
        ("application/json", b" " * (MAX_PARAMETERS + 1), 413, "Request Entity Too Large: too much parameters"),
        ("text/plain", b"text=x", 400, "Bad Request: message text is empty"),
        ("multipart/form-data", b"x", 400, "Bad Request: boundary not found"),
        ("multipart/form-data; boundary", b"x", 400, "Bad Request: boundary value not found"),
        ("multipart/form-data; boundary=", b"x", 400, "Bad Request: boundary too big or empty"),
        ("multipart/form-data; boundary=" + "b" * 71, b"x", 400, "Bad Request: boundary too big or empty"),
        ("multipart/form-data; boundary=b", b"no boundary here", 400, "Bad Request: message text is empty"),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\nvalue\r\n--b--", 400,
         "Bad Request: headers in multipart/form-data are empty"),
        ("multipart/form-data; boundary=b", b"--b\r\nX: y\r\n\r\nvalue\r\n--b--", 400,
         "Bad Request: field name in multipart/form-data not found"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: attachment\r\n\r\nv\r\n--b--", 400,
         "Bad Request: expected form-data content disposition"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=text\r\n\r\nnever ends", 400,
         "Bad Request: message text is empty"),
        ("multipart/form-data; boundary=b", b"--b\r\nno header end", 400, "Bad Request: message text is empty"),
    ],
)  # fmt: skip
async def test_a_malformed_request_gets_telegrams_answer(
    box: Box, http: Any, kind: str, body: bytes, status: int, description: str | None
) -> None:
    got, answer = await raw(box, http, body, kind)
    assert (got, answer["ok"], answer["error_code"]) == (status, False, status)
    if description is not None:
        assert answer["description"] == description


def test_a_form_may_not_bring_a_hundred_files_or_a_huge_one() -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="f%d"; filename="x"\r\n\r\nv\r\n'
    many = b"".join(part % number for number in range(101)) + b"--b--"
    with pytest.raises(Refusal, match="too much files attached"):
        read_arguments("", "multipart/form-data; boundary=b", many)
    value = b'--b\r\nContent-Disposition: form-data; name="v"\r\n\r\n' + b"x" * (MAX_PARAMETERS + 1) + b"\r\n--b--"
    with pytest.raises(Refusal, match="too much parameters in form data"):
        read_arguments("", "multipart/form-data; boundary=b", value)
    huge = part % 1
    huge = huge.replace(b"\r\n\r\nv", b"\r\n\r\n" + b"v" * (51 << 20)) + b"--b--"
    with pytest.raises(Refusal, match="Request Entity Too Large"):
        read_arguments("", "multipart/form-data; boundary=b", huge)
    with pytest.raises(Refusal, match="too much parameters"):
        read_arguments("x" * (MAX_PARAMETERS + 1), "", b"")


def test_an_empty_part_is_an_empty_value() -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n\r\n--b--'
    assert read_arguments("", "multipart/form-data; boundary=b", body).values == {"text": ""}


@given(
    st.binary(max_size=300),
    st.sampled_from(["application/json", FORM, "multipart/form-data; boundary=b", "", "x/y"]),
    st.text(max_size=40),
)
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_no_bytes_break_the_reader(body: bytes, kind: str, query: str) -> None:
    try:
        read_arguments(query, kind, body)
    except Refusal as refusal:
        assert 400 <= refusal.code < 500


def test_json_arguments_are_read_whole_or_refused() -> None:
    assert decode_json(' {"a": [1]} ') == {"a": [1]}
    for broken in ("", "{", "{} x", "[" * 100_000):
        with pytest.raises(ValueError, match=r".*"):
            decode_json(broken)


VALUES = [
    "", "x", "0", "-1", "99999999999999999999", "true", "null", "[]", "{}", "[[]]", '[{"type":"x"}]', '{"a":1}',
    "@", "@demonews",
    "1e5", "NaN", "<b>", "\udcff", "\0", "é" * 100, str(CHANNEL), "5012", "1", '["a","b"]', "[1,2]",
    '{"inline_keyboard":[[{"text":"x"}]]}', '{"type":"photo","media":"attach://x"}', '[{"type":"photo","media":"x.y"}]',
    '{"inline_keyboard":[[1]]}', '{"keyboard":[1]}', '{"message_id":"x"}', '{"type":"chat","chat_id":1}',
]  # fmt: skip


@pytest.mark.parametrize("name", sorted({method.name for method in methods().values() if method.handler}))
async def test_no_arguments_make_a_method_fail_inside(bot: Any, box: Box, name: str) -> None:
    await box.people.promote("ana", "talk", "news")
    await bot.ok("sendMessage", chat_id=CHANNEL, text="something to point at")
    method = methods()[name.lower()]
    rng = random.Random(name)
    for _ in range(25):
        params: dict[str, str] = {}
        for parameter in method.parameters.values():
            if parameter.required or rng.random() < 0.4:
                params[parameter.name] = rng.choice(VALUES)
        if rng.random() < 0.6 and "chat_id" in params:
            params["chat_id"] = rng.choice([str(CHANNEL), "5012", "-1001000000002", "-4001"])
        if name == "getUpdates":
            params["timeout"] = "0"
            await asyncio.sleep(0)
            box.world.queues[1000001]._last_offset = None
        params = {key: value.replace("\udcff", "?") for key, value in params.items()}
        answer = await asyncio.wait_for(bot(name, **params), 10)
        assert answer["ok"] or 400 <= answer["error_code"] < 500, (params, answer)


async def test_a_method_that_is_no_get_or_post_is_not_implemented(box: Box, http: Any) -> None:
    async with http.put(f"{box.url}/bot1000001:sandbox/getMe") as response:
        assert response.status == 501


async def test_what_the_official_schema_has_against_a_request_is_noted(bot: Any, box: Box) -> None:
    await bot("sendMessage", chat_id="no chat", text="x", colour="red", reply_markup="[]", disable_notification="maybe")
    await bot("sendMessage", chat_id=CHANNEL)
    await bot("sendLocation", chat_id=CHANNEL, latitude="north", longitude=1.5, live_period="long")
    found = await box.people.journal(problems=1)
    assert [set(entry["problems"]) for entry in found] == [
        {"parameter chat_id is no chat", "unknown parameter colour", "parameter reply_markup is no {}",
         "parameter disable_notification is no bool"},
        {"missing parameter text"},
        {"parameter latitude is no float", "parameter live_period is no int"},
    ]  # fmt: skip
    assert (await box.people.report())["unknown_parameters"] == {"sendMessage.colour": 1}
