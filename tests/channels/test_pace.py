"""Flood scenarios in virtual time (tests/data/channels/flood_scenarios.json names them fl-01 to fl-18)."""

from __future__ import annotations

import heapq
import random
import time
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.lanes import Lanes, Waiting
from bot.channels.pace import WHOLE_BOT, Pacer, Pause, Rates, on_the_beat, seconds_for
from bot.model import Lane

Sent = list[tuple[float, str, int]]


def send(
    pacer: Pacer,
    waiting: Iterable[tuple[str, int]],
    *,
    start: float = 0.0,
    until: float = 1e9,
    lane: Callable[[str], Lane] = lambda chat: Lane.CHANNEL,
) -> Sent:
    """A sender in virtual time: the next turn whose chat is free goes at its slot; answers take no time."""
    lanes = Lanes()
    lanes.replace([Waiting(lane(chat), 0, id, chat, weight) for id, (chat, weight) in enumerate(waiting)])
    now, sent = start, []
    while lanes:
        ready = next((post for post in lanes.turns(()) if pacer.chat_slot(post.chat, post.weight, now) <= now), None)
        if ready is None:
            now = min(pacer.chat_slot(post.chat, post.weight, now) for post in lanes.turns(()))
            continue
        at = pacer.slot(ready.chat, ready.weight, now)
        if at >= until:
            break
        pacer.take(ready.chat, ready.weight, at)
        lanes.done(ready)
        sent.append((at, ready.chat, ready.weight))
        now = at
    return sent


def worst(sent: Sent, window: float, chat: str | None = None) -> int:
    """The most messages in any sliding window of that many seconds."""
    times = sorted(at for at, to, weight in sent if chat in (None, to) for _ in range(weight))
    most, left = 0, 0
    for right, at in enumerate(times):
        while times[left] < at - window + 1e-6:
            left += 1
        most = max(most, right - left + 1)
    return most


def people(count: int) -> list[tuple[str, int]]:
    return [(str(1000 + n), 1) for n in range(count)]


def test_fl_01_a_burst_of_120_direct_messages_keeps_the_second_and_wastes_no_time() -> None:
    sent = send(Pacer(), people(120))
    assert worst(sent, 1) <= 30 and sent[-1][0] <= 4.5


def test_fl_02_nothing_goes_to_a_halted_chat_though_another_call_ends_meanwhile() -> None:
    pacer = Pacer()
    pacer.take("-100", 1, 0.0)
    pacer.refused("-100", 3, 0.05)
    sent = send(pacer, [("-100", 1)] * 20, start=0.3)
    assert sent[0][0] >= 3.05 and len(sent) == 20


def test_fl_03_after_a_halt_of_the_bot_there_is_no_burst() -> None:
    pacer = Pacer()
    pacer.refused("1", 4, 0.0)
    pacer.refused("2", 4, 0.0)
    sent = send(pacer, people(140))
    assert sent[0][0] >= 4 and worst(sent, 1) <= 30


def test_fl_04_a_private_chat_gets_one_message_a_second() -> None:
    sent = send(Pacer(), [("77", 1)] * 20)
    assert worst(sent, 1) == 1 and sent[-1][0] <= 20 * 1.06


@pytest.mark.parametrize("chat", ["-1001", "-5", "@demo"])
def test_fl_05_a_channel_or_group_gets_20_in_any_minute(chat: str) -> None:
    sent = send(Pacer(), [(chat, 1)] * 60)
    assert worst(sent, 60) == 20 and worst(sent, 1) == 1
    assert sent[-1][0] < 3 * 61


def test_fl_06_an_album_counts_each_of_its_items() -> None:
    sent = send(Pacer(), [("-1001", 10)] * 5)
    assert len(sent) == 5 and worst(sent, 60) == 20
    mixed = [(str(n), 1) if n % 3 else (f"-{n}", 10) for n in range(100)]
    assert worst(send(Pacer(), mixed), 1) <= 30


