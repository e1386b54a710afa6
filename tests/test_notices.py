"""Short notices: one line, never over text, never lost."""

from __future__ import annotations

from collections.abc import Callable

from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.ui.notices import KEPT, Notice, Notices
from tests.support.app import chatting


class Clock:
    """A timer that ends when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._over: Callable[[], None] | None = None

    def later(self, seconds: float, over: Callable[[], None]) -> Clock:
        self.seconds, self._over = seconds, over
        return self

    def stop(self) -> None:
        self._over = None

    def ring(self) -> None:
        assert self._over is not None
        over, self._over = self._over, None
        over()


def notices() -> tuple[Notices, Clock, list[Notice | None]]:
    clock, shown = Clock(), list[Notice | None]()
    return Notices(shown.append, clock.later), clock, shown


def test_a_notice_leaves_after_the_time_it_takes_to_read_it() -> None:
    board, clock, shown = notices()
    board.say("short")
    short = clock.seconds
    board.say("a longer sentence, which takes longer to be read")
    assert clock.seconds > short
    clock.ring()
    assert shown[-1] is None


def test_a_warning_that_was_covered_returns_and_a_word_does_not() -> None:
    board, clock, shown = notices()
    board.say("not saved", warning=True)
    board.say("copied")
    board.say("copied again")
    clock.ring()
    assert shown[-1] == Notice("not saved", True)
    clock.ring()
    assert shown[-1] is None


def test_everything_said_can_be_read_again_once() -> None:
    board, _, _ = notices()
    for number in range(KEPT + 5):
        board.say(f"number {number}")
    board.say("number 20")
    assert len(board.history) == KEPT
    assert [n.words for n in board.history].count("number 20") == 1
    assert board.history[-1].words == "number 20"


def test_what_is_hostile_is_only_words() -> None:
    board, _, shown = notices()
    board.say("[@click=app.quit]x[/nope]\x1b[2J\nsecond")
    assert shown == [Notice("[@click=app.quit]x[/nope]␛[2J second")]


async def test_a_notice_takes_the_line_of_the_keys_and_no_other(
    places: Places,
) -> None:
    async with chatting(Scripted(["smollm2"]), places, size=(80, 24)) as chat:
        before = chat.text.splitlines()
        chat.app.notices.say("something happened")
        await chat.until("something happened")
        after = chat.text.splitlines()
        assert before[:-1] == after[:-1]
        assert after[-1].strip() == "something happened"


async def test_in_a_tiny_terminal_the_input_stays_where_it_is(places: Places) -> None:
    async with chatting(Scripted(["smollm2"]), places, size=(40, 10)) as chat:
        await chat.press(*"text")
        before = chat.text.splitlines()
        chat.app.notices.say("something happened")
        await chat.until("something happened")
        changed = [
            a for a, b in zip(chat.text.splitlines(), before, strict=True) if a != b
        ]
        assert [line.strip() for line in changed] == ["something happened"]


async def test_a_notice_is_seen_below_a_dialog(places: Places) -> None:
    async with chatting(Scripted(["smollm2"]), places, size=(80, 24)) as chat:
        await chat.press("ctrl+p")
        await chat.until("enter chooses")
        dialog = chat.text.splitlines()[:-1]
        chat.app.notices.say("something happened")
        await chat.until("something happened")
        assert chat.text.splitlines()[:-1] == dialog


async def test_what_is_too_long_for_the_line_is_read_in_full(places: Places) -> None:
    sentence = "a long story " * 12 + "with an end"
    async with chatting(Scripted(["smollm2"]), places, size=(80, 24)) as chat:
        chat.app.notices.say(sentence)
        await chat.until("f2 all")
        assert "with an end" not in chat.text
        await chat.press("f2")
        await chat.until("with an end")


async def test_the_same_notice_is_not_stacked(places: Places) -> None:
    async with chatting(Scripted(["smollm2"]), places) as chat:
        for _ in range(3):
            await chat.say("/nosuch")
            chat.screen.prompt.put("")
        await chat.until_said("there is no command /nosuch")
        assert chat.said.count("/nosuch") == 1
        await chat.until("there is no command /nosuch")


async def test_the_editor_says_its_keys_in_a_small_terminal(places: Places) -> None:
    async with chatting(Scripted(["smollm2"]), places, size=(40, 10)) as chat:
        await chat.press("ctrl+s")
        await chat.until("ctrl+s keep")
