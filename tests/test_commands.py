"""The table of commands cannot drift from what the app does."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from llmtui.commands.table import BY_SLASH, COMMANDS
from llmtui.slash import near_slash, read_slash, unescaped

APP_HEARS = {"newline"}
"""Commands that the input box itself carries out."""


def test_no_id_means_two_things() -> None:
    ids = Counter(c.id for c in COMMANDS)
    assert ids.most_common(1)[0][1] == 1


def test_no_key_means_two_things() -> None:
    everywhere = Counter(key for c in COMMANDS for key in c.keys)
    in_log = Counter(key for c in COMMANDS for key in (*c.keys, *c.log_keys))
    assert everywhere.most_common(1)[0][1] == 1
    assert in_log.most_common(1)[0][1] == 1


def test_no_slash_name_means_two_things() -> None:
    names = Counter(name for c in COMMANDS for name in c.slash)
    assert names.most_common(1)[0][1] == 1


def test_no_key_is_one_that_terminals_send_for_another() -> None:
    keys = {key for c in COMMANDS for key in (*c.keys, *c.log_keys)}
    assert not {"ctrl+m", "ctrl+i", "ctrl+h"} & keys


def test_every_command_can_be_reached() -> None:
    for command in COMMANDS:
        assert command.keys or command.log_keys or command.slash, command.id


def test_names_of_ollama_run_are_known() -> None:
    assert {"set", "load", "clear", "bye", "exit", "?", "help"} <= BY_SLASH.keys()


@given(st.text())
def test_a_line_is_a_command_or_is_sent(text: str) -> None:
    slash = read_slash(text)
    assert (slash is not None) == (text.startswith("/") and not text.startswith("//"))
    if slash is None:
        assert unescaped(text) == (text[1:] if text.startswith("//") else text)


def test_a_misspelt_name_is_recognised() -> None:
    assert near_slash("modle") == "model"
    assert near_slash("zzzzzz") == ""
