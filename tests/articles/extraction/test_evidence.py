# ruff: noqa: E501 - tables of small pages, one a line
"""The kinds of evidence one by one: JSON-LD however broken, addresses, pictures, videos, hints."""

from __future__ import annotations

import json

import pytest

from bot.articles import extraction
from bot.articles.extraction import hints, jsonld
from bot.articles.extraction.pictures import alike
from bot.articles.extraction.tree import plain, text_of
from bot.articles.extraction.videos import seconds

ARTICLE = {"@type": "NewsArticle", "headline": "Council votes", "datePublished": "2024-03-05T06:07:08Z"}
GOOD = json.dumps(ARTICLE)


@pytest.mark.parametrize(
    "block",
    [
        GOOD,
        f"<!-- {GOOD} -->",
        f"//<![CDATA[\n{GOOD}\n//]]>",
        f"/* data */ {GOOD};",
        f"[{GOOD}]",
        json.dumps({"@graph": [{"@type": "WebPage"}, ARTICLE]}),
        json.dumps({"@type": "WebPage", "mainEntity": ARTICLE}),
        GOOD[:-1] + ",}",
        GOOD.replace('"Council votes"', '"Council\nvotes"'),
        GOOD.replace("Council votes", "Council\\'s votes"),
        GOOD.replace('"', "&quot;"),
        GOOD.replace("Council votes", 'Council "votes" twice'),
        f"{GOOD}{GOOD}",
        f"{{broken: }} {GOOD}",
        GOOD[:-1],
    ],
)
def test_json_ld_is_read_however_broken(block: str) -> None:
    found = jsonld.articles(jsonld.load([block]))
    assert found
    assert found[0]["datePublished"] == "2024-03-05T06:07:08Z"


@pytest.mark.parametrize("block", ["", "   ", "null", "3", '"text"', "[", "{" * 50_000, "[" * 100_000, "x" * 3_000_001])
def test_what_is_no_object_gives_nothing(block: str) -> None:
    assert jsonld.articles(jsonld.load([block])) == []


def test_the_fullest_description_stands_first() -> None:
    poor = {"@type": "Article", "name": "Other"}
    assert jsonld.articles(jsonld.load([json.dumps([poor, ARTICLE])]))[0]["headline"] == "Council votes"
    assert jsonld.articles(jsonld.load([json.dumps({"@type": "Person", "name": "Jane"})])) == []
    assert jsonld.articles(jsonld.load([json.dumps({"@type": "Article"})])) == []


def test_an_entry_of_a_live_blog_is_not_the_article() -> None:
    entry = {"@type": "BlogPosting", "headline": "Latest entry", "datePublished": "2024-03-05T09:00:00Z"}
    entry |= {"author": "Ann Lee", "articleBody": "Words of it.", "mainEntityOfPage": "https://news.example/live"}
    blog = {"@type": "LiveBlogPosting", "headline": "All day long", "liveBlogUpdate": [entry, entry]}
    assert [thing["headline"] for thing in jsonld.articles(jsonld.load([json.dumps(blog)]))] == ["All day long"]


def test_values_of_every_shape_become_strings() -> None:
    value = ["a", {"name": "b"}, {"@value": "c"}, {"@id": "d"}, 5, True, None, [["e"]], {"other": 1}]
    assert jsonld.strings(value) == ["a", "b", "c", "d", "5", "e"]
    assert jsonld.first([]) == ""
    assert jsonld.types({"@type": ["https://schema.org/NewsArticle", 3]}) == {"newsarticle"}
    assert len(jsonld.load(["[" + ",".join(["{}"] * 5_000) + "]"])) <= 3_000
    assert len(jsonld.load([json.dumps([ARTICLE] * 500)] * 10)) == 3_000


STORY = (
    "<p>The council met for six hours on that day, and the vote was closer than anyone had thought it would be.</p>" * 2
)


def read(
    head: str = "",
    body: str = "",
    url: str | None = "https://www.news.example/world/council",
    known: hints.Hints | None = None,
) -> extraction.Extraction:
    page = f"<html><head><title>Council votes</title>{head}</head><body><article><h1>Council votes</h1>{body}{STORY}</article></body></html>"
    return extraction.extract(page, url=url, hints=known)


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        ('<link rel="canonical" href="/world/council">', "https://www.news.example/world/council"),
        ('<link rel="canonical" href="https://news.example/world/council?id=3">', "https://news.example/world/council?id=3"),
        ('<link rel="canonical" href="https://other.example.org/world/council">', None),
        ('<link rel="canonical" href="https://www.news.example/">', None),
        ('<link rel="canonical" href="">', None),
        ('<link rel="canonical" href="http://[bad">', None),
        ('<link rel="canonical" href="javascript:void(0)">', None),
        ('<link rel="canonical" href="https://www.news.example/"><meta property="og:url" content="https://m.news.example/c">', "https://m.news.example/c"),
        ('<base href="https://www.news.example/deep/"><link rel="canonical" href="er">', "https://www.news.example/deep/er"),
    ],
)  # fmt: skip
def test_a_canonical_address_is_believed_only_when_sound(head: str, canonical: str | None) -> None:
    assert read(head).canonical_url == canonical


