"""python-telegram-bot's everyday calls against a Bot API at a given address: `python ptb_calls.py URL`.

Nothing here knows of the sandbox but the base URL and the names of its world.  Every answer is parsed by the library;
a field that it does not know is an error.
"""

from __future__ import annotations

import asyncio
import struct
import sys
import zlib
from typing import Any

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    ChatAdministratorRights,
    ChatPermissions,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    InputPollOption,
    LinkPreviewOptions,
    MenuButtonCommands,
    MessageEntity,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyParameters,
    TelegramObject,
)
from telegram.error import BadRequest, Forbidden

TOKEN = "1000001:sandbox"
CHANNEL, GROUP, FORUM, USER = -1001000000001, -1001000000002, -1001000000005, 5011


def png(width: int = 320, height: int = 200) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    raw = b"".join(b"\0" + b"\x20\x80\xff" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def check(value: Any, where: str) -> Any:
    """No object may carry fields that the library does not know."""
    if isinstance(value, (list, tuple)):
        for item in value:
            check(item, where)
    elif isinstance(value, TelegramObject):
        assert not value.api_kwargs, f"{where}: {type(value).__name__} has unknown fields {dict(value.api_kwargs)}"
        for name in value.__slots__ if hasattr(value, "__slots__") else ():
            if not name.startswith("_"):
                check(getattr(value, name, None), f"{where}.{name}")
    return value


async def texts(bot: Bot) -> None:
    keyboard = InlineKeyboardMarkup(
        [
            [InlineKeyboardButton("Read", url="https://example.com/a?b=1")],
            [
                InlineKeyboardButton("Copy", copy_text=CopyTextButton("https://example.com")),
                InlineKeyboardButton("More", callback_data="more", style="primary"),
            ],
        ]
    )
    post = check(
        await bot.send_message(
            CHANNEL,
            '<b>Bold</b> <a href="https://example.com">link</a> #tag @demonews',
            parse_mode="HTML",
            reply_markup=keyboard,
            link_preview_options=LinkPreviewOptions(url="https://example.com", prefer_large_media=True),
        ),
        "sendMessage",
    )
    assert post.sender_chat.id == CHANNEL and post.from_user is None
    assert post.reply_markup == keyboard
    assert {e.type for e in post.entities} >= {"bold", "text_link", "hashtag", "mention"}
    edited = check(
        await bot.edit_message_text("new", CHANNEL, post.message_id, reply_markup=keyboard), "editMessageText"
    )
    assert edited.edit_date is not None
    check(await bot.edit_message_reply_markup(CHANNEL, post.message_id), "editMessageReplyMarkup")
    try:
        await bot.edit_message_text("new", CHANNEL, post.message_id)
    except BadRequest as error:
        assert "Message is not modified" in error.message
    else:
        raise AssertionError("an edit that changes nothing must be refused")
    private = check(
        await bot.send_message(USER, "pick", reply_markup=ReplyKeyboardMarkup([["a", "b"]], resize_keyboard=True)),
        "sendMessage with a reply keyboard",
    )
    answer = check(
        await bot.send_message(
            USER, "yes", reply_parameters=ReplyParameters(private.message_id, quote="ick"), protect_content=True
        ),
        "reply",
    )
    assert answer.reply_to_message.message_id == private.message_id and answer.quote.text == "ick"
    entity = MessageEntity(type="italic", offset=0, length=4)
    assert check(await bot.send_message(GROUP, "text", entities=[entity]), "entities").entities[0].type == "italic"
    check(await bot.forward_message(GROUP, CHANNEL, post.message_id), "forwardMessage")
    check(await bot.copy_message(GROUP, CHANNEL, post.message_id), "copyMessage")
    check(await bot.forward_messages(GROUP, CHANNEL, [post.message_id]), "forwardMessages")
    check(await bot.copy_messages(GROUP, CHANNEL, [post.message_id]), "copyMessages")
    assert await bot.set_message_reaction(CHANNEL, post.message_id, ReactionTypeEmoji("👍"))
    assert await bot.pin_chat_message(CHANNEL, post.message_id)
    assert check(await bot.get_chat(CHANNEL), "getChat").pinned_message.message_id == post.message_id
    assert await bot.unpin_chat_message(CHANNEL, post.message_id)
    assert await bot.unpin_all_chat_messages(CHANNEL)
    assert await bot.send_chat_action(USER, "typing")
    assert await bot.send_message_draft(USER, 1, "typ") is True
    assert await bot.delete_message(CHANNEL, post.message_id)
    assert await bot.delete_messages(GROUP, [1, 2, 3])


async def files(bot: Bot) -> None:
    photo = check(await bot.send_photo(CHANNEL, png(), caption="<i>cap</i>", parse_mode="HTML"), "sendPhoto")
    assert photo.photo[-1].width == 320 and photo.caption_entities[0].type == "italic"
    check(await bot.edit_message_caption(CHANNEL, photo.message_id, caption="other"), "editMessageCaption")
    check(await bot.edit_message_media(InputMediaPhoto(png(100, 100)), CHANNEL, photo.message_id), "editMessageMedia")
    again = check(await bot.send_photo(CHANNEL, photo.photo[-1].file_id, has_spoiler=True), "sendPhoto by file_id")
    assert again.has_media_spoiler
    file = check(await bot.get_file(again.photo[-1].file_id), "getFile")
    assert bytes(await file.download_as_bytearray()) == png()
    album = check(await bot.send_media_group(CHANNEL, [InputMediaPhoto(png()), InputMediaPhoto(png(64, 64))]), "album")
    assert len(album) == 2 and len({m.media_group_id for m in album}) == 1
    check(await bot.send_media_group(GROUP, [InputMediaDocument(b"a"), InputMediaDocument(b"b")]), "documents")
    document = check(await bot.send_document(GROUP, b"hello", filename="a.txt", thumbnail=png(90, 60)), "sendDocument")
    assert document.document.file_name == "a.txt"
    mp4 = b"\0\0\0\x18ftypmp42" + b"\0" * 64
    video = await bot.send_video(GROUP, mp4, duration=3, width=64, height=48, supports_streaming=True)
    assert check(video, "sendVideo").video.duration == 3
    check(await bot.send_animation(GROUP, mp4, duration=1, filename="a.mp4"), "sendAnimation")
    check(await bot.send_audio(GROUP, b"ID3 audio", duration=9, performer="p", title="t"), "sendAudio")
    check(await bot.send_voice(GROUP, b"OggS voice", duration=2), "sendVoice")
    check(await bot.send_video_note(GROUP, mp4, duration=2, length=100), "sendVideoNote")
    check(await bot.send_sticker(GROUP, png(512, 512)), "sendSticker")


async def things(bot: Bot) -> None:
    check(await bot.send_location(GROUP, 52.5, 13.4), "sendLocation")
    live = check(await bot.send_location(GROUP, 52.5, 13.4, live_period=120, heading=10), "live location")
    check(await bot.edit_message_live_location(GROUP, live.message_id, latitude=52.6, longitude=13.5), "move")
    check(await bot.stop_message_live_location(GROUP, live.message_id), "stop")
    check(await bot.send_venue(GROUP, 1, 2, "Title", "Street 1", foursquare_id="4"), "sendVenue")
    check(await bot.send_contact(GROUP, "+491", "Ana", last_name="B"), "sendContact")
    assert 1 <= check(await bot.send_dice(GROUP), "sendDice").dice.value <= 6
    poll = check(
        await bot.send_poll(GROUP, "Which?", ["a", InputPollOption("b")], is_anonymous=False, open_period=60),
        "sendPoll",
    )
    assert check(await bot.stop_poll(GROUP, poll.message_id), "stopPoll").is_closed
    quiz = await bot.send_poll(GROUP, "2+2?", ["3", "4"], type="quiz", correct_option_ids=[1], explanation="math")
    assert check(quiz, "quiz").poll.type == "quiz"


async def chats(bot: Bot) -> None:
    me = check(await bot.get_me(), "getMe")
    assert me.username == "demo_news_bot" and me.supports_inline_queries
    for chat_id in (CHANNEL, GROUP, USER, "@demonews"):
        check(await bot.get_chat(chat_id), "getChat")
    assert check(await bot.get_chat_member(CHANNEL, bot.id), "getChatMember").can_post_messages
    check(await bot.get_chat_administrators(CHANNEL), "getChatAdministrators")
    assert await bot.get_chat_member_count(GROUP) >= 3
    assert await bot.set_chat_title(GROUP, "New title")
    assert await bot.set_chat_description(GROUP, "About")
    assert await bot.set_chat_photo(GROUP, png(320, 320))
    assert await bot.delete_chat_photo(GROUP)
    assert await bot.restrict_chat_member(GROUP, 5012, ChatPermissions.no_permissions())
    assert check(await bot.get_chat_member(GROUP, 5012), "restricted").status == "restricted"
    assert await bot.promote_chat_member(GROUP, 5012, can_delete_messages=True, can_manage_chat=True)
    assert await bot.set_chat_administrator_custom_title(GROUP, 5012, "helper")
    assert check(await bot.get_chat_member(GROUP, 5012), "admin").custom_title == "helper"
    assert await bot.promote_chat_member(GROUP, 5012)
    assert await bot.ban_chat_member(GROUP, 5012)
    assert check(await bot.get_chat_member(GROUP, 5012), "banned").status == "kicked"
    assert await bot.unban_chat_member(GROUP, 5012, only_if_banned=True)
    assert await bot.set_chat_permissions(GROUP, ChatPermissions.all_permissions())
    assert (await bot.export_chat_invite_link(GROUP)).startswith("https://t.me/+")
    link = check(await bot.create_chat_invite_link(GROUP, name="n", member_limit=3), "createChatInviteLink")
    check(await bot.edit_chat_invite_link(GROUP, link.invite_link, creates_join_request=True), "editChatInviteLink")
    assert check(await bot.revoke_chat_invite_link(GROUP, link.invite_link), "revoke").is_revoked
    topic = check(await bot.create_forum_topic(FORUM, "Topic"), "createForumTopic")
    where = {"chat_id": FORUM, "message_thread_id": topic.message_thread_id}
    assert check(await bot.send_message(text="in it", **where), "topic").is_topic_message
    assert await bot.edit_forum_topic(name="Other", **where)
    assert await bot.close_forum_topic(**where)
    assert await bot.reopen_forum_topic(**where)
    assert await bot.unpin_all_forum_topic_messages(**where)
    assert await bot.delete_forum_topic(**where)
    assert await bot.hide_general_forum_topic(FORUM)
    assert await bot.unhide_general_forum_topic(FORUM)
    assert await bot.edit_general_forum_topic(FORUM, "All")


async def account(bot: Bot) -> None:
    commands = [BotCommand("start", "Begin"), BotCommand("latest", "What is new")]
    assert await bot.set_my_commands(commands)
    assert await bot.set_my_commands(commands[:1], scope=BotCommandScopeChat(USER), language_code="de")
    assert list(check(await bot.get_my_commands(), "getMyCommands")) == commands
    assert await bot.delete_my_commands(scope=BotCommandScopeChat(USER), language_code="de")
    assert await bot.set_my_name("Another") and (await bot.get_my_name()).name == "Another"
    assert await bot.set_my_description("d") and (await bot.get_my_description()).description == "d"
    assert await bot.set_my_short_description("s")
    assert (await bot.get_my_short_description()).short_description == "s"
    assert await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    check(await bot.get_chat_menu_button(), "getChatMenuButton")
    assert await bot.set_my_default_administrator_rights(ChatAdministratorRights.all_rights())
    assert check(await bot.get_my_default_administrator_rights(), "rights").can_delete_messages
    check(await bot.get_user_profile_photos(USER), "getUserProfilePhotos")
    assert check(await bot.get_webhook_info(), "getWebhookInfo").url == ""
    assert await bot.delete_webhook()
    for update in check(await bot.get_updates(), "getUpdates"):
        check(update, "update")


async def refusals(bot: Bot) -> None:
    for call, kind, words in (
        (bot.send_message(99, "x"), BadRequest, "Chat not found"),
        (bot.send_message(CHANNEL, "<b>x", parse_mode="HTML"), BadRequest, "Can't parse entities"),
        (bot.send_message(5013, "x"), Forbidden, "bot can't initiate conversation with a user"),
        (bot.send_photo(CHANNEL, b"no image"), BadRequest, "Image_process_failed"),
        (bot.send_photo(CHANNEL, "AgACAgIAAxkB"), BadRequest, "Wrong file identifier/http url specified"),
        (bot.delete_message(CHANNEL, 999_999), BadRequest, "Message to delete not found"),
    ):
        try:
            await call
        except kind as error:
            assert words.lower() in error.message.lower(), error.message
        else:
            raise AssertionError(words)


async def main(url: str) -> None:
    async with Bot(TOKEN, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot") as bot:
        for part in (texts, files, things, chats, account, refusals):
            await part(bot)
            print(f"python-telegram-bot: {part.__name__} passed")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
