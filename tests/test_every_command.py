"""Every command does something by its slash name, and every default key runs its own.

A command without a scene here fails: it says what one sees of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from llmtui.commands.command import Action
from llmtui.commands.table import BY_ID, COMMANDS
from llmtui.places import Places
from llmtui.ui.dialogs.help import sections
from llmtui.ui.key_bindings import ELSEWHERE
from tests.support import scene
from tests.support.app import Chat, chatting


def log(chat: Chat) -> bool:
    return chat.screen.log_view.has_focus


def prompt(chat: Chat) -> str:
    return chat.screen.prompt.text


SCROLLS = {"home", "end"}
"""Keys that the log itself hears, and does the same for."""


SMALL = (80, 30)
"""A screen that is painted two hundred times."""


class Scene(NamedTuple):
    """A command in the conversation of ``scene.lighthouse``."""

    sees: str | Callable[[Chat], object]
    """What is said or shown then, or is so."""
    argument: str = ""
    """What follows the slash name."""


SCENES: dict[str, Scene] = {
    # what changes nothing in the session
    "stop": Scene(lambda chat: chat.screen.chat.reply is None),
    "interrupt": Scene("ctrl+q leaves"),
    "thinking": Scene("asks for etymology"),
    "verbose": Scene("prompt 96 tokens", "on"),
    "source": Scene("shown as they were written"),
    "copy": Scene("saved"),
    "copy-code": Scene("saved", "1"),
    "copy-table": Scene("saved 5 lines"),
    "copy-tsv": Scene("saved 4 lines"),
    "copy-link": Scene("there is no link"),
    "open-link": Scene("there is no link"),
    "save-code": Scene("horizon.py", "1 horizon.py"),
    "page-code": Scene("this terminal cannot be left"),
    "scrollback": Scene("this terminal cannot be left"),
    "prompt-previous": Scene(lambda chat: "│▌ Where is the word" in chat.text),
    "prompt-next": Scene(lambda chat: chat.screen.log_view.at_end),
    "fold-code": Scene(lambda chat: True),
    "fold": Scene("nothing to unfold here", "none"),
    "contents": Scene("there is no heading"),
    "message-previous": Scene(log),
    "message-next": Scene(log),
    "link-next": Scene("there is no further link"),
    "link-previous": Scene("there is no further link"),
    "last-prompt": Scene(log),
    "page-up": Scene(lambda chat: not chat.screen.log_view.at_end),
    "page-down": Scene(lambda chat: chat.screen.log_view.at_end),
    "log-home": Scene("A haiku about a lighthouse"),
    "log-end": Scene("nautical miles"),
    "log-right": Scene("nothing in sight is too wide"),
    "log-left": Scene("nothing in sight is too wide"),
    "find": Scene("4 of 7", "light turns"),
    "find-next": Scene(lambda chat: True),
    "find-previous": Scene(lambda chat: True),
    "inspect": Scene("first token"),
    "table": Scene("no table"),
    "quotations": Scene("0 of 1 quotations"),
    "continue": Scene("there is nothing to continue"),
    "mend": Scene("not asked again"),
    "queue": Scene("nothing waits in line"),
    "take-back": Scene(lambda chat: not prompt(chat)),
    "undo": Scene("nothing was pruned here"),
    "tree": Scene("branches"),
    "erase": Scene("put the focus on the message"),
    "context": Scene("context"),
    "sessions": Scene("Packing list", "pack"),
    "search": Scene("search all sessions"),
    "palette": Scene("commands"),
    "help": Scene("/show license", "/show"),
    "notices": Scene("notices"),
    "history": Scene("what was typed before"),
    "history-older": Scene(lambda chat: prompt(chat) == "/history"),
    "history-newer": Scene(lambda chat: not prompt(chat)),
    "newline": Scene(lambda chat: prompt(chat) == "\n"),
    "edit": Scene("this terminal cannot be left"),
    "vim": Scene("the input is without vim's keys", "off"),
    "attach": Scene(lambda chat: prompt(chat) == "@"),
    "attached": Scene("nothing is attached"),
    "shell": Scene("which command?"),
    "btw": Scene("by the way"),
    # models and hosts
    "model": Scene("smollm2 135M", "smollm2"),
    "models": Scene("models on localhost"),
    "show": Scene("Apache", "license"),
    "pull": Scene("nothing is being fetched"),
    "load": Scene("Q4_K_M"),
    "save": Scene("name of the model"),
    "host": Scene("openai+http"),
    "hosts": Scene("hosts"),
    "sign-in": Scene("is signed in"),
    # what changes the session
    "think": Scene("does not think; kept for others", "high"),
    "system": Scene("the next turn is sent with it", "Be brief."),
    "options": Scene("temperature"),
    "preset": Scene("presets"),
    "format": Scene("answers are", "json"),
    "set": Scene("seed is 4", "parameter seed 4"),
    "rename": Scene("Another title", "Another title"),
    "title": Scene("A third title", "A third title"),
    "tag": Scene("sea", "sea"),
    "export": Scene("out.md", "out.md"),
    "import": Scene("nosuch.json cannot be read", "nosuch.json"),
    "exclude": Scene("left out"),
    "pin": Scene("stays when the context is full"),
    "theme": Scene(lambda chat: chat.app.theme == "nord", "nord"),
    "amend": Scene(lambda chat: prompt(chat).startswith("Where is the word")),
    "retry": Scene("once more", "smollm2"),
    "repeat": Scene("asked as before"),
    "retry-with": Scene("Q4_K_M"),
    "sibling-previous": Scene("‹2/3›"),
    "sibling-next": Scene("‹3/3›"),
    "compact": Scene("summary"),
    # what goes to another session
    "fork": Scene("this is a new session"),
    "clear": Scene("a new session, with the same model"),
    "new": Scene(lambda chat: not chat.screen.chat.saved),
    "private": Scene(lambda chat: chat.screen.chat.private),
    "start": Scene("answers already"),
    "local": Scene(lambda chat: chat.screen.chat.monitor.host.kind == "local"),
    "quit": Scene(lambda chat: not chat.app.is_running),
}


def test_every_command_has_a_scene() -> None:
    assert set(SCENES) ^ set(BY_ID) == set()


def test_the_help_lists_exactly_the_table() -> None:
    _, everywhere, in_log, typed = (rows for _, rows in sections())
    assert [words for _, words in everywhere] == [c.title for c in COMMANDS if c.keys]
    assert [words for _, words in in_log] == [c.title for c in COMMANDS if c.log_keys]
    named = [command for command in COMMANDS if command.slash]
    assert [names.split(", ") for names, _ in typed] == [
        [f"/{name}" for name in command.slash] for command in named
    ]
    for command, (_, words) in zip(named, typed, strict=True):
        assert words.startswith(command.title)


async def come_back(chat: Chat, session_id: str) -> None:
    """Close what a scene has opened, and be in the conversation again."""
    while chat.app.screen is not chat.screen:
        await chat.press("escape")
        await chat.pilot.pause()
    if chat.screen.has_class("-finding"):
        await chat.press("escape")
    await chat.until(lambda: chat.screen.chat.reply is None)
    if chat.screen.chat.session.id != session_id:
        await chat.resume(session_id)
    chat.screen.prompt.put("")
    chat.screen.prompt.focus()
    chat.app.notices.history.clear()
    await chat.pilot.pause()


async def run(chat: Chat, command_id: str, argument: str) -> None:
    """Run a command as a user does: by its name, else by its first key."""
    command = BY_ID[command_id]
    if command.slash:
        await chat.say(f"/{command.slash[0]} {argument}".rstrip())
    elif command.keys:
        await chat.press(command.keys[0])
    else:
        chat.screen.log_view.focus()
        await chat.press("end", pressed(command.log_keys[0]))


def pressed(key: str) -> str:
    """A key as a pilot has it."""
    signs = {"[": "left_square_bracket", "]": "right_square_bracket", "/": "slash"}
    return signs.get(key, key)


@asynccontextmanager
async def at_the_lighthouse(places: Places, replies: int = 9) -> AsyncIterator[Chat]:
    """In the conversation of ``scene.lighthouse``, with others beside it."""
    session_id = scene.lighthouse(places)
    scene.store(places)
    provider = scene.provider(*[["once more"]] * replies)
    provider.details = scene.DETAILS
    async with chatting(provider, places, size=SMALL) as chat:
        await chat.resume(session_id)
        yield chat


async def test_every_command_does_what_it_says(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EDITOR", "true")
    async with at_the_lighthouse(places) as chat:
        session_id = chat.screen.chat.session.id
        for command_id, (sees, argument) in SCENES.items():
            await come_back(chat, session_id)
            await run(chat, command_id, argument)
            seen = sees if callable(sees) else _seen(sees)
            try:
                await chat.until(lambda: seen(chat))  # noqa: B023
            except AssertionError as error:
                raise AssertionError(f"{command_id}: {error}\n{chat.said}") from None


def _seen(words: str) -> Callable[[Chat], object]:
    return lambda chat: words in chat.said or words in chat.text


def noting(command_id: str, ran: list[str]) -> Action:
    """An action that only says that it was asked for."""
    return lambda _: ran.append(command_id)


async def test_every_default_key_runs_its_command(places: Places) -> None:
    session_id = scene.lighthouse(places)
    async with chatting(scene.provider(), places, size=SMALL) as chat:
        await chat.resume(session_id)
        ran: list[str] = []
        for name in chat.screen.actions:
            chat.screen.actions[name] = noting(name, ran)
        here = [command for command in COMMANDS if command.id not in ELSEWHERE]
        everywhere = {key: c.id for c in here for key in c.keys}
        in_log = {key: c.id for c in here for key in c.log_keys if key not in SCROLLS}
        for focus, keys in (
            (chat.screen.prompt, everywhere),
            (chat.screen.log_view, in_log),
        ):
            focus.focus()
            ran.clear()
            await chat.press(*map(pressed, keys))
            await chat.until(lambda: len(ran) == len(keys))  # noqa: B023
            assert dict(zip(keys, ran, strict=True)) == keys
        assert prompt(chat) == ""
        chat.screen.prompt.focus()
        await chat.press(*BY_ID["newline"].keys)
        assert prompt(chat) == "\n" * len(BY_ID["newline"].keys)
        await chat.press(BY_ID["quit"].keys[0])
        await chat.until(lambda: not chat.app.is_running)
