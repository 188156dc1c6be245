"""Polls: what they ask, who voted for what, and how a bot sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.accounts import Bot, User, Wire
from bot.sandbox.clock import Clock
from bot.sandbox.files import Media
from bot.sandbox.refusal import bad_request

if TYPE_CHECKING:
    from bot.sandbox.world import World

MAX_QUESTION = 300
MAX_OPTION = 100
MAX_EXPLANATION = 200
MAX_OPTIONS = 12
MAX_OPEN = 600  # seconds


class Poll(Media):
    """A poll; `votes` maps a user's id to the chosen options."""

    __slots__ = ("allows_revoting", "anonymous", "clock", "close_date", "correct", "explanation", "id", "kind",
                 "multiple", "open_period", "options", "owner", "question", "stopped", "votes")  # fmt: skip

    def __init__(self, number: int, owner: int, question: Wire, options: list[Wire], clock: Clock) -> None:
        self.id = str(5_000_000_000_000_000 + number)
        self.owner = owner  # the bot that asked
        self.question = question  # text, entities
        self.options = options
        self.kind = "regular"
        self.anonymous = True
        self.multiple = False
        self.allows_revoting = True
        self.correct: list[int] = []
        self.explanation: Wire = {}
        self.open_period = 0
        self.close_date = 0
        self.clock = clock
        self.stopped = False
        self.votes: dict[int, list[int]] = {}

    @property
    def closed(self) -> bool:
        """Stopped by its owner, or its time is over."""
        return self.stopped or (self.close_date > 0 and self.clock.now() >= self.close_date)

    def wire(self, viewer: Bot | None) -> Wire:
        counts = [sum(1 for chosen in self.votes.values() if number in chosen) for number in range(len(self.options))]
        wire: Wire = {"id": self.id, "question": self.question["text"]}
        if self.question.get("entities"):
            wire["question_entities"] = self.question["entities"]
        wire["options"] = [
            {
                "persistent_id": str(number),
                "text": option["text"],
                **({"text_entities": option["entities"]} if option.get("entities") else {}),
                "voter_count": counts[number],
            }
            for number, option in enumerate(self.options)
        ]
        wire["total_voter_count"] = len(self.votes)
        if self.open_period:
            wire["open_period"] = self.open_period
        if self.close_date:
            wire["close_date"] = self.close_date
        wire["is_closed"] = self.closed
        wire["is_anonymous"] = self.anonymous
        wire["type"] = self.kind
        wire["allows_multiple_answers"] = self.multiple
        wire["allows_revoting"] = self.allows_revoting
        wire["members_only"] = False
        if self.kind == "quiz" and (viewer is None or viewer.id == self.owner or self.closed):
            wire["correct_option_ids"] = self.correct
            if self.explanation.get("text"):
                wire["explanation"] = self.explanation["text"]
                if self.explanation.get("entities"):
                    wire["explanation_entities"] = self.explanation["entities"]
        return wire

    def vote(self, world: World, user: User, chosen: list[int]) -> None:
        """Vote, or take the vote back (no options).  Raises `ValueError`."""
        if self.closed:
            raise ValueError("the poll is closed")
        if any(not 0 <= number < len(self.options) for number in chosen) or (len(chosen) > 1 and not self.multiple):
            raise ValueError("there is no such option")
        if chosen:
            self.votes[user.id] = chosen
        else:
            self.votes.pop(user.id, None)
        queue = world.queues.get(self.owner)
        if queue is None:
            return
        queue.push("poll", self.wire(world.bots[self.owner]), f"poll:{self.id}")
        if not self.anonymous:
            answer: dict[str, Any] = {
                "poll_id": self.id,
                "user": user.wire(),
                "option_ids": chosen,
                "option_persistent_ids": [str(number) for number in chosen],
            }
            queue.push("poll_answer", answer, f"poll:{self.id}")


def check_options(options: list[Wire]) -> None:
    """TDLib, get_input_message_content of inputMessagePoll.  Raises 400."""
    if len(options) < 2:
        raise bad_request("poll must have at least 2 option")
    if len(options) > MAX_OPTIONS:
        raise bad_request(f"poll can't have more than {MAX_OPTIONS} options")
    for option in options:
        if not option["text"]:
            raise bad_request("poll options must be non-empty")
        if len(option["text"]) > MAX_OPTION:
            raise bad_request(f"poll options length must not exceed {MAX_OPTION}")
