"""A long text is read in turns, so that no key waits for its end."""

from __future__ import annotations

import pytest

from llmtui.chat.message import Message
from llmtui.ui.glyphs import UNICODE
from llmtui.ui.widgets.log.entry import Entry
from llmtui.ui.widgets.log.layout import Layout, Spot
from llmtui.ui.widgets.log.painter import Painter
from llmtui.ui.widgets.log.parts import Edge
from llmtui.ui.widgets.log.render.palette import PLAIN
from llmtui.ui.widgets.log.stream import Feed
from llmtui.ui.widgets.log.unread import Turn
from llmtui.ui.widgets.log.window import Window
from tests.support.log_host import LivingReply, LogHost, message, talk, until

TEXT = "\n".join(f"- item {n}, see [{n}]\n\n```py\nx = {n}\n```" for n in range(120))
TEXT += "\n\n[90]: https://example.org/90\n"
THOUGHT = "So it is.\n\n" * 200


def window_of(messages: list[Message], seconds: float = 0.0) -> Window:
    layout = Layout(Painter(PLAIN, UNICODE, 60), lambda: Turn(seconds))
    layout.reset(Entry(each) for each in messages)
    window = Window(layout)
    window.height = 20
    window.fit()
    return window


def turn(window: Window) -> None:
    window.layout.end_turn()
    window.read_on()


def seen(window: Window) -> list[str]:
    rows = range(window.y, window.y + window.height)
    found = [window.layout.line_at(y) for y in rows]
    return [line[1].drawn.rstrip() if line else "" for line in found]


LONG = message("long", TEXT, thinking=THOUGHT)


def test_what_was_read_in_turns_is_what_is_read_at_once() -> None:
    window = window_of([*talk(2), LONG])
    turns = 0
    while not window.layout.is_read:
        assert window.following
        assert "reading the rest" in "\n".join(seen(window))
        turn(window)
        turns += 1
    whole = Entry(LONG)
    whole.scan(60)
    entry = window.layout.entries[-1]
    assert turns > 10
    assert entry.parts == whole.parts
    assert len(entry.heights) == len(entry.parts)
    assert seen(window) == seen(window_of([*talk(2), LONG], float("inf")))


@pytest.mark.parametrize("left", [0, 1, 3])
def test_a_log_in_which_less_stands_while_it_is_hidden(left: int) -> None:
    """Nothing is fitted to no rows: where one was may be no more."""
    window = window_of([*talk(9), LONG])
    window.height = 0
    window.layout.reset(Entry(each) for each in talk(left))
    turn(window)
    window.fit()
    window.ready_above(20)
    window.height = 20
    window.ready_above(20)
    window.move(-3)
    window.fit()
    assert seen(window) == seen(window_of(talk(left)))


def test_a_text_of_usual_length_is_read_in_one_turn() -> None:
    assert window_of(talk(20), 0.02).layout.is_read


def test_who_reads_its_beginning_sees_nothing_move() -> None:
    window = window_of([message("long", TEXT)])
    window.to_spot(Spot(0))
    first = seen(window)
    while not window.layout.is_read:
        assert seen(window) == first
        turn(window)
    assert seen(window) == first


def test_who_comes_from_below_is_as_far_above_its_end_in_the_end() -> None:
    window = window_of([LONG, *talk(20)], float("inf"))
    window.to_spot(Spot(1))
    window.move(-30)
    wanted = seen(window)
    window = window_of([LONG, *talk(20)])
    window.to_spot(Spot(1))
    window.move(-30)
    assert not window.layout.is_read
    while not window.layout.is_read:
        turn(window)
    assert seen(window) == wanted


def test_a_reply_that_comes_at_once_is_read_in_turns() -> None:
    reply = LivingReply()
    entry = Entry(reply.message)
    feed = Feed(reply, entry, lambda: Turn(0.0))
    reply.text_pieces.append(TEXT)
    reply.thinking_pieces.append(THOUGHT)
    pulls = 0
    while feed.pull(0.0):
        pulls += 1

    assert pulls > 10
    entry.replace(reply.end())
    entry.scan(60)
    whole = Entry(reply.message)
    whole.scan(60)
    assert [*filter(is_text, entry.parts)] == [*filter(is_text, whole.parts)]


def is_text(part: object) -> bool:
    return not isinstance(part, Edge)


async def test_a_log_reads_on_by_itself() -> None:
    app = LogHost([*talk(2), message("long", "- \n" * 20_000)])
    async with app.run_test() as pilot:
        log = app.log_view
        assert not log.window.layout.is_read
        await until(pilot, lambda: log.window.layout.is_read)
        assert log.at_end


async def test_a_reply_that_has_ended_is_shown_to_its_end() -> None:
    app = LogHost(talk(1))
    async with app.run_test() as pilot:
        reply = LivingReply()
        app.log_view.follow(reply)
        reply.text_pieces.append("- \n" * 20_000 + "the end")
        reply.end()
        await until(pilot, lambda: "the end" in app.page)
        assert not app.log_view.conversation.is_living


def test_the_end_of_a_long_reply_costs_no_more_than_its_foot() -> None:
    layout = Layout(Painter(PLAIN, UNICODE, 60))
    reply = LivingReply()
    entry = Entry(reply.message)
    feed = Feed(reply, entry)
    layout.append(entry)
    layout.settle(Spot(0), 10)
    reply.text_pieces.append(TEXT)
    feed.pull(0.0)
    layout.refit(0)
    before = entry.parts.copy()
    entry.replace(reply.end())
    assert entry.rebuild() >= len(before) - 3
    assert entry.referring == [0]
    kept = zip(before[1:-3], entry.parts[1:-3], strict=True)
    assert all(new is old for old, new in kept)
