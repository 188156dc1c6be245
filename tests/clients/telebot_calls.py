"""pyTelegramBotAPI's everyday calls against a Bot API at a given address: `python telebot_calls.py URL`."""

from __future__ import annotations

import struct
import sys
import zlib

from telebot import TeleBot, apihelper, types

TOKEN = "1000001:sandbox"
CHANNEL, GROUP, USER = -1001000000001, -1001000000002, 5011


def png(width: int = 320, height: int = 200) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    raw = b"".join(b"\0" + b"\x20\x80\xff" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def messages(bot: TeleBot) -> None:
    keyboard = types.InlineKeyboardMarkup()
    keyboard.add(types.InlineKeyboardButton("Read", url="https://example.com"))
    post = bot.send_message(CHANNEL, "*bold* text", parse_mode="Markdown", reply_markup=keyboard)
    assert post.text == "bold text" and post.entities[0].type == "bold"
    assert bot.edit_message_text("new", CHANNEL, post.message_id).text == "new"
    hello = bot.send_message(USER, "hello")
    assert bot.reply_to(hello, "you").reply_to_message.message_id == hello.message_id
    assert bot.forward_message(GROUP, CHANNEL, post.message_id).forward_origin is not None
    assert bot.copy_message(GROUP, CHANNEL, post.message_id).message_id
    assert bot.set_message_reaction(CHANNEL, post.message_id, [types.ReactionTypeEmoji("👍")])
    assert bot.pin_chat_message(CHANNEL, post.message_id)
    assert bot.send_chat_action(USER, "typing")
    assert bot.delete_message(CHANNEL, post.message_id)


def files(bot: TeleBot) -> None:
    photo = bot.send_photo(CHANNEL, png(), caption="c")
    assert bot.send_photo(CHANNEL, photo.photo[-1].file_id).photo
    assert len(bot.send_media_group(CHANNEL, [types.InputMediaPhoto(png(n, n)) for n in (50, 51)])) == 2
    assert bot.send_document(GROUP, b"data", visible_file_name="a.txt").document.file_name == "a.txt"
    file = bot.get_file(photo.photo[-1].file_id)
    assert bot.download_file(file.file_path) == png()


def rest(bot: TeleBot) -> None:
    assert bot.get_me().username == "demo_news_bot"
    assert bot.send_location(GROUP, 1, 2).location.latitude == 1
    assert bot.send_poll(GROUP, "q", ["a", "b"]).poll.question == "q"
    assert bot.send_dice(GROUP).dice.value
    assert bot.get_chat(CHANNEL).username == "demonews"
    assert bot.get_chat_member(CHANNEL, bot.get_me().id).status == "administrator"
    assert bot.get_chat_administrators(GROUP)
    assert bot.set_my_commands([types.BotCommand("a", "b")]) and bot.get_my_commands()
    assert bot.get_webhook_info().url == ""
    bot.get_updates()
    try:
        bot.send_message(99, "x")
    except apihelper.ApiTelegramException as error:
        assert error.description == "Bad Request: chat not found"
    else:
        raise AssertionError("chat not found")


def main(url: str) -> None:
    apihelper.API_URL = url + "/bot{0}/{1}"
    apihelper.FILE_URL = url + "/file/bot{0}/{1}"
    bot = TeleBot(TOKEN, threaded=False)
    for part in (messages, files, rest):
        part(bot)
        print(f"pyTelegramBotAPI: {part.__name__} passed")


if __name__ == "__main__":
    main(sys.argv[1])
