"""Commands that read documents: shapes that scripts rely on, and bad input in words; the rest goes on."""

from __future__ import annotations

import gzip
import io
import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.commands.running import run_command
from tests.commands.conftest import Place

PAGE = """<html lang="en"><head><title>Night bus | Harbor Times</title>
<meta property="og:site_name" content="Harbor Times">
<meta property="og:title" content="City opens its first night-bus line">
<meta property="article:published_time" content="2026-11-20T09:30:00+01:00"></head>
<body><article><h1>City opens its first night-bus line</h1>
<p>Buses will run every 20 minutes between midnight and five from Friday, the city council said on Monday evening.</p>
<p>Fares stay the same as in daytime, and the drivers' union said that it welcomes the new line for its members.</p>
</article></body></html>"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in this process: exit code, standard output, standard error."""

    def run(*arguments: str, given: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        code = run_command(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return run


def rows(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize("pack", [None, gzip.compress, lzma.compress], ids=["plain", "gz", "xz"])
def test_extract_prints_every_documented_field_of_a_file(run: Run, tmp_path: Path, pack: Any) -> None:
    path = tmp_path / {None: "a.html", gzip.compress: "a.html.gz", lzma.compress: "a.html.xz"}[pack]
    path.write_bytes(pack(PAGE.encode()) if pack else PAGE.encode())
    code, out, _ = run("extract", str(path), "--url", "https://harbor.example/bus", "--json")
    found = json.loads(out)
    assert code == 0
    assert set(found) == {
        "title", "standfirst", "authors", "published", "modified", "canonical_url", "shortlink", "alternates",
        "site_name", "language", "image", "images", "videos", "text", "related", "tags", "summary",
    }  # fmt: skip
    assert found["title"] == "City opens its first night-bus line"
    assert found["published"] == "2026-11-20T09:30:00+01:00"
    assert found["language"] == "en"
    assert found["authors"] == [] and found["modified"] is None


def test_metadata_alone_has_the_same_shape_and_no_text(run: Run) -> None:
    code, out, _ = run("extract", "-", "--json", given=PAGE)
    whole = json.loads(out)
    line = json.dumps({"id": 1, "text": PAGE})
    code, out, _ = run("extract", "--jsonl", "--metadata", given=line)
    (found,) = rows(out)
    assert code == 0
    assert {name: value for name, value in found.items() if name != "id"} == whole | {
        "text": None, "summary": None, "image": found["image"], "images": [], "related": [],
    }  # fmt: skip


def test_extract_reads_standard_input(run: Run) -> None:
    code, out, _ = run("extract", "-", "--json", given=PAGE)
    assert (code, json.loads(out)["site_name"]) == (0, "Harbor Times")


def test_a_line_that_cannot_be_read_gives_its_problem_and_the_rest_goes_on(run: Run, tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": "a", "text": PAGE, "base": "https://harbor.example/bus"}),
        "not json",
        json.dumps({"id": "c"}),
        json.dumps({"id": "d", "file": str(tmp_path / "none.html")}),
        json.dumps(["a list"]),
        "",
        json.dumps({"id": "g", "text": ""}),
        json.dumps({"id": "h", "text": PAGE}),
    ]
    code, out, _ = run("extract", "--jsonl", given="\n".join(lines))
    found = rows(out)
    assert code == 1
    assert [row["id"] for row in found] == ["a", 2, "c", "d", 5, "g", "h"]
    assert ["error" in row for row in found] == [False, True, True, True, True, True, False]
    assert found[3]["error"]["code"] == "SW-C20"


def test_markup_gives_html_that_telegram_takes_with_its_measures(run: Run) -> None:
    code, out, _ = run("markup", "-", "--json", given="<p>Hello <b>you</b> &amp; <script>x()</script>me</p>")
    assert code == 0
    assert json.loads(out) == {
        "html": "Hello <b>you</b> &amp; me",
        "text": "Hello you & me",
        "length": 14,
        "entities": 1,
    }


def test_canonical_cleans_each_address(run: Run) -> None:
    code, out, _ = run("canonical", "https://a.example/x?utm_source=y", "https://a.example/x", "--json")
    assert code == 0
    assert [row["canonical"] for row in json.loads(out)] == ["https://a.example/x"] * 2
    code, out, _ = run("canonical", "--jsonl", given='{"id": 7, "url": "https://a.example/x?fbclid=1"}\n')
    assert rows(out) == [{"id": 7, "url": "https://a.example/x?fbclid=1", "canonical": "https://a.example/x"}]


@pytest.mark.parametrize(
    ("said", "how"),
    [
        ("The minister said that the bridge will open in May.", "model"),
        ("The bridge will open in July.", 'extractive (model: the name "July" is not in the text)'),
        ("The bridge will open in May.", "extractive (model: an attribution is lost)"),
    ],
)
def test_summarize_asks_the_language_model_and_says_why_it_is_not_believed(
    run: Run, place: Place, monkeypatch: pytest.MonkeyPatch, said: str, how: str
) -> None:
    place.says("/v1/chat/completions", json.dumps({"choices": [{"message": {"content": said}}]}))
    monkeypatch.setenv("BOT_MODEL_URL", f"{place.url}/v1")
    text = "The minister said that the bridge will open in May. It cost nine million."
    code, out, _ = run("summarize", "-", "--sentences", "1", "--json", given=text)
    found = json.loads(out)
    assert code == 0
    assert found["how"] == how
    assert found["summary"] == "The minister said that the bridge will open in May."
    assert place.asked == ["/v1/chat/completions"]


def test_summarize_gives_whole_sentences(run: Run) -> None:
    text = (
        "The minister said that the bridge will open in May. It cost nine million. Officials alleged that it is late."
    )
    code, out, _ = run("summarize", "-", "--sentences", "1", "--json", given=text)
    found = json.loads(out)
    assert code == 0
    assert set(found) == {"summary", "sentences", "language"}
    assert len(found["sentences"]) == 1 and found["sentences"][0] in text


def test_stories_groups_articles_of_one_event(run: Run) -> None:
    text = "A ferry and a barge collided in the outer harbour in thick fog on Monday morning, the port authority said."
    rows_given = [
        ("x", "Ferry and barge collide in harbour fog", text, "2026-11-20T08:00:00Z"),
        ("y", "Ferry, barge collide in fog in outer harbour", text, "2026-11-20T08:20:00Z"),
        ("z", "Parliament votes on the milk price", "Farmers wait for the vote on milk.", None),
    ]
    given = [dict(zip(("id", "title", "text", "published"), row, strict=True)) for row in rows_given]
    code, out, _ = run("stories", "-", given="\n".join(map(json.dumps, given)))
    found = {row["id"]: row["story"] for row in rows(out)}
    assert code == 0
    assert found["x"] == found["y"] != found["z"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("extract",), 2, "There is nothing to read"),
        (("extract", "/nowhere/a.html"), 2, "cannot be read"),
        (("extract", "http://127.0.0.1:1/x"), 1, "private address"),
        (("extract", "ftp://example.org/x"), 2, "cannot be read"),
        (("summarize", "-", "--sentences", "0"), 2, "sentences"),
        (("extrct",), 2, "extract"),
        (("sources", "tst"), 2, "test"),
        (("markup", "--colour"), 2, "--colour"),
    ],
)
def test_a_wrong_command_line_is_told_with_the_documented_code(
    run: Run, arguments: tuple[str, ...], code: int, words: str
) -> None:
    found, out, err = run(*arguments)
    assert found == code
    assert words in out + err
    assert "Traceback" not in out + err


def test_with_json_a_problem_is_json_too(run: Run) -> None:
    code, out, _ = run("extract", "/nowhere/a.html", "--json")
    assert code == 2
    assert json.loads(out)["error"]["code"] == "SW-C20"


def test_a_damaged_archive_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.xz").write_bytes(b"\xfd7zXZ\x00 broken")
    code, _, err = run("extract", str(tmp_path / "a.xz"))
    assert code == 2
    assert "damaged" in err
