"""The public entrance of the sandbox's text handling."""

import pytest

from bot.sandbox.text import TextError, parse


def test_styles_are_split_where_another_begins_inside() -> None:
    parsed = parse("<b>a<i>b</i>c</b>", "HTML")
    assert parsed.text == "abc"
    assert [(entity["type"], entity["offset"], entity["length"]) for entity in parsed.entities] == [
        ("bold", 0, 1),
        ("bold", 1, 2),
        ("italic", 1, 1),
    ]


def test_an_unknown_tag_is_refused_with_its_byte_offset() -> None:
    with pytest.raises(TextError) as refusal:
        parse("é<br/>", "HTML")
    assert refusal.value.description == 'can\'t parse entities: Unsupported start tag "br/" at byte offset 2'