def test_a_page_without_an_address_takes_its_own_word() -> None:
    found = read(
        '<link rel="canonical" href="https://news.example/a"><meta property="og:image" content="/pic/one.jpg">',
        url=None,
    )
    assert found.canonical_url == "https://news.example/a"
    assert found.image is not None and found.image.url == "https://news.example/pic/one.jpg"
    assert read('<link rel="canonical" href="https://news.example/">', url=None).canonical_url is None


def test_sites_under_a_shared_suffix_are_not_one() -> None:
    assert read('<link rel="canonical" href="https://b.co.uk/x">', url="https://a.co.uk/x").canonical_url is None
    assert read('<link rel="shortlink" href="https://b.co.uk/x">', url="https://a.co.uk/x").shortlink is None


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ('<meta property="og:site_name" content="News Example">', "News Example"),
        ('<script type="application/ld+json">{"@type":"Article","headline":"Council votes","publisher":{"name":"News &amp; Co"}}</script>', "News & Co"),
        ('<script type="application/ld+json">{"@type":"WebSite","name":"News Site"}</script>', "News Site"),
        ('<meta name="application-name" content="App Name">', "App Name"),
        ("", None),
    ],
)  # fmt: skip
def test_the_site_s_name_is_taken_from_the_best_witness(head: str, name: str | None) -> None:
    assert read(head).site_name == name


@pytest.mark.parametrize(
    ("lang", "language"),
    [
        ("en", "en"),
        ("EN-us", "en-US"),
        ("zh-Hans-CN", "zh-CN"),
        ("pt_BR", "pt-BR"),
        ("", None),
        ("x", None),
        ("deutsch", None),
    ],
)
def test_declared_languages_are_made_regular(lang: str, language: str | None) -> None:
    page = f"<html lang='{lang}'><head><title>Council votes</title></head><body>{STORY}</body></html>"
    assert extraction.extract(page).language == language


def test_machine_tags_are_no_tags() -> None:
    head = '<meta name="keywords" content="Bridge, tax:topic:news, bridge, Council">'
    assert read(head).tags == ("Bridge", "Council")


@pytest.mark.parametrize(
    ("head", "body", "image"),
    [
        ('<meta property="og:image" content="/media/council-hall.jpg">', "", "/media/council-hall.jpg"),
        ('<meta property="og:image" content="/static/logo.png">', '<figure><img src="/media/council-hall.jpg"></figure>', "/media/council-hall.jpg"),
        ('<meta property="og:image" content="/a.jpg"><meta name="twitter:image" content="/b.jpg">', "", "/a.jpg"),
        ('<meta name="thumbnail" content="/media/thumb-nail.jpg">', "", "/media/thumb-nail.jpg"),
        ('<link rel="image_src" href="/media/linked.jpg">', "", "/media/linked.jpg"),
        ('<script type="application/ld+json">{"@type":"Article","headline":"Council votes","image":["/media/ld-one.jpg"]}</script>', "", "/media/ld-one.jpg"),
        ('<script type="application/ld+json">{"@type":"Article","headline":"Council votes","thumbnailUrl":"/media/ld-two.jpg"}</script>', "", "/media/ld-two.jpg"),
        ("", '<img data-src="/media/lazy-one.jpg" src="data:image/gif;base64,R0">', "/media/lazy-one.jpg"),
        ("", '<div class="author-bio"><img src="/media/face.jpg"></div>', None),
        ("", '<img src="/media/tiny.jpg" width="40" height="40">', None),
        ("", '<img src="/icons/arrow.svg"><img src="data:image/gif;base64,R0">', None),
    ],
)  # fmt: skip
def test_the_lead_image_is_chosen_by_evidence(head: str, body: str, image: str | None) -> None:
    found = read(head, body).image
    assert (found.url if found else None) == (f"https://www.news.example{image}" if image else None)


def test_crops_of_one_picture_are_alike() -> None:
    assert alike("https://a.example/w320/4815162342/hall.jpg", "https://a.example/w1200/4815162342/other.jpg")
    assert alike("https://a.example/x/council-hall.jpg", "https://b.example/y/council-hall.jpg")
    assert not alike("https://a.example/x/hall-one.jpg", "https://a.example/x/hall-two.jpg")


