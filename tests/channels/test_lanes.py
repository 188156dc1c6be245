"""Turns: lanes, order within a chat, and nobody left behind."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.lanes import Lanes, Waiting
from bot.model import Lane


def waiting(id: int, chat: str, lane: Lane = Lane.CHANNEL, due: int = 0) -> Waiting:
    return Waiting(lane, due, id, chat)


def drain(lanes: Lanes, limit: int = 10_000) -> list[Waiting]:
    """What goes out when every message ends at once."""
    out: list[Waiting] = []
    while lanes and len(out) < limit:
        for post in lanes.turns(set()):
            lanes.done(post)
            out.append(post)
            break
    return out


def test_urgent_lanes_go_first() -> None:
    lanes = Lanes()
    lanes.replace([waiting(1, "-1", Lane.ALERT), waiting(2, "-2", Lane.CORRECTION), waiting(3, "-3", Lane.BREAKING)])
    assert [post.id for post in drain(lanes)] == [2, 3, 1]


def test_a_busy_chat_is_passed_over() -> None:
    lanes = Lanes()
    lanes.replace([waiting(1, "-1"), waiting(2, "-2")])
    assert [post.id for post in lanes.turns({"-1"})] == [2]
    assert list(lanes.turns({"-1", "-2"})) == []


def test_a_stream_of_urgent_posts_does_not_starve_the_others() -> None:
    lanes = Lanes()
    urgent = [waiting(i, f"-{i}", Lane.CHANNEL, due=1000 + i) for i in range(100)]
    lanes.replace([waiting(1000, "55", Lane.ALERT, due=1), *urgent])
    assert [post.id for post in drain(lanes)].index(1000) < 8


def test_a_chat_can_be_left_out_until_the_next_look() -> None:
    lanes = Lanes()
    lanes.replace([waiting(1, "-1"), waiting(2, "-1"), waiting(3, "-2")])
    lanes.drop_chat("-1")
    lanes.drop_chat("-9")
    assert len(lanes) == 1 and [post.id for post in drain(lanes)] == [3]


@given(
    st.lists(st.tuples(st.sampled_from(list(Lane)), st.integers(0, 5), st.sampled_from(["-1", "-2", "3"])), max_size=60)
)
def test_within_a_chat_and_lane_the_order_is_by_due_time_and_id(rows: list[tuple[Lane, int, str]]) -> None:
    lanes = Lanes()
    lanes.replace([Waiting(lane, due, id, chat) for id, (lane, due, chat) in enumerate(rows)])
    out = drain(lanes)
    assert len(out) == len(rows)
    for chat in {row[2] for row in rows}:
        for lane in Lane:
            mine = [(post.due, post.id) for post in out if post.chat == chat and post.lane == lane]
            assert mine == sorted(mine)


@given(st.lists(st.sampled_from(["-1", "-2", "-3", "4"]), max_size=30), st.sets(st.sampled_from(["-1", "4"])))
def test_each_free_chat_has_exactly_one_turn(chats: list[str], busy: set[str]) -> None:
    lanes = Lanes()
    lanes.replace([Waiting(id % 5, 0, id, chat) for id, chat in enumerate(chats)])
    given_turns = [post.chat for post in lanes.turns(busy)]
    assert sorted(given_turns) == sorted(set(chats) - busy)
