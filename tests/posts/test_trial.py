"""Templates are tried on hard articles before anybody trusts them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import TemplateError
from bot.posts.press import Press
from bot.posts.rendering import Renderer
from bot.posts.trial import hard_articles, names_to_try, try_template

OURS = Path(__file__).resolve().parents[2] / "templates"


@pytest.fixture
def press() -> Press:
    return Press(renderer=Renderer([OURS]))


@pytest.mark.parametrize("name", names_to_try(Press(renderer=Renderer([OURS]))))
def test_every_template_of_ours_fits_all_eight_hard_articles(press: Press, name: str) -> None:
    trial = try_template(press, name)
    assert trial.longest <= 4096
    assert trial.entities <= 100
    assert len(hard_articles()) == 8
    assert "8 articles" in str(trial)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{{ sumary }}", "summary"),
        ("<p>{{ title }}</p>", "<p>"),
        ("{% for x in range(10**9) %}x{% endfor %}", "no functions"),
    ],
)
def test_a_template_with_a_mistake_is_refused_with_what_to_do(press: Press, source: str, words: str) -> None:
    with pytest.raises(TemplateError) as caught:
        try_template(press, "evening", source=source)
    assert words in str(caught.value.problem)
