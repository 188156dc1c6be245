"""aiogram's everyday calls against a Bot API at a given address: `python aiogram_calls.py URL`.

Every answer is parsed by aiogram's pydantic models; a field that they do not know is an error.
"""

from __future__ import annotations

import asyncio
import struct
import sys
import zlib
from typing import Any

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    ChatPermissions,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    InputPollOption,
    LinkPreviewOptions,
    ReactionTypeEmoji,
    ReplyParameters,
)
from pydantic import BaseModel

TOKEN = "1000001:sandbox"
CHANNEL, GROUP, FORUM, USER = -1001000000001, -1001000000002, -1001000000005, 5011


def png(width: int = 320, height: int = 200) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    raw = b"".join(b"\0" + b"\x20\x80\xff" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def check(value: Any, where: str) -> Any:
    if isinstance(value, (list, tuple)):
        for item in value:
            check(item, where)
    elif isinstance(value, BaseModel):
        assert not value.model_extra, f"{where}: {type(value).__name__} has unknown fields {value.model_extra}"
        for name in type(value).model_fields:
            check(getattr(value, name), f"{where}.{name}")
    return value


async def messages(bot: Bot) -> None:
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text="Read", url="https://example.com/")],
            [InlineKeyboardButton(text="Copy", copy_text=CopyTextButton(text="x"))],
        ]
    )
    post = check(
        await bot.send_message(
            CHANNEL,
            "<b>Bold</b> #tag",
            reply_markup=keyboard,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        ),
        "sendMessage",
    )
    assert post.html_text.startswith("<b>Bold</b>")
    check(await bot.edit_message_text("new", chat_id=CHANNEL, message_id=post.message_id), "editMessageText")
    reply = await bot.send_message(USER, "hello")
    check(await bot.send_message(USER, "re", reply_parameters=ReplyParameters(message_id=reply.message_id)), "reply")
    check(await bot.forward_message(GROUP, CHANNEL, post.message_id), "forwardMessage")
    check(await bot.copy_message(GROUP, CHANNEL, post.message_id), "copyMessage")
    assert await bot.set_message_reaction(CHANNEL, post.message_id, [ReactionTypeEmoji(emoji="🔥")])
    assert await bot.pin_chat_message(CHANNEL, post.message_id)
    assert await bot.send_chat_action(USER, "typing")
    assert await bot.delete_message(CHANNEL, post.message_id)


async def files(bot: Bot) -> None:
    photo = check(await bot.send_photo(CHANNEL, BufferedInputFile(png(), "a.png"), caption="c"), "sendPhoto")
    check(await bot.send_photo(CHANNEL, photo.photo[-1].file_id), "sendPhoto by file_id")
    album = [InputMediaPhoto(media=BufferedInputFile(png(n, n), "a.png")) for n in (64, 65, 66)]
    assert len(check(await bot.send_media_group(CHANNEL, album), "sendMediaGroup")) == 3
    check(await bot.send_document(GROUP, BufferedInputFile(b"data", "a.bin")), "sendDocument")
    mp4 = BufferedInputFile(b"\0\0\0\x18ftypmp42" + b"\0" * 64, "a.mp4")
    for name in ("video", "animation", "video_note"):
        check(await getattr(bot, f"send_{name}")(GROUP, mp4), name)
    check(await bot.send_audio(GROUP, BufferedInputFile(b"ID3", "a.mp3"), title="t"), "sendAudio")
    check(await bot.send_voice(GROUP, BufferedInputFile(b"OggS", "a.oga")), "sendVoice")
    file = check(await bot.get_file(photo.photo[-1].file_id), "getFile")
    downloaded = await bot.download_file(file.file_path)
    assert downloaded is not None and downloaded.read() == png()


async def rest(bot: Bot) -> None:
    check(await bot.send_location(GROUP, 1.5, 2.5), "sendLocation")
    check(await bot.send_venue(GROUP, 1.5, 2.5, "t", "a"), "sendVenue")
    check(await bot.send_contact(GROUP, "+1", "A"), "sendContact")
    check(await bot.send_dice(GROUP, emoji="🎯"), "sendDice")
    poll = check(await bot.send_poll(GROUP, "q", [InputPollOption(text="a"), InputPollOption(text="b")]), "sendPoll")
    check(await bot.stop_poll(GROUP, poll.message_id), "stopPoll")
    check(await bot.get_me(), "getMe")
    for chat_id in (CHANNEL, GROUP, USER):
        check(await bot.get_chat(chat_id), "getChat")
    check(await bot.get_chat_member(CHANNEL, bot.id), "getChatMember")
    check(await bot.get_chat_administrators(GROUP), "getChatAdministrators")
    assert await bot.restrict_chat_member(GROUP, 5012, ChatPermissions(can_send_messages=True))
    check(await bot.get_chat_member(GROUP, 5012), "restricted")
    check(await bot.create_chat_invite_link(GROUP, name="x"), "createChatInviteLink")
    check(await bot.create_forum_topic(FORUM, "T"), "createForumTopic")
    assert await bot.set_my_commands([BotCommand(command="a", description="b")])
    check(await bot.get_my_commands(), "getMyCommands")
    check(await bot.get_webhook_info(), "getWebhookInfo")
    check(await bot.get_updates(), "getUpdates")


async def refusals(bot: Bot) -> None:
    for call, kind, words in (
        (bot.send_message(99, "x"), TelegramBadRequest, "chat not found"),
        (bot.send_message(CHANNEL, "<br>"), TelegramBadRequest, 'Unsupported start tag "br" at byte offset 0'),
        (bot.send_message(5013, "x"), TelegramForbiddenError, "can't initiate conversation"),
    ):
        try:
            await call
        except kind as error:
            assert words in error.message, error.message
        else:
            raise AssertionError(words)


async def main(url: str) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    async with Bot(TOKEN, session=session, default=DefaultBotProperties(parse_mode="HTML")) as bot:
        for part in (messages, files, rest, refusals):
            await part(bot)
            print(f"aiogram: {part.__name__} passed")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