def test_fl_07_a_halt_outlives_a_kill() -> None:
    pacer = Pacer()
    (pause,) = pacer.refused("-1001", 60, 10.0)
    again = Pacer()  # 20 s later, in a new process whose monotonic clock starts elsewhere
    again.restore([Pause(chat=pause.chat, seconds=pause.seconds - 20, reason=pause.reason)], 5_000.0)
    assert send(again, [("-1001", 1)], start=5_000.0)[0][0] >= 5_040


def test_the_last_minute_outlives_a_kill_too() -> None:
    pacer = Pacer()
    pacer.recall([("-1001", 1, 20 - n) for n in range(20)], 500.0)
    assert pacer.slot("-1001", 1, 500.0) >= 500 - 20 + 60


def test_fl_10_one_halted_group_leaves_the_others_at_full_pace() -> None:
    pacer = Pacer()
    pacer.refused("-1001", 30, 0.0)
    sent = send(pacer, [("-1001", 1), *people(100)])
    others = [at for at, chat, _ in sent if chat != "-1001"]
    assert others[0] <= 1 and others[-1] <= 100 / 28 + 0.1
    assert next(at for at, chat, _ in sent if chat == "-1001") >= 30


def test_fl_11_a_storm_of_refusals_halts_the_bot_and_halves_its_pace_for_a_while() -> None:
    pacer = Pacer()
    pauses = [pacer.refused(str(n), 2 + n, n * 0.1) for n in range(5)]
    assert [pause.chat for pause in pauses[0]] == ["0"]
    assert pauses[-1][-1].chat == WHOLE_BOT
    halt = 0.4 + 6
    assert pacer.bot_slot(1, 0.5) == pytest.approx(halt)
    slow = pacer.rate(halt)
    assert slow <= 14
    assert pacer.rate(halt + 10) == pytest.approx(slow + 1)
    assert pacer.rate(halt + 1000) == 28
    sent = send(pacer, people(200), start=0.5)
    assert sent[0][0] >= halt and worst(sent, 1) <= 30


@pytest.mark.no_cover
def test_fl_12_breaking_posts_overtake_a_broadcast() -> None:
    pacer = Pacer()
    broadcast = people(2_000)
    plain = send(Pacer(), broadcast, until=60)
    news = [(f"-10{n}", 1) for n in range(3)]
    sent = send(pacer, broadcast + news, lane=lambda c: Lane.BREAKING if c.startswith("-") else Lane.ALERT, until=60)
    assert max(at for at, chat, _ in sent if chat.startswith("-")) <= 2
    readers = sum(1 for _, chat, _ in sent if not chat.startswith("-"))
    assert readers >= 0.9 * len(plain)


def test_fl_13_an_answer_overtakes_a_broadcast_and_the_second_still_holds() -> None:
    pacer, sent = Pacer(), []
    now = 0.0
    for n in range(280):
        if n % 40 == 39:
            at = pacer.answer_slot(now)
            assert at - now <= 1
            pacer.take_answer(at)
            sent.append((at, "77", 1))
        now = pacer.slot(str(n), 1, now)
        pacer.take(str(n), 1, now)
        sent.append((now, str(n), 1))
    assert worst(sent, 1) <= 30


def test_a_flood_of_answers_leaves_room_for_posts() -> None:
    pacer, sent = Pacer(), []
    for _ in range(100):
        at = pacer.answer_slot(0.0)
        pacer.take_answer(at)
        sent.append((at, "a", 1))
    assert worst(sent, 1) <= 15
    assert pacer.bot_slot(1, 0.0) < 8


def test_fl_14_a_halt_of_a_day_parks_the_chat_and_no_more() -> None:
    pacer = Pacer()
    pacer.refused("-1001", 86_400, 0.0)
    assert pacer.slot("-1001", 1, 0.0) == 86_400
    assert pacer.slot("-1002", 1, 0.0) == 0


def test_fl_15_five_thousand_channels_cost_less_than_50_microseconds_a_send() -> None:
    pacer = Pacer(Rates(bot=1000))
    chats = [f"-100{n}" for n in range(5_000)]
    for chat in chats:
        pacer.take(chat, 1, 0.0)
    best = min(_timed(pacer, chats, start) for start in (1e4, 2e4, 3e4))
    assert best / len(chats) <= 50e-6


