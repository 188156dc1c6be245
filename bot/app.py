"""The composition root: opens store, web and Telegram, runs the chosen stages, and stops them in reverse order.

Everything live is made here and passed down; nothing else in the house makes a connection by itself.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.articles import read, revisit
from bot.articles.model import Model
from bot.backups.daily import Daily
from bot.backups.places import places_of
from bot.callbacks import Presses, serving_callbacks
from bot.channels import intruders, pins
from bot.channels.connect import introduce
from bot.channels.deliver import Delivery
from bot.channels.outages import Outages
from bot.channels.pace import Rates
from bot.channels.sender import Tuning
from bot.channels.telegram import Telegram
from bot.chat.application import Chat, running_chat
from bot.chat.context import Context
from bot.chat.editors.approvals import Approvals
from bot.chat.menus import Menus
from bot.chat.owner.alarm import Alarm
from bot.chat.owner.claim import offer_ownership
from bot.chat.owner.notices import Notices
from bot.chat.owner.stats import Counting
from bot.chat.readers.telling import Telling
from bot.errors import Problem, SettingsError
from bot.loops import Loops, Stage
from bot.parsing import Parser
from bot.posts import compose
from bot.posts.counting import Counter
from bot.posts.press import Press
from bot.posts.rendering import Renderer
from bot.settings import Settings, find_templates, machine_zone
from bot.sources import troubles, watch, websub
from bot.store import channels, sources
from bot.store.database import Database, open_database
from bot.web import Web

logger = logging.getLogger(__name__)

STAGES: Final = ("watch", "read", "compose", "deliver", "chat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What is open while the bot runs."""

    settings: Settings
    db: Database
    web: Web
    parser: Parser
    model: Model | None = None
    telegram: Telegram | None = None  # None without a token: everything but sending works

    @property
    def bot(self) -> Telegram:
        if self.telegram is None:
            raise SettingsError([no_token()])
        return self.telegram


@asynccontextmanager
async def opened(settings: Settings, *, migrate: bool = True) -> AsyncIterator[Parts]:
    async with AsyncExitStack() as stack:
        db = await stack.enter_async_context(open_database(settings.database, migrate=migrate))
        web = await stack.enter_async_context(
            Web(allow_private_hosts=settings.allow_private_hosts, proxy=settings.fetch_proxy)
        )
        parser = await stack.enter_async_context(Parser())
        model = None
        if settings.model_url:
            model = await stack.enter_async_context(Model(settings.model_url, settings.model_key or None))
        telegram = await stack.enter_async_context(_telegram(settings, web)) if settings.token else None
        yield Parts(settings=settings, db=db, web=web, parser=parser, model=model, telegram=telegram)


def _telegram(settings: Settings, web: Web, beside: Telegram | None = None) -> Telegram:
    """`beside`: another connection of the same bot, whose pace and reach this one shares."""
    paid = settings.paid_broadcast

    async def fetch(url: str) -> bytes:
        return (await web.fetch(url, limit=50 * 1024 * 1024)).body

    return Telegram(
        settings.token,
        base_url=settings.api_base_url,
        proxy=settings.proxy,
        fetch=fetch,
        connections=512 if paid else 64,
        rates=Rates(bot=paid) if paid else None,
        pacer=beside.pacer if beside else None,
        reach=beside.reach if beside else None,
    )


def _audit_chat(settings: Settings) -> int | None:
    """Where candidates are looked at: the chat that is set, or the first owner that is; else the store knows one."""
    return settings.audit_chat or next(iter(settings.owner_ids), None)


def make_press(settings: Settings, *, username: str | None = None) -> Press:
    """What composing, previews and the command line render with, so that all of them render alike."""
    counter = None
    if settings.count_buttons and settings.public_url:
        key = hmac.digest(settings.token.encode(), b"sharewire buttons", "sha256")
        counter = Counter(site=settings.public_url, key=key)
    return Press(renderer=Renderer(find_templates(settings)), counter=counter, username=username)


def no_token() -> Problem:
    return Problem(
        code="SW-C03",
        title="There is no bot token.",
        cause="BOT_TOKEN is empty.",
        fix="Put the token from @BotFather into .env as BOT_TOKEN=…, or try everything without one: sharewire demo",
        where="BOT_TOKEN",
        meanwhile="Nothing was sent.",
    )


