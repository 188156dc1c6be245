"""JSON in columns: the short way for long texts writes what the encoder would."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.columns import encode

LONG = "a harbour and its tram " * 20


@pytest.mark.parametrize(
    "value",
    [
        {"content": LONG, "title": "short"},
        {"content": f'<p class="a">\\u0000 {LONG}</p>\n\t\r', "url": None},
        {"title": "short", "content": f"\x01\x1f\x00{LONG}", "tags": ["a", 1]},
        {"content": f"\ud800 é \u2028 \U0001f300 {LONG}"},
        {'odd "name"': LONG, "b": {"c": LONG}},
        {"a": "short"},
        {},
        [LONG],
        LONG,
    ],
    ids=["plain", "escapes", "controls", "other scripts", "names", "short", "empty", "list", "text"],
)
def test_long_texts_are_written_as_the_encoder_writes_them(value: Any) -> None:
    assert json.loads(encode(value)) == value
    assert encode(value) == json.dumps(value, ensure_ascii=False, separators=(",", ":")) or isinstance(value, dict)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.text() | st.text(min_size=200, max_size=300))
)
def test_any_mapping_comes_back(value: dict[str, Any]) -> None:
    assert json.loads(encode(value)) == value