def _timed(pacer: Pacer, chats: list[str], start: float) -> float:
    begun = time.process_time()
    for chat in chats:
        pacer.take(chat, 1, pacer.slot(chat, 1, start))
    return time.process_time() - begun


def test_fl_16_a_name_and_an_id_share_one_bucket() -> None:
    pacer = Pacer()
    pacer.same_chat("@demo", "-1001")
    pacer.take("@demo", 1, 0.0)
    assert pacer.slot("-1001", 1, 0.0) > 1
    pacer.refused("@demo", 9, 0.0)
    assert pacer.slot("-1001", 1, 0.0) == 9


@pytest.mark.no_cover
@pytest.mark.parametrize("rate", [60.0, 500.0, 1000.0])
def test_fl_17_the_paid_pace_is_kept(rate: float) -> None:
    sent = send(Pacer(Rates(bot=rate)), people(3_000))
    seconds = sent[-1][0] - sent[0][0]
    assert (3_000 - 0.32 * rate) / seconds <= rate * 1.001
    assert worst(sent, 1) <= rate + 1


@pytest.mark.parametrize("rate", [0.0, -1.0, 1000.5])
def test_a_pace_beyond_telegrams_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="messages a second"):
        Rates(bot=rate)


def test_fl_18_the_time_of_a_broadcast_is_known_before() -> None:
    assert seconds_for(200_000, 28) == pytest.approx(7_143, abs=1)  # 1 h 59 min


def test_telegrams_own_limits_refuse_nothing_in_an_hour_of_bursts_and_the_rate_is_used() -> None:
    """A model of the enforcing server: 30 a second in all, 1 a second in a chat, 20 a minute in a channel, with up to
    30 ms of jitter on the way; 150 busy channels and groups and endless readers, albums among the posts."""
    pacer, jitter, sent = Pacer(), random.Random(7), []
    chats = [(0.0, f"-100{n}") for n in range(150)]
    heapq.heapify(chats)
    now, readers, hour = 0.0, 0, 3_600.0
    while now < hour:
        weight = 1
        if chats[0][0] <= now:
            chat = chats[0][1]
            weight = jitter.choice([1, 1, 1, 1, 1, 1, 1, 4])
            free_at = pacer.chat_slot(chat, weight, now)
            heapq.heapreplace(chats, (max(free_at, now + 0.001), chat))
            if free_at > now:
                continue
        else:
            chat, readers = f"9{readers}", readers + 1
        now = pacer.slot(chat, weight, now)
        pacer.take(chat, weight, now)
        sent.append((now + jitter.random() * 0.03, chat, weight))
    assert worst(sent, 1) <= 30
    assert sum(weight for _, _, weight in sent) >= 0.99 * 28 * hour
    by_chat: dict[str, Sent] = {}
    for at, chat, weight in sent:
        by_chat.setdefault(chat, []).append((at, chat, weight))
    assert max(worst(mine, 60) for chat, mine in by_chat.items() if chat.startswith("-")) <= 20


@given(st.lists(st.tuples(st.sampled_from(["-1001", "-1002", "7", "8"]), st.integers(1, 10)), max_size=40))
def test_no_mix_of_albums_breaks_a_limit(waiting: list[tuple[str, int]]) -> None:
    sent = send(Pacer(), waiting)
    assert len(sent) == len(waiting)
    assert worst(sent, 1) <= 30
    assert all(worst(sent, 60, chat) <= 20 for chat in ("-1001", "-1002"))


def test_idle_chats_are_forgotten() -> None:
    pacer = Pacer(most=50)
    for n in range(500):
        pacer.take(f"-{n}", 1, n * 100.0)
    assert len(pacer._chats) <= 51
    assert heapq.nsmallest(1, pacer._chats) != []


@given(at=st.floats(0, 1e7), grain=st.sampled_from([0.0, 0.01, 0.05]))
def test_a_slot_moves_to_the_beat_later_and_never_earlier(at: float, grain: float) -> None:
    moved = on_the_beat(at, grain)
    assert at - 1e-6 <= moved <= at + grain + 1e-6
    assert grain or moved == at
