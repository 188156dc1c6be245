"""Scripted trouble: rules that make the server answer wrongly, late or not at all.

A rule matches requests by method, chat, bot and its own count of matches; its action says what happens:

    delay        wait `seconds`, then answer as usual
    hang         never answer (the connection stays open until the client leaves, at most `seconds`)
    close        close the connection without doing anything
    reset        the same with a TCP reset
    lose         do it, then close without an answer ("sent, but nobody told us")
    lose_reset   do it, then a TCP reset
    gateway      do it, then answer `status` (502, 504, …) with HTML like a proxy
    truncate     do it, then send half of the answer and close
    html         do it, then answer 200 with HTML
    slow         do it, then send the answer over `seconds`
    late         close without an answer, and do it `seconds` later
    error        do nothing, answer `status` (500 by default) as JSON
    flood        do nothing, answer 429 with `retry_after`
    migrate      do nothing, answer that the group became `migrate_to_chat_id`
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

ACTIONS = frozenset({
    "delay", "hang", "close", "reset", "lose", "lose_reset", "gateway", "truncate", "html", "slow", "late", "error",
    "flood", "migrate",
})  # fmt: skip


@dataclass(slots=True)
class Fault:
    """One rule.  It skips `after` matching requests, then strikes `times` times (0 = always)."""

    action: str
    method: str | None = None  # lower-case; None = every method but getUpdates
    chat_id: str | None = None  # as the request names it: number or @name
    bot_id: int | None = None
    after: int = 0
    times: int = 1
    every: int = 1  # strike each n-th matching request
    seconds: float = 0.0
    status: int = 0
    retry_after: int = 1
    migrate_to_chat_id: int = 0
    description: str | None = None
    id: int = 0
    seen: int = 0
    struck: int = 0

    def matches(self, bot_id: int, method: str, chat_id: str) -> bool:
        if self.method is None:
            if method == "getupdates":
                return False
        elif method != self.method:
            return False
        return (self.bot_id is None or self.bot_id == bot_id) and (self.chat_id is None or self.chat_id == chat_id)


class Faults:
    """The rules of a world, tried in the order in which they were added; the first that strikes wins."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []
        self._last_id = 0

    def __bool__(self) -> bool:
        return bool(self._rules)

    def add(self, spec: dict[str, Any]) -> Fault:
        """Add a rule from JSON.  Raises `ValueError` with what is wrong."""
        known = {f.name for f in fields(Fault)} - {"id", "seen", "struck"}
        unknown = set(spec) - known
        if unknown:
            raise ValueError(f"unknown fault field {sorted(unknown)[0]!r}; known are {', '.join(sorted(known))}")
        if spec.get("action") not in ACTIONS:
            raise ValueError(f"fault action must be one of {', '.join(sorted(ACTIONS))}")
        fault = Fault(**spec)
        if fault.method is not None:
            fault.method = fault.method.lower()
        if fault.chat_id is not None:
            fault.chat_id = str(fault.chat_id)
        self._last_id += 1
        fault.id = self._last_id
        self._rules.append(fault)
        return fault

    def clear(self, fault_id: int | None = None) -> None:
        self._rules = [] if fault_id is None else [rule for rule in self._rules if rule.id != fault_id]

    def listed(self) -> list[dict[str, Any]]:
        return [asdict(rule) for rule in self._rules]

    def strike(self, bot_id: int, method: str, chat_id: str) -> Fault | None:
        """Count a request against every rule that matches it; the rule that strikes, if one does."""
        hit: Fault | None = None
        for rule in self._rules:
            if not rule.matches(bot_id, method, chat_id):
                continue
            rule.seen += 1
            due = rule.seen > rule.after and (rule.seen - rule.after) % rule.every == 0
            if hit is None and due and (rule.times == 0 or rule.struck < rule.times):
                rule.struck += 1
                hit = rule
        return hit
