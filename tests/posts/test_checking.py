"""A template is checked against hard articles before anybody relies on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import TemplateError
from bot.posts import checking
from bot.posts.press import Press
from tests.posts import samples


def test_the_packaged_templates_pass_and_say_how_long_they_get() -> None:
    reports, problems = checking.check_all(Press(renderer=samples.renderer()))
    assert problems == []
    assert {report.template for report in reports} == set(samples.renderer().names())
    for report in reports:
        assert report.text[1] <= 4096
        assert report.caption[1] <= 1024
        assert report.entities <= 100
        assert report.template in str(report)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{{ sumary }}", 'Did you mean "summary"?'),
        ("<p>{{ title }}</p>", "Use a blank line."),
        ("<b>{{ title }}", "<b> is never closed"),
        ("{{ note.x }}", "has no attribute"),
        ("\u200b", "no visible character"),
        ("{% if image %}{{ title }}{% endif %}", 'There is no variable "image"'),
    ],
)
def test_a_template_is_refused_with_the_reason(source: str, words: str) -> None:
    with pytest.raises(TemplateError) as caught:
        checking.check(Press(renderer=samples.renderer()), "evening", source=source)
    assert words in str(caught.value.problem)


def test_a_bad_file_is_one_problem_among_good_ones(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "evening.html.j2").write_text("{{ title }}\n{{ sumary }}")
    reports, problems = checking.check_all(Press(renderer=samples.renderer(tmp_path)))
    assert len(reports) == len(samples.renderer().names())
    (problem,) = problems
    assert problem.where is not None
    assert problem.where.endswith("evening.html.j2:2")
