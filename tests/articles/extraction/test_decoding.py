"""Bytes become the right text whatever the header, the page or nobody says."""

from __future__ import annotations

import pytest

from bot.articles import extraction
from bot.articles.extraction.decoding import as_utf8, decode

RUSSIAN = "Правительство объявило о новых мерах, которые вступят в силу в понедельник, сообщает пресс-служба."
JAPANESE = "政府は新しい措置を発表した。月曜日から施行されると報道官が述べた。市民からは不安の声も上がっている。"
CHINESE = "政府宣布了新的措施，将于星期一生效，新闻发言人表示，市民对此反应不一，许多人表示支持。"
KOREAN = "정부는 월요일부터 시행되는 새로운 조치를 발표했다고 대변인이 말했다. 시민들의 반응은 엇갈렸다."
GREEK = "Η κυβέρνηση ανακοίνωσε νέα μέτρα που θα τεθούν σε ισχύ τη Δευτέρα, δήλωσε ο εκπρόσωπος."
ARABIC = "أعلنت الحكومة عن إجراءات جديدة تدخل حيز التنفيذ يوم الاثنين حسبما قال المتحدث الرسمي"
GERMAN = "Die Behörde hat über die Maßnahmen informiert – „für alle“, wie es heißt."
TURKISH = "Şehirde yaşayan çocuklar için yeni bir kütüphane açıldı, dedi sözcü İstanbul'da."


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        (RUSSIAN, "windows-1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "iso-8859-5"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc-jp"),
        (JAPANESE, "iso-2022-jp"),
        (CHINESE, "gb2312"),
        (CHINESE, "gb18030"),
        (CHINESE, "gbk"),
        (KOREAN, "euc-kr"),
        (GREEK, "windows-1253"),
        (ARABIC, "windows-1256"),
        (GERMAN, "windows-1252"),
        (TURKISH, "iso-8859-9"),
        (GERMAN, "utf-8"),
    ],
)
def test_declared_charsets_are_read_from_header_and_from_the_page(text: str, charset: str) -> None:
    assert decode(text.encode(charset, "ignore"), f"text/html; charset={charset}") == text.encode(
        charset, "ignore"
    ).decode(charset)
    page = f'<html><head><meta charset="{charset}"><title>{text}</title></head><p>x</p>'.encode(charset, "ignore")
    assert text.encode(charset, "ignore").decode(charset) in decode(page)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_wins(codec: str) -> None:
    assert decode(RUSSIAN.encode(codec), "text/html; charset=windows-1252") == RUSSIAN


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_wide_text_without_a_mark_is_recognised(codec: str) -> None:
    page = f"<html><head><title>{GERMAN}</title></head><body><p>{GERMAN}</p></body></html>"
    assert decode(page.encode(codec)) == page


def test_valid_utf_8_is_utf_8_whatever_the_header_says() -> None:
    assert decode(RUSSIAN.encode(), "text/html; charset=iso-8859-1") == RUSSIAN


@pytest.mark.parametrize(
    ("text", "charset"), [(RUSSIAN * 4, "windows-1251"), (JAPANESE * 4, "shift_jis"), (GREEK * 4, "windows-1253")]
)
def test_undeclared_charsets_are_guessed(text: str, charset: str) -> None:
    data = b"<html><body><p>" + text.encode(charset) + b"</p></body></html>"
    assert text in decode(data)


def test_a_wrong_declaration_is_not_believed() -> None:
    data = b'<meta charset="utf-8"><p>' + (RUSSIAN * 4).encode("windows-1251")
    assert RUSSIAN in decode(data)


def test_a_few_broken_bytes_stay_utf_8() -> None:
    data = (RUSSIAN * 3).encode() + b"\xff" + RUSSIAN.encode()
    assert decode(data).startswith(RUSSIAN)


@pytest.mark.parametrize("label", ["hex", "rot13", "x-unknown", "unicode_escape", "idna", ""])
def test_labels_that_are_no_charset_of_text_are_ignored(label: str) -> None:
    assert decode(GERMAN.encode(), f"text/html; charset={label}") == GERMAN


def test_random_bytes_become_some_text() -> None:
    assert isinstance(decode(bytes(range(256)) * 20), str)
    assert decode(b"") == ""


def test_a_page_in_an_old_charset_is_read_whole() -> None:
    body = f"<article><h1>Новые меры</h1><p>{RUSSIAN}</p>"
    body += (
        "<p>Эксперты заявили, что последствия этих мер можно будет оценить не раньше, чем через полгода.</p></article>"
    )
    page = f'<html lang="ru"><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251">{body}'
    found = extraction.extract(page.encode("windows-1251"))
    assert found.title == "Новые меры"
    assert (found.text or "").startswith("Правительство объявило")
    assert extraction.extract_metadata(page.encode("windows-1251")).title == "Новые меры"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (RUSSIAN.encode(), RUSSIAN),
        (b"plain", "plain"),
        (RUSSIAN.encode("utf-8-sig"), RUSSIAN),
        (b"a\x00b", "ab"),
        (RUSSIAN.encode("utf-16"), RUSSIAN),
        ((RUSSIAN * 4).encode("windows-1251"), RUSSIAN * 4),
        (JAPANESE.encode("iso2022-jp"), JAPANESE),
    ],
    ids=["utf-8", "ascii", "marked", "nul", "wide", "old", "shifts"],
)
def test_whatever_comes_the_parser_gets_utf_8(data: bytes, text: str) -> None:
    header = "text/html; charset=iso-2022-jp" if b"\x1b" in data else None
    assert as_utf8(data, header) == text.encode()
