"""Messages: the form follows the source's wish, everything fits, and each request has its fallbacks."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Actions, Alternate, Article, Channel, Image, Media, Preview, Request, Video
from bot.posts import characters, fitting, message
from bot.posts.context import Also, Extras, Mark
from bot.posts.counting import Counter
from bot.posts.message import Message
from bot.posts.order import Order
from tests.posts import samples, telegram_parser

RENDERER = samples.renderer()
SITE = "https://n.example/"
BUTTONS, LINKS = samples.channel(), samples.channel(linked_chat_id=-1005)


def write(article: Article, channel: Channel = BUTTONS, **changes: object) -> Message:
    return message.write(Order(article=article, channel=channel, **changes), RENDERER)  # type: ignore[arg-type]


def words_of(request: Request) -> tuple[str, bool]:
    """The text and whether it is HTML, wherever the method keeps it."""
    params = request.params["media"][0] if request.method == "sendMediaGroup" else request.params
    return params.get("text", params.get("caption")), params.get("parse_mode") == "HTML"


def check(made: Message) -> None:
    """What holds for every message that leaves us."""
    first, _ = words_of(made.requests[0])
    assert telegram_parser.parse(first).text == made.visible_text
    for request in made.requests:
        text, is_html = words_of(request)
        limit = 4096 if request.method == "sendMessage" else 1024
        assert len(text.encode()) <= 32_768
        shown = telegram_parser.parse(text) if is_html else telegram_parser.Parsed(text, ())
        assert 0 < len(shown.text.encode("utf-16-le")) // 2 <= limit
        assert len(shown.entities) <= 100
        assert len(shown.links) == text.count("<a href=") * is_html
        assert ("link_preview_options" in request.params) == (request.method == "sendMessage")
        rows = request.params.get("reply_markup", {"inline_keyboard": []})["inline_keyboard"]
        assert all(1 <= len(row) <= 3 for row in rows)
        assert sum("attach://" in str(item) for item in _files(request)) == len(request.uploads)


def _files(request: Request) -> list[object]:
    if request.method == "sendMediaGroup":
        return [item["media"] for item in request.params["media"]]
    return [request.params.get("photo"), request.params.get("video")]


@pytest.mark.parametrize("name", samples.HARD)
@pytest.mark.parametrize("channel", [BUTTONS, LINKS], ids=["buttons", "links"])
@pytest.mark.parametrize("media", Media)
def test_hard_articles_become_valid_messages(name: str, channel: Channel, media: Media) -> None:
    made = write(samples.HARD[name], channel, media=media)
    check(made)
    assert made.problem is None


texts = st.text(max_size=400)
sentences = st.lists(st.text(min_size=1, max_size=300), max_size=30).map(tuple)
articles = st.builds(
    lambda title, site, summary, tags, url, photos: samples.article(
        title=title,
        site_name=site,
        summary=summary,
        tags=tags,
        url=url,
        image=Image(url=url or ""),
        images=tuple(Image(url=f"https://e.org/{n}.jpg") for n in range(photos)),
        language=None,
    ),
    texts,
    texts,
    sentences,
    st.lists(texts, max_size=5).map(tuple),
    st.one_of(st.none(), texts.map(lambda path: f"https://example.org/{path}"), st.just(samples.HINDI.url)),
    st.integers(min_value=0, max_value=6),
)


@pytest.mark.no_cover
@settings(max_examples=80, deadline=None)
@given(articles, st.sampled_from(Media), st.sampled_from([BUTTONS, LINKS]), texts)
def test_any_article_becomes_messages_that_parse_fit_and_keep_their_links(
    article: Article, media: Media, channel: Channel, note: str
) -> None:
    check(write(article, channel, media=media, extras=Extras(note=note, mark=Mark(kind="Corrected", at=samples.NOON))))


def test_the_share_post_looks_as_designed() -> None:
    made = write(samples.article())
    assert made.markup.html == (
        f'<a href="{samples.ADDRESS}"><b>City opens its first night-bus line</b></a>\n\n'
        "Buses will run every 20 minutes between 00:30 and 05:00 from Friday. Fares stay the same as in daytime.\n\n"
        '<i>Harbor Times · <tg-time unix="1796825100" format="r">9 Dec, 14:05</tg-time> · 2 min read</i>  #transport'
    )
    request = made.requests[0]
    assert request.method == "sendMessage"
    assert request.params["chat_id"] == -1001000000001
    assert request.params["disable_notification"] is False
    assert request.params["link_preview_options"] == {
        "url": samples.ADDRESS,
        "prefer_large_media": True,
        "show_above_text": True,
    }
    assert [again.why for again in made.requests] == ["as composed", "shorter", "plain"]
    assert "parse_mode" not in made.requests[-1].params
    assert made.requests[-1].params["text"].endswith(f"\n\n{samples.ADDRESS}")


def test_links_mode_ends_with_the_bare_short_address() -> None:
    short = "https://harbortimes.example/s/7"
    made = write(samples.article(shortlink=short), LINKS)
    assert made.visible_text.endswith(f"\nWhatsApp · Share\n{short}")
    assert telegram_parser.automatic(made.visible_text)[-1] == ("Url", short)
    assert "reply_markup" not in made.requests[0].params
    never = write(samples.article(), replace(LINKS, options={"show_link": "never"}))
    assert never.visible_text.endswith("\nRead · WhatsApp · Share")
    long = write(samples.article(url="https://harbortimes.example/" + "x" * 300), LINKS)
    assert long.visible_text.endswith("\nRead · WhatsApp · Share")
    ours = write(
        samples.article(url="https://harbortimes.example/" + "x" * 300), LINKS, counter=Counter(site=SITE, key=b"k")
    )
    last = ours.visible_text.rpartition("\n")[2]
    assert re.fullmatch(r"https://n\.example/r/[A-Za-z0-9_-]{16}", last)
    assert last.rpartition("/")[2] in {link.id for link in ours.links if link.button == "read"}


def test_no_actions_means_neither_buttons_nor_links() -> None:
    made = write(samples.article(), replace(LINKS, actions=Actions.NONE))
    assert made.markup.links == 1
    assert "reply_markup" not in made.requests[0].params
    forced = write(samples.article(), replace(LINKS, actions=Actions.BUTTONS))
    assert "reply_markup" in forced.requests[0].params
    assert "reply_markup" not in write(samples.article(), replace(BUTTONS, actions=Actions.LINKS)).requests[0].params


@pytest.mark.parametrize(
    ("preview", "options"),
    [
        (Preview.LARGE_BELOW, {"url": samples.ADDRESS, "prefer_large_media": True, "show_above_text": False}),
        (Preview.SMALL, {"url": samples.ADDRESS, "prefer_small_media": True}),
        (Preview.NONE, {"is_disabled": True}),
    ],
)
def test_the_preview_card_is_the_channels_choice(preview: Preview, options: dict[str, object]) -> None:
    made = write(samples.article(), replace(BUTTONS, preview=preview))
    assert made.requests[0].params["link_preview_options"] == options


def test_an_article_without_a_link_has_no_buttons_and_no_card() -> None:
    made = write(samples.article(url=None))
    assert "reply_markup" not in made.requests[0].params
    assert made.requests[0].params["link_preview_options"] == {"is_disabled": True}
    check(made)


def test_copied_pictures_fall_back_from_address_to_upload_card_text_shorter_and_plain() -> None:
    made = write(samples.article(), media=Media.COPY)
    assert [(request.method, request.why) for request in made.requests] == [
        ("sendPhoto", "as composed"),
        ("sendPhoto", "upload"),
        ("sendMessage", "preview"),
        ("sendMessage", "text"),
        ("sendMessage", "shorter"),
        ("sendMessage", "plain"),
    ]
    assert made.requests[1].uploads[0].url == "https://harbortimes.example/bus.jpg"
    assert made.requests[3].params["link_preview_options"] == {"is_disabled": True}


def test_an_album_holds_four_photos_its_caption_and_no_keyboard() -> None:
    made = write(samples.gallery(14), media=Media.COPY)
    album = made.requests[0]
    assert album.method == "sendMediaGroup"
    assert made.weight == len(album.params["media"]) == 4
    assert [bool(item.get("caption")) for item in album.params["media"]] == [True, False, False, False]
    assert "Photos: Lea Roy · 4 of 14 · all 14 photos" in made.visible_text
    assert "WhatsApp · Share" in made.visible_text
    assert made.template == "gallery"
    assert "reply_markup" not in album.params
    assert [request.why for request in made.requests][:4] == ["as composed", "upload", "photo", "upload"]
    check(made)
    ten = write(samples.gallery(14), replace(BUTTONS, options={"photos": 99}), media=Media.COPY)
    assert ten.weight == 10


@pytest.mark.parametrize(
    "found", [samples.article(), samples.gallery(5), samples.VIDEO], ids=["text", "album", "video"]
)
def test_a_breaking_post_and_who_else_tells_it_are_said_in_every_shape(found: Article) -> None:
    extras = Extras(breaking=True, also=(Also(source="AFP", url="https://afp.example/1"),))
    made = write(found, media=Media.COPY, extras=extras)
    assert made.visible_text.startswith("BREAKING\n")
    assert "Also: AFP" in made.visible_text
    check(made)


def test_a_video_file_is_sent_and_a_player_page_is_previewed() -> None:
    made = write(samples.VIDEO, media=Media.COPY)
    assert made.requests[0].method == "sendVideo"
    assert made.requests[0].params["duration"] == 134
    assert "Video 2:14 · 18 MB · Harbor Times" in made.visible_text
    big = replace(samples.VIDEO, videos=(replace(samples.VIDEO.videos[0], size=30_000_000),))
    assert write(big, media=Media.COPY).requests[0].uploads, "too large for Telegram to fetch by itself"
    huge = replace(samples.VIDEO, videos=(replace(samples.VIDEO.videos[0], size=80_000_000),), image=None)
    assert write(huge, media=Media.COPY).requests[0].method == "sendMessage"
    player = samples.article(videos=(Video(player="https://video.example/watch?v=1"),))
    card = write(player, media=Media.COPY).requests[0].params["link_preview_options"]
    assert card["url"] == "https://video.example/watch?v=1"


@pytest.mark.parametrize(
    ("image", "usable"),
    [
        (Image(url="https://a.bc/x.jpg"), True),
        (Image(url="https://a.bc/x.jpg", width=1, height=1), False),
        (Image(url="https://a.bc/x.jpg", width=9000, height=2000), False),
        (Image(url="https://a.bc/x.jpg", width=3000, height=100), False),
        (Image(url="/relative.jpg"), False),
    ],
)
def test_pictures_that_telegram_is_known_to_refuse_are_left_out(image: Image, usable: bool) -> None:
    assert fitting.is_usable(image) is usable
    assert bool(fitting.usable_photos(samples.article(image=image))) is usable


def test_a_caption_shrinks_by_whole_sentences_and_keeps_every_link() -> None:
    long = replace(samples.LONG, images=samples.gallery(3).images)
    made = write(long, media=Media.COPY)
    assert made.markup.length <= 1024
    assert made.markup.links >= 3
    tail = made.visible_text.split("\n\n")[1]
    assert tail.endswith("harbour.")


def test_a_summary_gives_way_before_anything_else(tmp_path: Path) -> None:
    (tmp_path / "full.html.j2").write_text(
        '<b>{{ title }}</b>\n\n{{ summary }}\n\n<a href="{{ link }}">{{ source }}</a>'
    )
    renderer = samples.renderer(tmp_path)
    made = message.write(Order(article=samples.LONG, channel=BUTTONS, template="full"), renderer)
    assert made.template == "full"
    assert 3900 < made.markup.length <= 4096
    assert made.markup.links == 1
    assert made.visible_text.split("\n\n")[1].endswith("harbour.")
    one = replace(samples.LONG, summary=("word " * 2000,))
    made = message.write(Order(article=one, channel=BUTTONS, template="full"), renderer)
    assert "word…" in made.visible_text
    assert made.markup.links == 1
    endless = replace(samples.LONG, title="title " * 200, summary=())
    (tmp_path / "wide.html.j2").write_text("{{ title }} {{ title }} {{ title }} {{ title }} {{ title }}")
    made = message.write(Order(article=endless, channel=BUTTONS, template="wide"), renderer)
    assert made.markup.length <= 4096
    (tmp_path / "huge.html.j2").write_text("x" * 5000)
    made = message.write(Order(article=endless, channel=BUTTONS, template="huge"), renderer)
    assert made.markup.length <= 4096


@pytest.mark.parametrize(
    ("source", "code"),
    [("{{ nonsense }}", "SW-P10"), ("{{ 1/0 }}", "SW-P11"), ("{% if %}", "SW-P12"), ("\u200b", "SW-P14")],
)
def test_a_failing_template_is_replaced_by_the_default_and_told(tmp_path: Path, source: str, code: str) -> None:
    (tmp_path / "evening.html.j2").write_text(source)
    order = Order(article=samples.article(), channel=BUTTONS, template="evening")
    made = message.write(order, samples.renderer(tmp_path))
    assert made.template == "share"
    assert made.problem is not None
    assert made.problem.code == code
    assert made.markup == write(samples.article()).markup


def test_even_broken_packaged_templates_leave_headline_and_link(tmp_path: Path) -> None:
    (tmp_path / "share.html.j2").write_text("{{ nonsense }}")
    made = message.write(Order(article=samples.article(), channel=BUTTONS), samples.renderer(tmp_path))
    assert made.visible_text == "City opens its first night-bus line"
    assert made.markup.links == 1
    nothing = samples.article(title=None, url=None)
    assert message.write(Order(article=nothing, channel=BUTTONS), samples.renderer(tmp_path)).visible_text


def test_silence_topic_and_protection_are_in_the_request() -> None:
    made = write(
        samples.article(), replace(BUTTONS, options={"protect": True}, chat_id=None), silent=True, thread_id=12
    )
    params = made.requests[0].params
    assert (params["disable_notification"], params["message_thread_id"]) == (True, 12)
    assert params["protect_content"] is True
    assert params["chat_id"] == "@harbornews"


def test_save_and_other_services_are_the_channels_choice() -> None:
    channel = replace(
        BUTTONS, options={"save": True, "share": ["x"], "utm": {"medium": "social"}, "whatsapp_footer": "F"}
    )
    made = write(samples.article(), channel, username="harbor_bot")
    rows = made.requests[0].params["reply_markup"]["inline_keyboard"]
    assert [button["text"] for row in rows for button in row][4:] == ["X", "Save"]
    assert "utm_medium=social" in rows[0][0]["url"]
    assert rows[1][0]["url"].endswith("%0A%0AF")
    flat = write(samples.article(), replace(BUTTONS, options={"utm": True}))
    assert "utm_source=telegram" in str(flat.requests[0].params)


def test_other_sources_and_the_mark_are_shown() -> None:
    extras = Extras(also=(Also(source="AFP", url="https://afp.example/1"),), mark=Mark(kind="Updated", at=samples.NOON))
    made = write(samples.article(), extras=extras)
    assert "\nUpdated 14:05\n" in made.visible_text
    assert "\nAlso: AFP" in made.visible_text
    breaking = write(samples.article(), extras=Extras(breaking=True))
    assert breaking.visible_text.startswith("BREAKING\n")


def test_a_sources_instant_view_template_is_in_the_posts_link_and_card_but_not_in_what_is_shared() -> None:
    made = write(samples.article(), rhash="a1b2c3d4e5f6a7")
    iv = "https://t.me/iv?url=https%3A%2F%2Fharbortimes.example%2Fnight-bus&rhash=a1b2c3d4e5f6a7"
    params = made.requests[0].params
    assert params["text"].count(iv.replace("&", "&amp;")) == 1
    assert params["link_preview_options"]["url"] == iv
    assert all(
        "t.me%2Fiv" not in button.get("url", "") for row in params["reply_markup"]["inline_keyboard"] for button in row
    )
    assert made.visible_text == write(samples.article()).visible_text
    assert iv in made.requests[-1].params["text"]


def test_an_articles_other_languages_stand_in_the_post_where_the_channel_wants_them() -> None:
    versions = [("en-GB", "/en"), ("hi", "/hi"), ("ur", "/ur"), ("en-US", "/us"), ("xx-unknown", "/x"), ("tlh", "/k")]
    alternates = tuple(Alternate(language=tag, url=f"https://harbortimes.example{path}") for tag, path in versions)
    article = replace(samples.article(), alternates=alternates)
    shown = write(article, replace(BUTTONS, options={"versions": True}))
    check(shown)
    line = next(line for line in shown.visible_text.splitlines() if "हिन्दी" in line)
    assert characters.without_isolates(line) == "English · हिन्दी · اردو · tlh"
    assert "हिन्दी" not in write(article).visible_text
    alone = replace(article, alternates=alternates[:1])
    assert "English" not in write(alone, replace(BUTTONS, options={"versions": True})).visible_text


def test_times_are_written_in_the_channels_zone() -> None:
    made = write(samples.article(), replace(BUTTONS, timezone="Asia/Karachi"))
    assert "9 Dec, 19:05" in made.visible_text
    assert "9 Dec, 14:05" in write(samples.article(), replace(BUTTONS, timezone="Nowhere/At_All")).visible_text


def test_an_edit_keeps_the_form_and_sends_the_keyboard_again() -> None:
    for media, method in ((Media.LINK, "editMessageText"), (Media.COPY, "editMessageCaption")):
        order = Order(article=samples.article(), channel=BUTTONS, media=media)
        sent = message.write(order, RENDERER).requests[0]
        edited = message.edit(order, RENDERER, sent)
        request = edited.requests[0]
        assert request.method == method
        assert "message_id" not in request.params, "the sender knows it"
        assert request.params["reply_markup"] == sent.params["reply_markup"]
        assert ("link_preview_options" in request.params) == (method == "editMessageText")
        assert "parse_mode" not in edited.requests[1].params
    order = Order(article=samples.gallery(5), channel=BUTTONS, media=Media.COPY)
    sent = message.write(order, RENDERER).requests[0]
    edited = message.edit(order, RENDERER, sent)
    assert edited.requests[0].method == "editMessageCaption"
    assert "reply_markup" not in edited.requests[0].params
    assert "4 of 5" in edited.visible_text
    order = Order(article=samples.VIDEO, channel=BUTTONS, media=Media.COPY)
    sent = message.write(order, RENDERER).requests[0]
    assert message.edit(order, RENDERER, sent).template == "video"
