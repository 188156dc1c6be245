"""The same story, the same text, and neither."""

from datetime import UTC, datetime, timedelta

from bot.articles.likeness import SAME_STORY, SAME_TEXT, Rarity, Stories, Story, group, story_score, text_score

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
AGENCY = (
    "The first night bus of the city will leave the harbour on Monday at one o'clock, the council said on Friday. "
    "It will run every 30 minutes until five in the morning. Drivers learnt of the plan from the newspaper, and their "
    "union wants to talk about pay before the first wheel turns."
)
BUS = Story.of(title="City opens its first night bus line", text=AGENCY, published=NOW)
BUS_ELSEWHERE = Story.of(
    title="Night buses start on Monday, drivers unhappy",
    text="Night buses will run in the city from Monday, every half hour until five. The drivers' union has not agreed "
    "to the plan of the council and asks for better pay.",
    published=NOW + timedelta(hours=5),
)
MEALS = Story.of(
    title="School meals get dearer after the holidays",
    text="Parents will pay four euros for a lunch in the schools of the district, ten per cent more than last year.",
    published=NOW,
)
RARITY = Rarity()
for _story in (BUS, BUS_ELSEWHERE, MEALS):
    RARITY.add(_story)


def test_one_event_in_other_words_is_one_story_and_no_copy() -> None:
    assert story_score(BUS, BUS_ELSEWHERE, RARITY) >= SAME_STORY
    assert text_score(BUS, BUS_ELSEWHERE) < SAME_TEXT
    assert story_score(BUS, MEALS, RARITY) < SAME_STORY


def test_a_reprint_with_another_headline_is_a_copy() -> None:
    reprint = Story.of(title="Buses all night long", text=AGENCY + " (dpa)", published=NOW)
    assert text_score(BUS, reprint) >= SAME_TEXT
    assert text_score(BUS, Story.of(title="x", text="Too short to tell.")) == 0.0


def test_stories_end_with_their_window_and_at_the_border_of_languages() -> None:
    later = Story.of(title="City opens its first night bus line", text=AGENCY, published=NOW + timedelta(days=5))
    assert story_score(BUS, later, RARITY) == 0.0
    urdu = Story.of(title="شہر میں پہلی رات کی بس", text="پیر سے شہر میں رات کی بس چلے گی، کونسل نے کہا۔")
    assert urdu.language == "ur" and story_score(BUS, urdu, RARITY) == 0.0
    assert story_score(Story.of(title="", text=""), Story.of(title="", text=""), RARITY) == 0.0


def test_forms_of_a_word_meet_in_every_language_we_stem() -> None:
    one = Story.of(title="Министр обороны заявил о поставках оружия", text=None)
    other = Story.of(title="Заявление министра обороны о поставке оружия", text=None)
    assert story_score(one, other, Rarity()) >= SAME_STORY


def test_groups_are_named_by_their_first_member() -> None:
    assert group([BUS, MEALS, BUS_ELSEWHERE]) == [0, 1, 0]
    assert group([]) == []


def test_the_likest_is_found_among_those_that_share_words() -> None:
    stories = Stories(RARITY)
    assert stories.best(BUS) is None
    stories.add(MEALS)
    stories.add(BUS_ELSEWHERE)
    best = stories.best(BUS)
    assert best is not None and best[0] == 1 and best[1] >= SAME_STORY


def test_what_is_stored_compares_as_before() -> None:
    again = Story.from_json(BUS.as_json(), language=BUS.language, published=BUS.published)
    assert again == BUS


def test_a_series_differs_by_its_numbers() -> None:
    one = Story.of(title="Weather on 8 November: rain on the coast", text=None)
    other = Story.of(title="Weather on 16 November: rain on the coast", text=None)
    same = Story.of(title="Weather on 8 November, rain on all the coast", text=None)
    assert story_score(one, other, Rarity()) < 0.8 * story_score(one, same, Rarity())