def test_a_gallery_shows_each_picture_once() -> None:
    body = "".join(
        f'<figure class="pic"><img src="/m/{size}/council-hall-{n}.jpg"><p class="caption">Hall {n}</p></figure>'
        for n in (1, 2)
        for size in (320, 640)
    )
    found = read(body=body)
    assert [image.caption for image in found.images] == ["Hall 1", "Hall 2"]


@pytest.mark.parametrize(
    ("text", "duration"),
    [("PT1M35S", 95), ("P1DT2H", 93_600), ("PT90.5S", 90), ("1:02:03", 3_723), ("02:03", 123), ("75", 75), ("75.9", 75), ("", None), ("soon", None), ("PT", None)],
)  # fmt: skip
def test_durations_are_seconds(text: str, duration: int | None) -> None:
    assert seconds(text) == duration


def test_videos_shown_and_claimed_are_found_once() -> None:
    body = (
        '<video poster="/p.jpg" width="640" height="360"><source src="/v/film.webm" type="video/webm"></video>'
        '<iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe><iframe src="https://maps.example/embed"></iframe>'
        '<amp-youtube data-videoid="ABCDEFGHIJK"></amp-youtube>'
    )
    head = '<meta property="og:video" content="https://www.youtube.com/embed/abcdefghijk"><meta property="og:video:type" content="text/html">'
    found = read(head, body).videos
    assert [video.url or video.player for video in found] == [
        "https://www.news.example/v/film.webm",
        "https://www.youtube.com/embed/abcdefghijk",
        "https://www.youtube.com/embed/ABCDEFGHIJK",
    ]
    assert (found[0].mime, found[0].width, found[0].thumbnail) == ("video/webm", 640, "https://www.news.example/p.jpg")
    claimed = read(
        '<meta property="og:video" content="/v/only.mp4"><meta property="og:video:duration" content="61">'
    ).videos
    assert (claimed[0].url, claimed[0].mime, claimed[0].duration) == (
        "https://www.news.example/v/only.mp4",
        "video/mp4",
        61,
    )


def test_sizes_of_videos_are_bytes() -> None:
    def size(text: str) -> int | None:
        thing = {"@type": "VideoObject", "contentUrl": "/v.mp4", "contentSize": text}
        return read(f'<script type="application/ld+json">{json.dumps(thing)}</script>').videos[0].size

    assert [size(text) for text in ("1234", "2 KB", "1,5 MB", "3GiB", "big", "1.2.3 MB")] == [
        1234,
        2_000,
        1_500_000,
        3_000_000_000,
        None,
        None,
    ]


def test_hints_fill_fields_take_parts_out_and_name_the_body() -> None:
    given = hints.read_hints(
        "[fields]\nstandfirst = \"//div[@class='x-under']\"\nauthors = \"//li[@data-role='writer']\"\n"
        "published = \"//span/@data-when\"\nmodified = \"//span/@data-nothing\"\nbody = \"//div[@id='x-story']\"\n"
        "drop = \"//div[@class='x-between']\"\ntitle = \"string(//b)\"\nunknown = \"//p\"\n"
    )  # fmt: skip
    assert set(given.paths) == {"standfirst", "authors", "published", "modified", "body", "drop", "title"}
    body = (
        "<b>The headline that hints know</b><div class=x-under>A standfirst that only hints know of.</div><li data-role=writer>Jane Roe</li>"
        "<span data-when='2024-03-05 06:07'></span><div id=x-story>First part. <div class=x-between>Buy now, all of you!</div>tail."
        "<div class=x-between>More to buy here</div> The end of it all, which is long enough to be a text of its own in this very test."
        f" {'And on it goes. ' * 12}</div>"
    )
    found = read(body=body, known=given)
    assert found.title == "The headline that hints know"
    assert found.standfirst == "A standfirst that only hints know of."
    assert found.authors == ("Jane Roe",)
    assert found.published is not None and found.published.isoformat() == "2024-03-05T06:07:00+00:00"
    assert (found.text or "").startswith("First part. tail. The end of it all")
    assert "council" not in (found.text or "")


def test_hints_are_found_by_host_and_by_the_domain_above_it() -> None:
    assert hints.hints_for("www.news.example") is not None
    assert hints.hints_for("other.example") is None
    assert hints.hints_for("../../etc") is None
    assert hints.read_hints('[fields]\ntitle = "//["\n').paths == {}


def test_text_of_elements_and_values_is_plain() -> None:
    from lxml import html

    element = html.fromstring("<div>a<br>b<script>no</script><p>c</p>d<!-- no --></div>")
    assert text_of(element) == "a b c d"
    assert plain("Tom &amp;amp; <b>Jerry</b>&nbsp;") == "Tom & Jerry"
    assert plain(None) == ""
