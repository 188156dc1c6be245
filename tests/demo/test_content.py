"""The articles' files: what the reader of them promises, and what it says about a bad one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.demo.content import FOLDER, read_pieces, read_publishers

GOOD = """+++
title = "A"
standfirst = "B."
authors = ["C"]
tags = []
hours = 1
scene = "sea"
+++
One line
that goes on.

also: other
"""


def folder_with(tmp_path: Path, **files: str) -> Path:
    (tmp_path / "articles" / "faro").mkdir(parents=True)
    (tmp_path / "articles" / "courrier").mkdir()
    for name, text in files.items():
        paper, slug = name.split("__")
        (tmp_path / "articles" / paper / f"{slug}.md").write_text(text)
    return tmp_path


def test_paragraphs_are_joined_and_pointers_kept(tmp_path: Path) -> None:
    piece = read_pieces(read_publishers(), folder_with(tmp_path, faro__one=GOOD))["one"]
    assert piece.blocks == (("text", "One line that goes on."), ("also", "other"))
    assert piece.words == 5


def test_a_bad_file_is_named(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, faro__bad=GOOD.replace("standfirst", "standfist"))
    with pytest.raises(ValueError, match=r"bad\.md.*standfirst"):
        read_pieces(read_publishers(), folder)


def test_two_articles_of_one_name_are_refused(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, faro__same=GOOD, courrier__same=GOOD)
    with pytest.raises(ValueError, match="another article named same"):
        read_pieces(read_publishers(), folder)


def test_every_pointer_in_the_articles_leads_somewhere_and_the_script_has_no_gap() -> None:
    pieces = read_pieces(read_publishers())
    for piece in pieces.values():
        for kind, text in piece.blocks:
            assert kind == "text" or text in pieces, (piece.slug, text)
        assert sum([piece.age is not None, piece.order is not None, piece.breaking]) == 1, piece.slug
    orders = sorted(piece.order for piece in pieces.values() if piece.order is not None)
    assert orders == list(range(1, len(orders) + 1))


def test_corrections_change_something() -> None:
    for piece in read_pieces(read_publishers()).values():
        if piece.correction:
            text = " ".join([piece.title, piece.standfirst, *(text for _, text in piece.blocks)])
            assert all(old in text for old, _ in piece.correction.replace)


def test_there_are_long_and_short_headlines_a_gallery_a_film_and_an_article_without_picture() -> None:
    pieces = read_pieces(read_publishers()).values()
    lengths = [len(piece.title) for piece in pieces]
    assert min(lengths) < 15
    assert max(lengths) > 130
    assert max(len(piece.pictures) for piece in pieces) >= 6
    assert any(piece.film for piece in pieces)
    assert any(not piece.pictures for piece in pieces)
    assert (FOLDER / "video" / "crane.mp4").stat().st_size < 100_000
