"""Keys are changed in the configuration, and what cannot be is said."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.binding import Binding

import llmtui.ui.dialogs
from llmtui.commands.keymap import Keymap, Keys, read_changes, use
from llmtui.commands.keys import NEEDED, KeyNameError, read_key
from llmtui.commands.table import COMMANDS
from llmtui.configuration import load
from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.settings import Settings
from llmtui.ui.dialogs.dialog import Dialog
from llmtui.ui.dialogs.help import sections
from llmtui.ui.key_bindings import chat_bindings
from tests.support.app import chatting


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("ctrl+r", "ctrl+r"),
        ("Ctrl + R", "ctrl+r"),
        ("shift+ctrl+F5", "ctrl+shift+f5"),
        ("R", "R"),
        ("esc", "escape"),
        ("page up", "pageup"),
        ("/", "/"),
        ("slash", "/"),
        ("+", "+"),
        (",", ","),
        ("ctrl+]", "ctrl+]"),
    ],
)
def test_a_key_is_written_as_people_do(written: str, key: str) -> None:
    assert read_key(written).key == key


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("ctrl+i", "tab"),
        ("ctrl+m", "enter"),
        ("ctrl+h", "backspace"),
        ("ctrl+[", "esc"),
        ("tab", "needed"),
        ("enter", "needed"),
        ("ctrl+nosuch", "there is no key"),
        ("contrl+r", "there is no key"),
        ("ctrl+", "there is no key"),
        ("f25", "there is no key"),
    ],
)
def test_a_key_that_cannot_be_had_is_refused(written: str, why: str) -> None:
    with pytest.raises(KeyNameError, match=why):
        read_key(written)


@pytest.mark.parametrize(
    "written", ["ctrl+tab", "shift+enter", "ctrl+shift+r", "ctrl+1", "super+r", "alt+r"]
)
def test_a_key_that_may_never_arrive_is_doubted(written: str) -> None:
    assert read_key(written).doubt


@given(st.text(max_size=12))
def test_any_text_is_a_key_or_a_sentence(text: str) -> None:
    with suppress(KeyNameError):
        key = read_key(text).key
        assert read_key(key).key == key


def test_every_key_of_the_table_can_be_written() -> None:
    for command in COMMANDS:
        for key in (*command.keys, *command.log_keys):
            assert read_key(key).key == key, command.id


def test_nothing_needs_a_key_that_may_never_arrive() -> None:
    for command in COMMANDS:
        keys = (*command.keys, *command.log_keys)
        sure = [key for key in keys if not read_key(key).doubt]
        assert sure or command.slash, command.id


def dialogs() -> Iterator[type[Dialog[Any]]]:
    for module in pkgutil.iter_modules(llmtui.ui.dialogs.__path__):
        found = importlib.import_module(f"llmtui.ui.dialogs.{module.name}")
        for value in vars(found).values():
            if isinstance(value, type) and issubclass(value, Dialog):
                yield value


def test_no_dialog_needs_one_either() -> None:
    for dialog in dialogs():
        sure: dict[str, bool] = {}
        for binding in Binding.make_bindings(dialog.BINDINGS):
            key = binding.key if len(binding.key) > 1 else ""
            arrives = key in NEEDED or not key or not read_key(key).doubt
            sure[binding.action] = arrives or sure.get(binding.action, False)
        assert all(sure.values()), (dialog, sure)


def test_a_changed_key_takes_the_place_of_all_that_the_command_had() -> None:
    changes, problems = read_changes({"retry": ["ctrl+y", "w"], "scrollback": ""})
    keymap = Keymap(changes)
    assert problems == []
    assert keymap.keys("retry") == Keys(("ctrl+y",), ("w",))
    assert keymap.keys("scrollback") == Keys()
    assert keymap.shown("scrollback") == "/scrollback"
    assert keymap.command("ctrl+y") == "retry"


def test_a_key_of_the_input_is_everywhere_only_where_it_always_was() -> None:
    changes, _ = read_changes({"history-older": ["up", "home"]})
    assert Keymap(changes).keys("history-older") == Keys(("up",), ("home",))


def test_a_key_that_is_taken_is_lost_by_who_had_it_and_that_is_said() -> None:
    changes, problems = read_changes({"sessions": "f1"})
    assert Keymap(changes).keys("help").everywhere == ()
    assert problems == [
        "f1 is now sessions, and no longer help; [keys] help = … gives that another"
    ]
    changes, problems = read_changes({"sessions": "f1", "help": "ctrl+o"})
    assert problems == []
    assert Keymap(changes).keys("help").everywhere == ("ctrl+o",)


def test_of_two_that_want_a_key_the_first_one_has_it() -> None:
    changes, problems = read_changes({"new": "ctrl+y", "find": ["ctrl+y", "/"]})
    keymap = Keymap(changes)
    assert keymap.command("ctrl+y") == "new"
    assert keymap.keys("find") == Keys((), ("/",))
    assert problems == ["ctrl+y is set for new and for find: new has it"]


def test_what_cannot_be_used_is_said_and_left_out(places: Places) -> None:
    places.config.mkdir(parents=True)
    places.config_file.write_text(
        '[keys]\nretyr = "f6"\nnew = 5\nmodel = "ctrl+m"\n'
        'find = ["ctrl+i", "ctrl+y"]\nhelp = "ctrl+tab"'
    )
    settings = load(places, {})
    assert settings.keys["find"] == ("ctrl+y",)
    assert Keymap(settings.keys).keys("model").everywhere == ("ctrl+l",)
    said = "\n".join(settings.warnings)
    for words in (
        "there is no command 'retyr'; did you mean 'retry'?",
        'new takes a key or a list of keys, like new = "f6"',
        "find: terminals send the same for ctrl+i and tab",
        "help: ctrl+tab may never arrive: few terminals send it",
    ):
        assert words in said


def test_every_key_is_bound_by_a_name_that_textual_knows() -> None:
    names = {key for c in COMMANDS for key in (*c.keys, *c.log_keys)}
    bound = {b.key for b in Binding.make_bindings(chat_bindings())}
    assert {key for key in names if len(key) > 1} - bound <= {
        "ctrl+q",
        "ctrl+j",
        "alt+enter",
        "shift+enter",
    }


@pytest.fixture
def usual_keys() -> Iterator[None]:
    """They belong to the process, and other tests follow."""
    yield
    use({})


@pytest.mark.usefixtures("usual_keys")
async def test_the_changed_keys_work_and_are_what_is_shown(places: Places) -> None:
    keys, _ = read_changes({"help": "ctrl+k", "sessions": "ctrl+y", "quit": "f12"})
    settings = Settings(keys=keys)
    async with chatting(Scripted(["smollm2"]), places, settings=settings) as chat:
        await chat.until("ctrl+y finds old sessions, ctrl+k shows all keys")
        assert "f12 quit" in chat.text
        await chat.press(*"some text", "home", "ctrl+k")
        await chat.until("keys and commands")
        rows = dict(row for _, rows in sections() for row in rows)
        assert rows["ctrl+y"] == "find and resume an old session"
        assert "ctrl+o" not in rows
        await chat.press("ctrl+k")
        await chat.until(lambda: chat.app.screen is chat.screen)
        assert chat.screen.prompt.text == "some text"
        await chat.press("ctrl+y")
        await chat.until("no sessions yet")
        await chat.press("escape", "ctrl+q")
        await chat.press("f12")
        await chat.until(lambda: not chat.app.is_running)


@pytest.mark.usefixtures("usual_keys")
async def test_a_summary_names_the_changed_key_too(places: Places) -> None:
    keys, _ = read_changes({"sessions": "ctrl+y"})
    provider = Scripted(["smollm2"], [["Hello."], ["They greeted."]])
    settings = Settings(keys=keys)
    async with chatting(provider, places, size=(120, 30), settings=settings) as chat:
        await chat.say("Hi")
        await chat.until(lambda: chat.screen.chat.saved and not chat.screen.chat.reply)
        chat.screen.run_command("compact")
        await chat.until("ctrl+s goes on with it")
        await chat.press("ctrl+s")
        await chat.until("begins with the summary; ctrl+y finds the old one")
