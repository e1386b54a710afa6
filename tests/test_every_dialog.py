"""Every dialog may be left at any moment, before it is there too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen
from textual.widget import AwaitMount

from llmtui.places import Places
from llmtui.ui.dialogs.dialog import Dialog
from tests.test_every_command import at_the_lighthouse, come_back, run

OPENING = (
    "contents",
    "inspect",
    "queue",
    "tree",
    "context",
    "sessions",
    "search",
    "palette",
    "help",
    "notices",
    "history",
    "btw",
    "model",
    "models",
    "pull",
    "save",
    "hosts",
    "think",
    "system",
    "options",
    "preset",
    "theme",
    "import",
    "export",
    "rename",
    "tag",
    "retry-with",
    "quotations",
    "table",
    "format",
    "attached",
    "host",
    "show",
    "compact",
)
"""Commands that open a dialog, most of them when nothing follows their name."""


@pytest.mark.parametrize("turns", [0, 1, 5, 20])
async def test_a_dialog_may_be_left_before_it_is_there(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, turns: int
) -> None:
    monkeypatch.chdir(tmp_path)
    opened: list[str] = []
    leaving: set[asyncio.Task[None]] = set()

    async def leave(dialog: Dialog[Any]) -> None:
        """As a key does that comes some turns of the loop after it was opened."""
        for _ in range(turns):
            await asyncio.sleep(0)
        dialog.dismiss()

    async with at_the_lighthouse(places) as chat:
        session_id = chat.screen.chat.session.id
        push = chat.app.push_screen

        def push_and_leave(
            screen: Screen[Any], done: Callable[[Any], None]
        ) -> AwaitMount:
            pushed = push(screen, done)
            if isinstance(screen, Dialog):
                opened.append(type(screen).__name__)
                if turns:
                    task = asyncio.create_task(leave(screen))
                    leaving.add(task)
                    task.add_done_callback(leaving.discard)
                else:
                    screen.dismiss()
            return pushed

        monkeypatch.setattr(chat.app, "push_screen", push_and_leave)
        for command_id in OPENING:
            await come_back(chat, session_id)
            await run(chat, command_id, "")
            await chat.pilot.pause()
            await chat.until(lambda: not leaving)
            await chat.pilot.pause()
            assert chat.app.is_running
