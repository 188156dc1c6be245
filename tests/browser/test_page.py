"""The sandbox's page in real Chromium: what subscribers, readers and admins see and do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from playwright.async_api import expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.no_cover,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("browser"),  # one Chromium, one demo
]
DEMO, URDU, TECH, TALK = -1001000000001, -1001000000002, -1001000000003, -1001000000004
PRIVATE = "1000001:5012"

Stage = Any  # conftest.Stage
Browse = Callable[..., Awaitable[Any]]
Violations = Callable[[Any], Awaitable[list[str]]]

EVERYTHING = (
    "<b>bold</b> <i>italic</i> <u>under</u> <s>gone</s> <b><i>both</i></b> 🌊 <a href='https://example.org/x'>link</a> "
    "<code>code</code> <tg-spoiler>hidden</tg-spoiler> <tg-time unix='1772000000' format='Dt'>then</tg-time>\n"
    "<blockquote>quoted</blockquote>\n<blockquote expandable>one\ntwo\nthree\nfour\nfive\nsix</blockquote>\n"
    "<pre><code class='language-python'>print(1)</code></pre>\n@demo_news_bot #tag /help a@b.example"
)


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


async def share(stage: Stage, chat: int, slug: str, **more: Any) -> Any:
    """A share post as the product makes it, with the preview card above."""
    stage.site.publish(slug)
    piece, url = stage.site.out[slug].piece, stage.site.address(slug)
    text = f'<b><a href="{url}">{piece.title}</a></b>\n\n{piece.standfirst}'
    options = {"url": url, "prefer_large_media": True, "show_above_text": True}
    return await stage.bot(
        "sendMessage", chat_id=chat, text=text, parse_mode="HTML", link_preview_options=options, **more
    )


async def update_of(stage: Stage, kind: str) -> Any:
    """The next update of this kind; earlier ones are confirmed."""
    offset = 0
    for _ in range(20):
        for update in await stage.bot("getUpdates", offset=offset, timeout=1):
            offset = update["update_id"] + 1
            if kind in update:
                await stage.bot("getUpdates", offset=offset)
                return update[kind]
    raise AssertionError(f"no {kind} came")


async def test_a_post_appears_live_with_its_preview_card(stage: Stage, browse: Browse) -> None:
    page = await browse(stage.page("sam", DEMO))
    await expect(page.get_by_text("Posts appear here as they arrive.")).to_be_visible()
    sent = await share(stage, DEMO, "night-bus", disable_notification=True)
    post = page.locator(f"#m{sent['message_id']}")
    await expect(post.locator(".text b, .text strong").first).to_have_text("City opens its first night-bus line")
    card = post.locator(".card")
    await expect(card).to_contain_text("Harbor Times")
    assert await card.evaluate("node => node.nextElementSibling.className") == "text"
    assert (
        await card.locator("img").evaluate("async image => { await image.decode(); return image.naturalWidth }") == 1200
    )
    await expect(post.get_by_text("silent")).to_be_attached()
    await expect(post.locator(".meta")).to_contain_text("views 3")


async def test_every_kind_of_entity_is_rendered(stage: Stage, browse: Browse) -> None:
    await stage.bot("sendMessage", chat_id=DEMO, text=EVERYTHING, parse_mode="HTML")
    page = await browse(stage.page("sam", DEMO))
    text = page.locator(".msg .text").first
    for selector, words in {
        "strong": "bold", "em": "italic", "u": "under", "s": "gone", "strong em, em strong": "both", "code": "code",
        "blockquote:not(.foldable)": "quoted", "pre code": "print(1)",
    }.items():  # fmt: skip
        await expect(text.locator(selector).first).to_have_text(words)
    await expect(text.locator("pre")).to_have_attribute("data-language", "python")
    await expect(text.locator("time").first).to_have_text("25 February 2026 at 07:13")
    links = await text.locator("a").evaluate_all("all => all.map(one => [one.textContent, one.href])")
    assert ["link", "https://example.org/x"] in links
    assert ["@demo_news_bot", "https://t.me/demo_news_bot"] in links
    assert ["a@b.example", "mailto:a@b.example"] in links
    spoiler = text.locator(".spoiler")
    assert await spoiler.evaluate("node => getComputedStyle(node).color") == "rgba(0, 0, 0, 0)"
    await spoiler.press("Enter")
    assert await spoiler.evaluate("node => getComputedStyle(node).color") == "rgb(0, 0, 0)"
    quote = text.locator(".foldable")
    low = (await quote.bounding_box())["height"]
    await quote.get_by_role("button", name="Whole quote").click()
    assert (await quote.bounding_box())["height"] > low
    await expect(quote.get_by_role("button")).to_have_attribute("aria-expanded", "true")


async def test_an_edit_a_reaction_and_a_deletion_happen_in_place(stage: Stage, browse: Browse) -> None:
    sent = await stage.bot("sendMessage", chat_id=DEMO, text="Buses run every 20 minutes")
    other = await stage.bot("sendMessage", chat_id=DEMO, text="Rain at last")
    page = await browse(stage.page("kim", DEMO))
    post = page.locator(f"#m{sent['message_id']}")
    await expect(post.get_by_text("edited")).to_have_count(0)
    await stage.bot("editMessageText", chat_id=DEMO, message_id=sent["message_id"], text="Buses run every 30 minutes")
    await expect(post).to_contain_text("every 30 minutes")
    await expect(post.get_by_text("edited")).to_be_visible()
    await stage.people.react("sam", DEMO, sent["message_id"], "👍")
    chip = post.locator(".reacts button")
    await expect(chip).to_have_text("👍 1")
    await chip.click()
    await expect(chip).to_have_text("👍 2")
    await expect(chip).to_have_attribute("aria-pressed", "true")
    await stage.bot("deleteMessage", chat_id=DEMO, message_id=other["message_id"])
    await expect(page.locator(f"#m{other['message_id']}")).to_have_count(0)
    await expect(page.locator(".msg")).to_have_count(1)


async def test_an_album_is_a_mosaic_and_a_film_plays(stage: Stage, browse: Browse) -> None:
    pictures = [f"{stage.site.url}/pictures/tall-ships-{n}.png" for n in range(1, 6)]
    album = [{"type": "photo", "media": url} for url in pictures]
    album[0] |= {"caption": "<b>Eight sails</b>", "parse_mode": "HTML"}
    await stage.bot("sendMediaGroup", chat_id=DEMO, media=album)
    film = f"{stage.site.url}/video/crane.mp4"
    await stage.bot("sendVideo", chat_id=DEMO, video=film, duration=14, width=640, height=360)
    page = await browse(stage.page("sam", DEMO))
    rows = page.locator(".msg").first.locator(".row")
    await expect(rows).to_have_count(2)
    assert await rows.evaluate_all("rows => rows.map(row => row.children.length)") == [2, 3]
    heights = await rows.nth(1).locator(".shot").evaluate_all("all => all.map(one => one.offsetHeight)")
    assert max(heights) - min(heights) <= 1
    await expect(page.locator(".msg").first.locator("strong")).to_have_text("Eight sails")
    await expect(page.locator(".badge")).to_contain_text("0:14")
    await page.get_by_role("button", name="Play: Video").click()
    await expect(page.locator("video")).to_have_js_property("paused", False)


async def test_buttons_act_a_press_is_answered_by_toast_or_alert_and_copy_copies(
    stage: Stage, browse: Browse, violations: Violations
) -> None:
    keys = keyboard(
        [
            {"text": "Read", "url": "https://example.org/a"},
            {"text": "Copy link", "copy_text": {"text": "http://x.example"}},
        ],
        [{"text": "More", "callback_data": "more"}, {"text": "Drop", "callback_data": "drop", "style": "danger"}],
    )
    await stage.bot("sendMessage", chat_id=5012, text="Pick", reply_markup=keys)
    page = await browse(stage.page("sam", PRIVATE))
    read = page.get_by_role("link", name="Read")
    assert await read.get_attribute("href") == "https://example.org/a"
    assert await read.get_attribute("target") == "_blank"
    await page.get_by_role("button", name="Copy link").click()
    await expect(page.locator("#toast")).to_have_text("Copied")
    assert await page.evaluate("navigator.clipboard.readText()") == "http://x.example"
    more = page.get_by_role("button", name="More", exact=True)
    await more.click()
    await expect(more).to_have_attribute("aria-busy", "true")
    query = await update_of(stage, "callback_query")
    assert (query["data"], query["from"]["first_name"]) == ("more", "Sam")
    await stage.bot("answerCallbackQuery", callback_query_id=query["id"], text="There is more")
    await expect(page.locator("#toast")).to_have_text("There is more")
    await expect(more).not_to_have_attribute("aria-busy", "true")
    await page.get_by_role("button", name="Drop").click()
    query = await update_of(stage, "callback_query")
    await stage.bot("answerCallbackQuery", callback_query_id=query["id"], text="Really gone", show_alert=True)
    await expect(page.get_by_role("dialog")).to_contain_text("Really gone")
    assert await violations(page) == []
    await page.get_by_role("button", name="OK").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_reader_writes_and_gets_an_answer_and_pages_in_place(stage: Stage, browse: Browse) -> None:
    page = await browse(stage.page("sam", PRIVATE))
    await page.get_by_label("Message", exact=True).fill("night bus")
    await page.keyboard.press("Enter")
    asked = await update_of(stage, "message")
    assert asked["text"] == "night bus"
    await expect(page.locator(".msg.own")).to_contain_text("night bus")
    await stage.bot("sendChatAction", chat_id=5012, action="typing")
    await expect(page.locator("#subtitle")).to_have_text("typing…")
    keys = keyboard([{"text": "◀", "callback_data": "p1"}, {"text": "▶", "callback_data": "p2"}])
    sent = await stage.bot("sendMessage", chat_id=5012, text="11 results, page 1", reply_markup=keys)
    await expect(page.locator("#subtitle")).to_have_text("bot")
    forward = page.get_by_role("button", name="▶")
    await forward.focus()
    await page.keyboard.press("Enter")
    query = await update_of(stage, "callback_query")
    await stage.bot("editMessageText", chat_id=5012, message_id=sent["message_id"], text="Page 2", reply_markup=keys)
    await stage.bot("answerCallbackQuery", callback_query_id=query["id"])
    await expect(page.locator(f"#m{sent['message_id']}")).to_contain_text("Page 2")
    await expect(page.get_by_role("button", name="▶")).to_be_focused()


async def test_commands_are_offered_and_a_reply_keyboard_speaks(
    stage: Stage, browse: Browse, violations: Violations
) -> None:
    await stage.bot(
        "setMyCommands",
        commands=[{"command": "latest", "description": "The newest"}, {"command": "help", "description": "What I do"}],
    )
    rows = {"keyboard": [["Latest", "My alerts"]], "resize_keyboard": True, "one_time_keyboard": True}
    await stage.bot("sendMessage", chat_id=5012, text="Hello", reply_markup=rows)
    page = await browse(stage.page("sam", PRIVATE))
    alerts = page.get_by_role("group", name="Keyboard of the bot").get_by_role("button", name="My alerts")
    await alerts.click()
    assert (await update_of(stage, "message"))["text"] == "My alerts"
    await expect(alerts).to_be_hidden()
    await page.get_by_label("Message", exact=True).fill("/la")
    await expect(page.get_by_role("button", name="/help")).to_have_count(0)
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    assert (await update_of(stage, "message"))["text"] == "/latest"
    await page.get_by_role("button", name="Commands").click()
    await expect(page.get_by_role("button", name="/help")).to_be_visible()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="/help")).to_be_hidden()


def result(number: int, stage: Stage) -> dict[str, Any]:
    return {
        "type": "article",
        "id": f"r{number}",
        "title": f"Night bus {number}",
        "description": "Harbor Times · 2 h",
        "thumbnail_url": f"{stage.site.url}/pictures/rain-jackets.png",
        "input_message_content": {"message_text": f"<b>Night bus {number}</b>", "parse_mode": "HTML"},
    }


async def test_an_inline_query_pages_and_its_result_is_sent(
    stage: Stage, browse: Browse, violations: Violations
) -> None:
    page = await browse(stage.page("sam", TALK))
    line = page.get_by_label("Message", exact=True)
    await line.fill("@demo_news_bot bus")
    query = await update_of(stage, "inline_query")
    assert (query["query"], query["offset"]) == ("bus", "")
    first = [result(number, stage) for number in range(12)]
    await stage.bot("answerInlineQuery", inline_query_id=query["id"], results=first, next_offset="12", cache_time=0)
    await expect(page.locator("#popup button")).to_have_count(12)
    await page.locator("#popup").evaluate("node => node.scrollTo(0, node.scrollHeight)")
    query = await update_of(stage, "inline_query")
    assert query["offset"] == "12"
    await stage.bot("answerInlineQuery", inline_query_id=query["id"], results=[result(12, stage)], cache_time=0)
    await expect(page.locator("#popup button")).to_have_count(13)
    assert await violations(page) == []
    await page.locator("#popup button").nth(2).click()
    await expect(page.locator(".msg.own strong")).to_have_text("Night bus 2")
    await expect(page.locator(".msg.own")).to_contain_text("via @demo_news_bot")
    await expect(line).to_have_value("")


async def test_the_comment_bar_is_there_and_disappears_with_a_keyboard(stage: Stage, browse: Browse) -> None:
    plain = await stage.bot("sendMessage", chat_id=URDU, text="Without buttons")
    keys = keyboard([{"text": "Read", "url": "https://example.org"}])
    dressed = await stage.bot("sendMessage", chat_id=URDU, text="With buttons", reply_markup=keys)
    page = await browse(stage.page("sam", URDU))
    bar = page.locator(f"#m{plain['message_id']} .comments")
    await expect(bar).to_have_text("Leave a comment")
    await expect(page.locator(f"#m{dressed['message_id']}")).to_be_visible()
    await expect(page.locator(f"#m{dressed['message_id']} .comments")).to_have_count(0)
    await bar.click()
    await expect(page.locator("#title")).to_have_text("Talk")
    await expect(page.locator(".msg").first).to_contain_text("Without buttons")


async def test_links_into_telegram_stay_on_the_page(stage: Stage, browse: Browse) -> None:
    await stage.bot("sendMessage", chat_id=DEMO, text="Ask https://t.me/demo_news_bot?start=q_42 or see @demotech")
    page = await browse(stage.page("sam", DEMO))
    await page.locator(".text a").first.click()
    await expect(page.locator("#title")).to_have_text("Demo News bot")
    assert (await update_of(stage, "message"))["text"] == "/start q_42"
    await page.go_back()
    await page.goto(stage.page("sam", DEMO))
    await page.reload()
    await page.get_by_role("link", name="@demotech").click()
    await page.get_by_role("button", name="Join").click()
    await expect(page.get_by_role("button", name="Mute")).to_be_visible()


async def test_unread_posts_are_counted_divided_and_jumped_to(stage: Stage, browse: Browse) -> None:
    for number in range(14):
        await stage.bot("sendMessage", chat_id=DEMO, text=f"Old post {number}\n\nwith a few lines\nof text")
    page = await browse(stage.page("sam", TALK), height=500)
    await expect(page.locator("#live")).to_have_text("live")
    for number in range(3):
        await stage.bot("sendMessage", chat_id=DEMO, text=f"New post {number}")
    row = page.locator("#chats button", has_text="Demo News").first
    await expect(row.locator(".count")).to_have_text("3 unread")
    await row.click()
    await expect(page.locator(".new")).to_have_text("New")
    assert await page.locator(".new ~ .msg").count() == 3
    await expect(row.locator(".count")).to_have_count(0)
    await page.locator("#log").evaluate("log => log.scrollTo(0, 0)")
    await stage.bot("sendMessage", chat_id=DEMO, text="The newest")
    jump = page.get_by_role("button", name="To the newest message, 1 new")
    await jump.click()
    await expect(page.locator(".msg").last).to_be_in_viewport()
    await expect(jump).to_be_hidden()


async def test_an_admin_broadcasts_and_pins_and_a_subscriber_cannot_write(stage: Stage, browse: Browse) -> None:
    page = await browse(stage.page("ana", DEMO))
    await page.get_by_label("Message", exact=True).fill("From the newsroom")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".msg")).to_contain_text("From the newsroom")
    post = await update_of(stage, "channel_post")
    await stage.bot("pinChatMessage", chat_id=DEMO, message_id=post["message_id"])
    await expect(page.get_by_role("button", name="Pinned message")).to_contain_text("From the newsroom")
    await page.locator("#people").get_by_role("button", name="Kim").click()
    await expect(page.get_by_label("Message", exact=True)).to_be_hidden()
    await expect(page.get_by_role("button", name="Mute")).to_be_visible()


async def test_the_panel_tells_what_happened_behind_a_post(
    stage: Stage, browse: Browse, violations: Violations
) -> None:
    page = await browse(stage.page("sam", DEMO))
    sent = await stage.bot("sendMessage", chat_id=DEMO, text="Rain at last")
    await stage.people.note("decision", "Rule “everything”", chat_id=DEMO, message_id=sent["message_id"])
    await page.locator(".msg .text").click()
    panel = page.get_by_role("complementary", name="What happened")
    await expect(panel.locator(".steps li")).to_contain_text("Rule “everything”")
    await panel.get_by_text("sendMessage").click()
    await expect(panel.locator("pre").first).to_contain_text('"text": "Rain at last"')
    await panel.get_by_role("button", name="React with 👍").click()
    await expect(page.locator(".reacts")).to_contain_text("👍 1")
    assert await violations(page) == []


LOOKS = [(1280, False), (1280, True), (360, False), (360, True)]


@pytest.mark.parametrize(("width", "dark"), LOOKS)
async def test_the_page_is_accessible_and_fits_at_every_width(
    stage: Stage, browse: Browse, violations: Violations, width: int, dark: bool
) -> None:
    await stage.bot("sendMessage", chat_id=DEMO, text=EVERYTHING, parse_mode="HTML")
    keys = keyboard(
        [{"text": "Read on harbortimes.example", "url": "https://example.org", "style": "primary"}],
        [
            {"text": "Yes", "url": "https://example.org", "style": "success"},
            {"text": "A long label that is cut", "url": "https://x.example"},
        ],
    )
    await share(stage, DEMO, "night-bus", reply_markup=keys)
    film = f"{stage.site.url}/video/crane.mp4"
    await stage.bot("sendVideo", chat_id=DEMO, video=film, duration=14, caption="A film")
    page = await browse(stage.page("sam", DEMO), width=width, height=780, dark=dark)
    await expect(page.locator(".card img")).to_be_attached()
    await asyncio.sleep(0.4)  # the animations of arrival
    assert await violations(page) == []
    background = await page.evaluate("getComputedStyle(document.getElementById('chat')).backgroundColor")
    assert background == ("rgb(14, 22, 33)" if dark else "rgb(223, 232, 214)")
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    if width == 360:
        await page.get_by_role("button", name="Back to the chats").click()
        await expect(page.locator("#chats button")).to_have_count(6 - 1)
        assert await violations(page) == []


@pytest.mark.parametrize(("width", "dark"), LOOKS)
async def test_right_to_left_messages_are_mirrored_and_accessible(
    stage: Stage, browse: Browse, violations: Violations, width: int, dark: bool
) -> None:
    await share(stage, URDU, "raat-bazar")
    await share(stage, URDU, "qitar-bahri")
    page = await browse(stage.page("sam", URDU), width=width, dark=dark)
    first = page.locator(".msg .bubble").first
    await expect(first).to_have_attribute("dir", "rtl")
    await expect(first.locator(".text")).to_have_attribute("lang", "ur")
    card = first.locator(".card")
    assert await card.evaluate("node => getComputedStyle(node).borderRightWidth") == "3px"
    style = await first.locator(".text").evaluate(
        "node => [getComputedStyle(node).lineHeight, getComputedStyle(node).fontSize]"
    )
    assert float(style[0][:-2]) / float(style[1][:-2]) == pytest.approx(1.9, abs=0.01)
    text, meta = await first.locator(".text a").bounding_box(), await first.locator(".meta").bounding_box()
    assert meta["x"] < text["x"] + text["width"] / 2
    assert await violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") == width


async def test_the_switch_changes_light_and_dark_and_is_remembered(stage: Stage, browse: Browse) -> None:
    page = await browse(stage.page("sam"))
    await page.get_by_role("button", name="Light or dark").click()
    assert await page.evaluate("document.documentElement.dataset.theme") == "dark"
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await page.evaluate("localStorage.clear()")
    await page.emulate_media(color_scheme="light")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")


async def test_the_keyboard_alone_is_enough(stage: Stage, browse: Browse) -> None:
    sent = await stage.bot(
        "sendMessage", chat_id=DEMO, text="Hello", reply_markup=keyboard([{"text": "Press", "callback_data": "x"}])
    )
    page = await browse(stage.page("sam"), width=360, height=700)
    row = page.locator("#chats button", has_text="Demo News").first
    for _ in range(12):
        await page.keyboard.press("Tab")
        if await row.evaluate("node => node === document.activeElement"):
            break
    await page.keyboard.press("Enter")
    await expect(page.locator("#title")).to_have_text("Demo News")
    button = page.locator(f"#m{sent['message_id']}").get_by_role("button", name="Press")
    for _ in range(12):
        await page.keyboard.press("Tab")
        if await button.evaluate("node => node === document.activeElement"):
            break
    await page.keyboard.press("Enter")
    query = await update_of(stage, "callback_query")
    await stage.bot("answerCallbackQuery", callback_query_id=query["id"], text="Pressed")
    await expect(page.locator("#toast")).to_have_text("Pressed")
    await page.get_by_role("button", name="What happened here").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Close this panel")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="What happened here")).to_be_focused()


async def test_the_page_survives_a_reset_and_lives_under_the_name_of_another_world(
    stage: Stage, browse: Browse
) -> None:
    async with stage.http.post(f"{stage.url}/people/worlds", json={"name": "second"}) as answer:
        assert answer.status == 200
    page = await browse(f"{stage.url}/w/second/#as=sam&chat={DEMO}")
    async with stage.http.post(
        f"{stage.url}/w/second/bot{stage.token}/sendMessage", data={"chat_id": str(DEMO), "text": "Another world"}
    ) as answer:
        assert answer.status == 200
    await expect(page.locator(".msg")).to_contain_text("Another world")
    async with stage.http.post(f"{stage.url}/w/second/people/reset", json={}) as answer:
        assert answer.status == 200
    await expect(page.get_by_text("Posts appear here as they arrive.")).to_be_visible()


async def test_a_group_shows_who_wrote_and_one_can_reply_edit_and_delete(
    stage: Stage, browse: Browse, violations: Violations
) -> None:
    await stage.people.send("ana", TALK, "Does the ferry run?")
    page = await browse(stage.page("sam", TALK))
    first = page.locator(".msg").first
    await expect(first.locator(".who")).to_have_text("Ana")
    await first.locator(".text").click()
    panel = page.get_by_role("complementary", name="What happened")
    await expect(panel.get_by_role("button", name="Delete")).to_have_count(0)
    await panel.get_by_role("button", name="Reply").click()
    await expect(page.locator("#aim")).to_contain_text("Reply to: Does the ferry run?")
    await page.keyboard.type("It does")
    await page.keyboard.press("Enter")
    own = page.locator(".msg.own")
    await expect(own.locator(".reply")).to_contain_text("AnaDoes the ferry run?")
    await expect(page.locator("#aim")).to_be_hidden()
    await own.locator(".text").click()
    await panel.get_by_role("button", name="Edit").click()
    await page.get_by_label("Message", exact=True).fill("It does, until six")
    await page.keyboard.press("Enter")
    await expect(own).to_contain_text("It does, until six")
    await expect(own.get_by_text("edited")).to_be_visible()
    assert await violations(page) == []
    await own.locator(".text").click()
    await panel.get_by_role("button", name="Delete").click()
    await expect(own).to_have_count(0)


async def test_a_blocked_bot_is_refused_and_can_be_unblocked(stage: Stage, browse: Browse) -> None:
    await stage.bot("sendMessage", chat_id=5012, text="Hello")
    page = await browse(stage.page("sam", PRIVATE))
    await page.locator(".msg .text").click()
    await page.get_by_role("button", name="Block the bot").click()
    await expect(page.get_by_label("Message", exact=True)).to_be_hidden()
    async with stage.http.post(
        f"{stage.url}/bot{stage.token}/sendMessage", data={"chat_id": "5012", "text": "Are you there?"}
    ) as answer:
        assert (await answer.json())["description"] == "Forbidden: bot was blocked by the user"
    await page.get_by_role("button", name="Unblock the bot").click()
    await expect(page.get_by_label("Message", exact=True)).to_be_visible()


async def test_what_is_neither_text_nor_picture_has_its_own_shape(
    stage: Stage, browse: Browse, violations: Violations
) -> None:
    await stage.bot("sendLocation", chat_id=DEMO, latitude="12.5", longitude="-3.25")
    await stage.bot("sendContact", chat_id=DEMO, phone_number="+15550100", first_name="Harbor", last_name="Office")
    await stage.bot("sendPoll", chat_id=DEMO, question="Tram?", options=[{"text": "Yes"}, {"text": "No"}])
    await stage.bot("sendDice", chat_id=DEMO)
    form = aiohttp.FormData({"chat_id": str(DEMO)})
    form.add_field("document", b"high water at six", filename="tides.txt")
    async with stage.http.post(f"{stage.url}/bot{stage.token}/sendDocument", data=form) as answer:
        assert (await answer.json())["ok"]
    page = await browse(stage.page("sam", DEMO))
    log = page.get_by_role("log")
    for words in ("12.5, -3.25", "Harbor Office", "Tram?", "Yes · 0", "🎲", "tides.txt"):
        await expect(log).to_contain_text(words)
    assert await violations(page) == []


async def test_an_administrator_adds_promotes_and_removes_people(
    stage: Stage, browse: Browse, violations: Violations
) -> None:
    page = await browse(stage.page("ana", DEMO))
    members = page.locator(".members li")
    sam = members.filter(has_text="Sam")
    await expect(sam).to_contain_text("subscriber")
    await page.get_by_role("button", name="Promote Sam").click()
    await expect(sam).to_contain_text("administrator")
    await page.get_by_role("button", name="Remove Sam").click()
    await expect(sam).to_have_count(0)
    await page.get_by_label("Whom to add").select_option(label="Sam")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(sam).to_contain_text("subscriber")
    assert await violations(page) == []
    reader = await browse(stage.page("sam", DEMO))
    await expect(reader.locator("#title")).to_have_text("Demo News")
    await expect(reader.locator(".members li")).to_have_count(0)


async def test_a_person_picks_the_chat_that_a_bot_asks_for(stage: Stage, browse: Browse) -> None:
    private = "1000001:5011"
    page = await browse(stage.page("ana", private), width=360)
    key = {
        "text": "Choose a channel",
        "request_chat": {"request_id": 4, "chat_is_channel": True, "request_title": True},
    }
    markup = {"keyboard": [[key]], "resize_keyboard": True}
    await stage.bot("sendMessage", chat_id=5011, text="Which channel?", reply_markup=markup)
    await page.get_by_role("button", name="Choose a channel").click()
    await page.get_by_role("dialog").get_by_role("button", name="Demo News").click()
    await expect(page.locator("#log")).to_contain_text("Demo News")
    shared = await update_of(stage, "message")
    assert shared["chat_shared"] == {"request_id": 4, "chat_id": DEMO, "title": "Demo News"}
