"""No argument of any command, and no answer to any question, ends the program."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from llmtui.commands.table import BY_ID
from llmtui.places import Places
from llmtui.ui.screens.chat import ChatScreen
from tests.driver.hands import LEAVING
from tests.support.app import Chat
from tests.test_every_command import at_the_lighthouse, come_back, run

STRANGE = (
    "y" * 5000,
    "~nobody-at-all/x.md",
    "/root/../etc/shadow/x",
    "a 'quote that does not end",
    "'a\0b' c\0d",
    "\ud800\udfff",
    "\U0001d400" * 64,
    "-1 1e999 nan 99999999999999999999",
    "http://[::1",
    "[/nope] %s {0} \x1b[2J",
    "[[]]((((*+?\\",
    "..",
    "=",
    "@@",
)
"""What a disk, a shell, a number, an address or a pattern does not take."""

TURNS = 2
"""Of the strange ones, so many are tried with each command, all with some."""


@pytest.mark.parametrize("turn", range(TURNS))
async def test_every_command_bears_any_argument(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, turn: int
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EDITOR", "true")
    async with at_the_lighthouse(places, replies=99) as chat:
        session_id = chat.screen.chat.session.id
        named = [one for one, command in BY_ID.items() if command.slash]
        for number, command_id in enumerate(named):
            if command_id in LEAVING:
                continue
            strange = STRANGE[(number + turn * 5) % len(STRANGE)]
            await come_back(chat, session_id)
            await run(chat, command_id, strange)
            await chat.pilot.pause()
            await _answer(chat, strange)
            assert chat.app.is_running, command_id


async def _answer(chat: Chat, strange: str) -> None:
    """Type it into every line that a dialog has, and take it."""
    screen = chat.app.screen
    if isinstance(screen, ChatScreen):
        return
    for line in screen.query(Input):
        line.value = strange
    await chat.press("enter")
    await chat.pilot.pause()
