"""What is typed can be completed: the menu above the input."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.completion import Candidate, Offered, Wanted, fitting
from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.ui.screens.chat import ChatScreen
from llmtui.ui.widgets.completion_menu import CompletionMenu
from tests.support.app import Chat, chatting

WORDS = st.text("abcd-:/", max_size=6)


@given(st.lists(WORDS), WORDS)
def test_the_best_come_first_and_none_is_invented(texts: list[str], word: str) -> None:
    found = [c.text for c in fitting([Candidate(text) for text in texts], word)]
    assert set(found) <= set(texts)
    begins = [text.startswith(word) for text in found]
    assert begins == sorted(begins, reverse=True)
    assert [t for t in texts if t.startswith(word)] == found[: sum(begins)]


@given(st.lists(WORDS), WORDS, WORDS)
def test_a_longer_word_fits_no_more_than_a_shorter(
    texts: list[str], word: str, rest: str
) -> None:
    candidates = [Candidate(text) for text in texts]
    longer = fitting(candidates, word + rest)
    assert longer == fitting(fitting(candidates, word), word + rest)


def menu(chat: Chat) -> CompletionMenu:
    return chat.screen.query_one(CompletionMenu)


async def typed(chat: Chat, text: str) -> str:
    """Type, and what is in the input after that."""
    await chat.press(
        *("slash" if c == "/" else "space" if c == " " else c for c in text)
    )
    await chat.pilot.pause()
    return chat.screen.prompt.text


async def test_a_name_is_completed_by_keys_alone(places: Places) -> None:
    async with chatting(Scripted(["smollm2"]), places) as chat:
        log = chat.screen.query_one("Welcome").region
        await typed(chat, "/mo")
        assert "choose the model of the next turn" in chat.text
        assert chat.screen.query_one("Welcome").region == log
        await chat.press("down", "tab")
        assert chat.screen.prompt.text == "/models"
        assert not menu(chat).is_open
        await chat.press("ctrl+u")
        await typed(chat, "/thm")
        await chat.press("enter")
        assert chat.screen.prompt.text == "/theme "
        await chat.press("ctrl+z")
        assert chat.screen.prompt.text == "/thm"
        await chat.press("ctrl+y")
        assert chat.screen.prompt.text == "/theme "
        await chat.press("ctrl+u")
        assert not menu(chat).is_open

        await typed(chat, "/mo")
        await chat.press("escape")
        assert not menu(chat).is_open
        assert await typed(chat, "del") == "/model"
        assert not menu(chat).is_open
        await chat.press("ctrl+u")
        await typed(chat, "/the")
        await chat.pilot.click(CompletionMenu, offset=(3, 0))
        assert chat.screen.prompt.text == "/theme "
        await chat.press("ctrl+u")

        # What begins otherwise is refused, and stays.
        await typed(chat, "/odel")
        assert "choose the model" in chat.text
        await chat.press("enter")
        await chat.until_said("there is no command /odel: did you mean /model?")
        assert chat.screen.prompt.text == "/odel"
        await chat.press("ctrl+u")

        # What is complete is done, and what was brought back is not completed.
        chat.screen.prompt.put("/mo")
        await chat.pilot.pause()
        assert not menu(chat).is_open
        chat.screen.prompt.put("")
        await typed(chat, "/new")
        await chat.press("enter")
        await chat.pilot.pause()
        assert chat.screen.prompt.text == ""
        await typed(chat, "not /mo")
        assert not menu(chat).is_open


class Late:
    """A source whose words take their time."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.come = asyncio.Event()

    def wanted(self, before: str, row: int) -> Wanted | None:
        at = before.rfind("@")
        return Wanted("file", at, before[at:], free=True) if at >= 0 else None

    def candidates(self, wanted: Wanted) -> Offered:
        self.asked.append(wanted.word)

        async def look() -> Sequence[Candidate]:
            await self.come.wait()
            return [Candidate("@one\x1b[2J"), Candidate("@two", "a file")]

        return look()


async def test_a_key_may_come_before_the_screen_is_mounted(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[bool | None] = []
    mount = ChatScreen.on_mount

    def first_a_key(screen: ChatScreen) -> None:
        taken.append(screen.check_action("complete", ("tab",)))
        mount(screen)

    monkeypatch.setattr(ChatScreen, "on_mount", first_a_key)
    async with chatting(Scripted(["smollm2"]), places):
        assert taken == [False]


async def test_words_that_come_late_are_asked_for_once_and_shown(
    places: Places,
) -> None:
    late = Late()
    async with chatting(Scripted(["smollm2"]), places) as chat:
        chat.screen.input_area.completing.sources[:] = [late]
        await typed(chat, "see ")
        await chat.press("at")
        assert not menu(chat).is_open
        late.come.set()
        await chat.until(lambda: menu(chat).is_open)
        assert "@one␛[2J" in chat.text
        assert await typed(chat, "tw") == "see @tw"
        assert late.asked == ["@"]
        await chat.press("tab")
        assert chat.screen.prompt.text == "see @two"
