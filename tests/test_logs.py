"""Logs: facts beside the words, and never a secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot import logs

TOKEN = "987654321:" + "AbC-_" * 7


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    logger = logging.getLogger()
    before, level = logger.handlers[:], logger.level
    logger.handlers = []
    yield logger
    logger.handlers, level = before, logger.setLevel(level) or level


def test_a_line_has_time_level_words_and_facts(root: logging.Logger) -> None:
    stream = io.StringIO()
    logs.set_up(style="text", level="info", secrets=(), stream=stream)
    logging.getLogger("x").info("sent post", extra={"post": 7, "channel": "@x"})
    logging.getLogger("x").debug("not shown")
    assert stream.getvalue().endswith("INFO    sent post  post=7 channel=@x\n")


def test_json_lines_carry_the_facts_as_fields(root: logging.Logger) -> None:
    stream = io.StringIO()
    logs.set_up(style="json", level="debug", secrets=(), stream=stream)
    try:
        raise ValueError("x")
    except ValueError:
        logging.getLogger("x").exception("failed", extra={"post": 7})
    line = json.loads(stream.getvalue())
    assert (line["message"], line["level"], line["post"]) == ("failed", "error", 7)
    assert "ValueError: x" in line["traceback"]


@pytest.mark.parametrize("style", ["text", "json"])
def test_no_secret_passes_in_words_arguments_facts_or_tracebacks(root: logging.Logger, style: str) -> None:
    stream = io.StringIO()
    logs.set_up(style=style, level="debug", secrets=["p4ssword", "", "p4ssword-longer"], stream=stream)
    logger = logging.getLogger("httpx")
    logger.warning("POST https://api.telegram.org/bot%s/sendMessage", TOKEN)
    logger.warning("p4ssword-longer", extra={"url": f"postgresql://u:p4ssword@h/bot{TOKEN}"})
    try:
        raise RuntimeError(f"https://h/bot{TOKEN}/getMe")
    except RuntimeError:
        logger.exception("failed with p4ssword")
    shown = stream.getvalue()
    assert "p4ssword" not in shown
    assert TOKEN not in shown
    assert TOKEN.partition(":")[2] not in shown
    assert "987654321:***" in shown


def test_setting_up_twice_keeps_one_handler(root: logging.Logger) -> None:
    for _ in range(2):
        logs.set_up(style="text", level="info", secrets=(), stream=io.StringIO())
    assert len(root.handlers) == 1
    assert logging.getLogger("httpx").level == logging.WARNING