class App:
    """The chosen stages over what is open.  Use `started()`, then `run` or `run_until_idle` inside it."""

    def __init__(self, parts: Parts, stages: Collection[str], *, tuning: Tuning | None = None) -> None:
        self._parts = parts
        self._chosen = frozenset(stages)
        self._delivery: Delivery | None = None
        if parts.telegram and "deliver" in stages:
            audit_chat, folder = _audit_chat(parts.settings), parts.settings.data_dir
            self._delivery = Delivery(parts.db, parts.telegram, tuning=tuning, audit_chat=audit_chat, folder=folder)
        self.outages = self._watch_for_outages()
        """What keeps the bot from working now."""
        self._loops = Loops(self._stages())
        self._chat: Chat | None = None
        self.context: Context | None = None  # of the chat, once it is open
        self.lines: tuple[str, ...] = ()
        """What the operator is told at the start."""

    def wake(self, name: str) -> None:
        """Tell a stage that there is work."""
        self._loops.wake(name)

    @asynccontextmanager
    async def started(self) -> AsyncIterator[None]:
        """Meet Telegram, become the sender, open the inbox; everything is given back in reverse order.

        Raises NotAllowed, TelegramUnreachable, AlreadyRunning."""
        async with AsyncExitStack() as stack:
            if self._parts.telegram is not None and self._chosen & {"deliver", "chat"}:
                username = await self._meet()
                if self._delivery is not None:
                    self._tell_cost()
                    await self._delivery.open(datetime.now(UTC))
                    stack.push_async_callback(self._close_delivery, self._delivery)
                if "chat" in self._chosen:
                    await self._open_chat(stack, username)
            elif self._chosen & {"deliver", "chat"}:
                raise SettingsError([no_token()])
            if self._delivery is not None:
                self._open_backups()
            if "read" in self._chosen:
                self._open_revisits()
            if "watch" in self._chosen:
                self._open_troubles()
            if "watch" in self._chosen and self._parts.settings.public_url:
                await self._open_callbacks(stack, self._parts.settings.public_url)
            yield

    async def run(self) -> None:
        """Until cancelled, or until something that waiting cannot mend (in an ExceptionGroup)."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._loops.run(), name="stages")
            if self._chat is not None:
                tasks.create_task(self._chat.run(), name="chat")

    async def run_until_idle(self) -> int:
        """Visit every source now, then work until nothing is due; rows handled.  Whoever runs the bot from a clock or
        a script asks for the news of this moment, whatever rhythm a source has."""
        if "watch" in self._chosen:
            async with self._parts.db.write() as tx:
                await sources.check_all_now(tx, now=datetime.now(UTC))
        return await self._loops.run_until_idle()

    def _stages(self) -> list[Stage]:
        parts = self._parts
        press = make_press(parts.settings)
        stages = [
            Stage(
                name="watch",
                once=lambda now: watch.once(parts.db, parts.web, now=now, parser=parts.parser),
                wakes=("read", "subscribe"),
            ),
            Stage(
                name="read",
                once=lambda now: read.once(parts.db, parts.web, now=now, parser=parts.parser, model=parts.model),
                wakes=("compose",),
            ),
            Stage(
                name="compose",
                once=lambda now: compose.once(parts.db, press, now=now),
                wakes=("deliver",),
            ),
        ]
        if self._delivery is not None:
            stages.append(Stage(name="deliver", once=self._delivery.once, wakes=("notices", "pins")))
            stages.append(Stage(name="pins", once=self._pin, rest=5.0, wakes=("notices",)))
        stages.append(Stage(name="outages", once=self.outages.once, rest=5.0, wakes=("alarm", "notices")))
        return [stage for stage in stages if stage.name in self._chosen or stage.name in ("pins", "outages")]

    def _watch_for_outages(self) -> Outages:
        """A process that neither sends nor speaks knows nothing of Telegram."""
        parts, meets = self._parts, self._chosen & {"deliver", "chat"}
        reach = parts.telegram.reach if parts.telegram is not None and meets else None
        folder = parts.settings.data_dir if reach is not None else None
        return Outages(parts.db, bot_id=parts.settings.bot_id, reach=reach, folder=folder)

    async def _pin(self, now: datetime) -> int:
        """By the process that sends."""
        if self._delivery is None or not self._delivery.is_sending:
            return 0
        return await pins.once(self._parts.db, self._parts.bot, now=now)

    def _tell_cost(self) -> None:
        rate = self._parts.settings.paid_broadcast
        if rate:
            stars = f"{(rate - 30) / 10:g}"
            self.lines += (
                f"Paid broadcast is on: up to {rate} messages a second; each beyond 30 a second costs 0.1 Star "
                f"(at most {stars} Stars a second). BOT_PAID_BROADCAST=0 turns it off.",
            )

    async def _meet(self) -> str:
        """Who the bot is.  The first call shows whether Telegram can be reached and knows the token."""
        parts = self._parts
        me = await introduce(parts.bot)
        async with parts.db.write() as tx:
            await channels.meet_bot(tx, bot_id=me.id, username=me.username, name=me.name, now=datetime.now(UTC))
        self.lines += await intruders.notice_another_bot(parts.db, me, now=datetime.now(UTC))
        return me.username

    async def _open_chat(self, stack: AsyncExitStack, username: str) -> None:
        parts = self._parts
        telegram = await stack.enter_async_context(_telegram(parts.settings, parts.web, parts.bot))
        context = Context(
            db=parts.db,
            web=parts.web,
            parser=parts.parser,
            model=parts.model,
            telegram=telegram,
            bot_id=telegram.bot_id,
            username=username,
            owner_ids=parts.settings.owner_ids,
            templates=parts.settings.data_dir / "templates",
            audit_chat=parts.settings.audit_chat,
            zone=machine_zone(),
            press=make_press(parts.settings, username=username),
            wake=self.wake,
            outages=self.outages,
        )
        self.context = context
        alarm = Alarm(context, self.outages)
        self._chat = await stack.enter_async_context(running_chat(telegram.bot, context, unwritten=alarm.answer))
        self._loops.add(Stage(name="alarm", once=alarm.once, rest=2.0))
        self._loops.add(Stage(name="approvals", once=Approvals(context).once, rest=2.0))
        self._loops.add(Stage(name="notices", once=Notices(context).once, rest=2.0))
        self._loops.add(Stage(name="menus", once=Menus(context).once, rest=5.0))
        self._loops.add(Stage(name="counting", once=Counting(context).once, rest=60.0))
        self._loops.add(Stage(name="telling", once=Telling(context).once, wakes=("deliver",)))
        link = await offer_ownership(context)
        if link is not None:
            self.lines += (f"Nobody owns this bot yet. Open {link} and press START (valid 10 minutes).",)

    def _open_backups(self) -> None:
        """By the process that sends: on SQLite there is only one."""
        settings, db = self._parts.settings, self._parts.db
        if db.path is not None and settings.keep_backups:
            daily = Daily(db, places_of(settings), bot_id=self._parts.bot.bot_id, keep=settings.keep_backups)
            self._loops.add(Stage(name="backups", once=daily.once, rest=60.0, wakes=("notices",)))

    def _open_revisits(self) -> None:
        """Pages of what was posted are looked at again, in case one is gone."""
        parts = self._parts
        self._loops.add(
            Stage(
                name="revisit",
                once=lambda now: revisit.once(parts.db, parts.web, now=now),
                rest=300.0,
                wakes=("notices",),
            )
        )

    def _open_troubles(self) -> None:
        """Sources that need a person become cards."""
        db = self._parts.db
        stage = Stage(name="troubles", once=lambda now: troubles.once(db, now=now), rest=60.0, wakes=("notices",))
        self._loops.add(stage)

    async def _open_callbacks(self, stack: AsyncExitStack, public_url: str) -> None:
        """Hubs may push to us: answer them, and keep our subscriptions alive."""
        parts = self._parts

        async def subscribe(now: datetime) -> int:
            return await websub.subscribe_due(parts.db, parts.web, public_url=public_url, now=now)

        presses = Presses(parts.db)
        await stack.enter_async_context(
            serving_callbacks(
                parts.db,
                parts.parser,
                listen=parts.settings.http,
                wake=self.wake,
                presses=presses,
                outages=lambda: [note.problem.code for note in self.outages.current.values()],
            )
        )
        self._loops.add(Stage(name="presses", once=presses.once, rest=2.0))
        self._loops.add(Stage(name="subscribe", once=subscribe, rest=30.0))

    async def _close_delivery(self, delivery: Delivery) -> None:
        await delivery.close(datetime.now(UTC))
