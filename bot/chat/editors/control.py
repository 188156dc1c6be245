"""The control card under a preview: what will happen, and a button for everything that an editor may change.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat import sharing
from bot.chat.card import Card, ago, cut
from bot.chat.editors import drafting, times
from bot.chat.words import common, editors
from bot.model import Article, Channel, Post, PostState
from bot.posts.message import Message
from bot.posts.order import NO_PICTURE, OWN_FILE, pictures_of
from bot.store.drafts import Draft
from bot.wording import Words

LISTED: Final = 12  # channels on one card
TEMPLATES: Final = 16
NOT_FOR_ARTICLES: Final = ("also", "correction", "digest", "flash", "retraction")
"""Templates of messages that are no article's post."""
_LABEL: Final = 40  # characters

Row = list[InlineKeyboardButton]


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """A post of the same story in this channel."""

    title: str
    url: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a control card tells of: the draft, its article and first channel, and what stands there already."""

    draft: Draft
    article: Article
    channel: Channel
    listed: tuple[Channel, ...] = ()
    already: Post | None = None
    publisher: str = ""
    similar: Similar | None = None
    taken: tuple[datetime, ...] = field(default=())

    @property
    def also(self) -> tuple[Channel, ...]:
        wanted = drafting.also_of(self.draft)
        return tuple(channel for channel in self.listed if channel.id in wanted and channel.id != self.channel.id)

    @property
    def stands_there(self) -> bool:
        """It is posted here, or on its way: publishing once more would be a repost."""
        return self.already is not None and self.already.state is not PostState.DRAFT


def main_card(words: Words, scene: Scene, made: Message | None, now: datetime, *, first: str = "") -> Card:
    """`made`: the message as shown above, None where Telegram did not take it; `first`: a line before all others."""
    lines = [first] if first else []
    if scene.stands_there and scene.already is not None:
        lines.append(already_html(words, scene.already, title_of(scene.channel), scene.publisher))
    else:
        facts = sharing.message_facts(words, made) if made else words.say(editors.NOT_SHOWN)
        chosen = _chosen(words, scene)
        lines.append(words.say(editors.PREVIEW, channel=title_of(scene.channel), facts=" · ".join([facts, *chosen])))
        if scene.similar is None:
            lines.append(words.say(editors.NOT_BEFORE))
    if scene.similar is not None:
        lines.append(_similar_html(words, scene.similar, now))
    if scene.also:
        names = ", ".join(title_of(channel) for channel in scene.also)
        lines.append(words.say(editors.ALSO_TO, channels=names))
    return Card(html="\n".join(lines), keyboard=_keyboard(words, scene))


def _chosen(words: Words, scene: Scene) -> list[str]:
    """What differs from how the channel has it."""
    wish = drafting.wish_of(scene.draft.options)
    found = [words.say(editors.OWN_WORDS)] if wish.wording else []
    if wish.template:
        found.append(words.say(editors.TEMPLATE_IS, name=escape(wish.template)))
    if wish.picture == NO_PICTURE:
        found.append(words.say(editors.NO_PICTURE))
    elif wish.picture and wish.picture.startswith(OWN_FILE):
        found.append(words.say(editors.OWN_PICTURE))
    elif wish.picture:
        count = len(pictures_of(scene.article))
        found.append(words.say(editors.PICTURE_OF, number=wish.picture, count=count))
    return found


def _similar_html(words: Words, similar: Similar, now: datetime) -> str:
    title = escape(cut(similar.title, 80))
    shown = f'<a href="{escape(similar.url)}">{title}</a>' if similar.url else title
    past = ago(words, (now - similar.at).total_seconds()) if similar.at else words.say(common.JUST_NOW)
    return words.say(editors.SIMILAR, ago=past, title=shown)


def _keyboard(words: Words, scene: Scene) -> InlineKeyboardMarkup:
    draft = scene.draft
    silent = bool(draft.options.get("silent"))
    if scene.stands_there:
        rows = [[_button(words.say(editors.BUTTON_AGAIN), "again", draft.id)]]
    else:
        rows = [[_button(words.say(editors.BUTTON_PUBLISH), "pub", draft.id, style="success")]]
    if not scene.stands_there:
        rows.append([_button(words.say(editors.BUTTON_SCHEDULE), "when", draft.id)])
        rows[-1].append(_button(words.say(editors.BUTTON_TEXT), "text", draft.id))
        rows[-1].append(_button(words.say(editors.BUTTON_TEMPLATE), "tpl", draft.id))
        mute = editors.BUTTON_UNMUTE if silent else editors.BUTTON_MUTE
        rows.append([_button(words.say(mute), "mute", draft.id)])
        rows[-1].append(_button(words.say(editors.BUTTON_PICTURE), "pic", draft.id))
        label = editors.BUTTON_BREAKING_ON if draft.options.get("breaking") else editors.BUTTON_BREAKING
        rows[-1].append(_button(words.say(label), "news", draft.id))
        if draft.options.get("wording"):
            rows.append([_button(words.say(editors.BUTTON_ORIGINAL), "orig", draft.id)])
    if len(scene.listed) > 1:
        rows.append([_button(words.say(editors.BUTTON_CHANNELS), "where", draft.id)])
    rows.append([_button(words.say(editors.BUTTON_DISCARD), "discard", draft.id, style="danger")])
    return InlineKeyboardMarkup(rows)


# ── what a button opens ──────────────────────────────────────────────────────────────────────────────────────────


def when_card(words: Words, scene: Scene, now: datetime) -> Card:
    slots = times.usual_times(words, scene.channel, scene.taken, now)
    buttons = [_button(slot.label, "at", scene.draft.id, str(int(slot.moment.timestamp()))) for slot in slots]
    rows = _in_rows(buttons, 2)
    rows.append([_button(words.say(editors.BUTTON_TYPE), "type", scene.draft.id), _back(words, scene.draft)])
    now_there = times.say_time(words, now, scene.channel)
    html = words.say(editors.WHEN, channel=title_of(scene.channel), now=escape(now_there))
    return Card(html=html, keyboard=InlineKeyboardMarkup(rows))


def template_card(words: Words, draft: Draft, channel: Channel, names: Sequence[str]) -> Card:
    chosen = draft.options.get("template") or channel.template
    buttons = [
        _button(f"✓ {name}" if name == chosen else name, "tpl", draft.id, name)
        for name in names[:TEMPLATES]
        if len(name.encode()) <= 40
    ]
    rows = [*_in_rows(buttons, 2), [_back(words, draft)]]
    return Card(html=words.say(editors.CHOOSE_TEMPLATE), keyboard=InlineKeyboardMarkup(rows))


def picture_card(words: Words, draft: Draft, article: Article) -> Card:
    offered = [("auto", editors.BUTTON_AUTOMATIC), (NO_PICTURE, editors.BUTTON_NONE)]
    chosen = draft.options.get("picture") or "auto"
    buttons = [_ticked(words.say(text), draft, "pic", name, on=chosen == name) for name, text in offered]
    for number in range(1, min(len(pictures_of(article)), 8) + 1):
        label = words.say(editors.BUTTON_NUMBER, number=number)
        buttons.append(_ticked(label, draft, "pic", str(number), on=chosen == str(number)))
    buttons.append(_button(words.say(editors.BUTTON_SEND_ONE), "pic", draft.id, "ask"))
    rows = [*_in_rows(buttons, 2), [_back(words, draft)]]
    return Card(html=words.say(editors.CHOOSE_PICTURE), keyboard=InlineKeyboardMarkup(rows))


def channels_card(words: Words, scene: Scene) -> Card:
    """For each other channel: make it the first, or tick it."""
    draft, also = scene.draft, drafting.also_of(scene.draft)
    rows: list[Row] = []
    for channel in [one for one in scene.listed if one.id != scene.channel.id][:LISTED]:
        name = channel.title or channel.name
        to = _button(words.say(editors.BUTTON_TO, channel=name), "to", draft.id, str(channel.id))
        rows.append([to, _ticked(name, draft, "also", str(channel.id), on=channel.id in also, off="＋ ")])
    rows.append([_back(words, draft)])
    html = words.say(editors.CHOOSE_CHANNELS, channel=title_of(scene.channel))
    return Card(html=html, keyboard=InlineKeyboardMarkup(rows))


def planned_keyboard(words: Words, draft_id: str) -> InlineKeyboardMarkup:
    rows = [
        [_button(words.say(editors.BUTTON_NOW), "now", draft_id)],
        [_button(words.say(editors.BUTTON_CANCEL), "undo", draft_id, style="danger")],
    ]
    rows[0].append(_button(words.say(editors.BUTTON_OTHER_TIME), "when", draft_id))
    return InlineKeyboardMarkup(rows)


def undo_keyboard(words: Words, draft_id: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[_button(words.say(editors.BUTTON_UNDO), "undo", draft_id)]])


def retry_keyboard(words: Words, draft_id: str) -> InlineKeyboardMarkup:
    row = [_button(words.say(editors.BUTTON_PUBLISH), "pub", draft_id, style="success")]
    return InlineKeyboardMarkup(
        [[*row, _button(words.say(editors.BUTTON_DISCARD), "discard", draft_id, style="danger")]]
    )


def already_html(words: Words, post: Post, channel: str, publisher: str) -> str:
    link = f"\n{escape(post.remote_url)}" if post.remote_url else ""
    english = editors.ALREADY if post.state is PostState.SENT else editors.ALREADY_QUEUED
    return words.say(english, channel=channel, name=publisher, link=link)


def title_of(channel: Channel) -> str:
    """For HTML."""
    return escape(channel.title or channel.name)


def _button(label: str, verb: str, draft_id: str, value: str = "", *, style: str = "") -> InlineKeyboardButton:
    data = f"v1:{verb}:{draft_id}:{value}" if value else f"v1:{verb}:{draft_id}"
    return InlineKeyboardButton(label[:_LABEL], callback_data=data, api_kwargs={"style": style} if style else None)


def _ticked(label: str, draft: Draft, verb: str, value: str, *, on: bool, off: str = "") -> InlineKeyboardButton:
    return _button(f"✓ {label}" if on else f"{off}{label}", verb, draft.id, value)


def _back(words: Words, draft: Draft) -> InlineKeyboardButton:
    return _button(words.say(editors.BUTTON_BACK_TO_CARD), "back", draft.id)


def _in_rows(buttons: list[InlineKeyboardButton], wide: int) -> list[Row]:
    return [buttons[place : place + wide] for place in range(0, len(buttons), wide)]
