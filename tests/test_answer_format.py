"""Answers in a format, on the screen: checked, mended, looked into, asked for again."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from llmtui.chat.events import Finished
from llmtui.chat.json_table import Table, csv_of, tables_of
from llmtui.chat.message import Message, Sent
from llmtui.chat.reply_facts import facts_of
from llmtui.chat.request import ChatRequest
from llmtui.chat.usage import Usage
from llmtui.jobs.answer_format import FormatError, read_format
from llmtui.places import Places
from llmtui.providers.scripted import Gate, Script, Scripted
from llmtui.ui.dialogs.inspection import InspectionDialog
from llmtui.ui.dialogs.json_table import TableDialog
from llmtui.ui.dialogs.text import TextDialog
from tests.support.app import Chat, chatting

SCHEMA = {
    "title": "People",
    "type": "object",
    "properties": {
        "people": {
            "type": "array",
            "items": {"type": "object", "properties": {"age": {"type": "integer"}}},
        }
    },
}
BAD = '{"people": [{"name": "An\u202en", "age": "old"}]}'
GOOD = '{"people": [{"name": "Ann", "age": 7}, {"name": "Bob"}]}'


# -- formats as people give them -----------------------------------------------------


def test_a_format_is_a_word_a_schema_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    file.write_text(json.dumps(SCHEMA), encoding="utf-16")
    assert read_format("JSON") == "json"
    assert read_format(json.dumps(SCHEMA)) == read_format(str(file)) == SCHEMA


def test_a_pipe_is_no_schema_and_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "people.json"
    os.mkfifo(pipe)
    with pytest.raises(FormatError, match="is a pipe, not a file"):
        read_format(str(pipe))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[1]", "is no JSON schema: a schema is an object"),
        (b"\x89PNG\r\n\x1a\n", "not a JSON schema"),
        (b" " * 1_000_001, "is too large"),
        (b'{"a": ', "is no valid JSON"),
    ],
)
def test_a_file_that_is_no_schema_is_a_sentence(
    tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "odd.json"
    file.write_bytes(content)
    with pytest.raises(FormatError, match=said):
        read_format(str(file))


def test_a_schema_is_refused_where_nothing_could_be_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "jsonschema", None)
    assert read_format("json") == "json"
    with pytest.raises(FormatError, match="jsonschema is missing; install it with"):
        read_format("{}")


# -- tables and facts ----------------------------------------------------------------


def test_tables_are_found_in_json_and_in_fences() -> None:
    fenced = f"Here you are:\n\n```json\n{GOOD}\n```\n"
    [table] = tables_of(GOOD)
    assert tables_of(fenced) == [table]
    assert table == Table("$.people", ("name", "age"), (("Ann", "7"), ("Bob", "")))
    assert csv_of(table) == "name,age\nAnn,7\nBob,\n"
    assert tables_of("no JSON") == tables_of("[1, 2]") == tables_of("[" * 99999) == []


def test_what_an_old_reply_does_not_tell_is_unknown() -> None:
    reply = Message("a", None, "assistant", "hi", "", request=Sent("mistral"))
    facts = dict(facts_of(reply))
    assert facts["digest"] == facts["host"] == facts["cost"] == "unknown"
    told = Usage(
        total_duration=3_000_000_000,
        prompt_eval_count=110,
        prompt_eval_cached_count=100,
        prompt_eval_duration=1_000_000_000,
        eval_count=20,
        eval_duration=2_000_000_000,
    )
    facts = dict(facts_of(replace(reply, usage=told)))
    assert facts["prompt"] == "110 tokens, 1.0 s, 10/s"
    assert facts["answer"] == "20 tokens, 2.0 s, 10/s"
    assert facts["cached"] == "100 tokens"
    assert facts["in the queue"] == "not at all"
    assert facts["loading"] == "unknown"


# -- on the screen -------------------------------------------------------------------


async def talked(chat: Chat, text: str, answer: str) -> None:
    await chat.say(text)
    await chat.until(lambda: chat.screen.chat.reply is None)
    await chat.until(answer)


def dialog(chat: Chat, kind: type[Any]) -> bool:
    return isinstance(chat.app.screen, kind)


async def test_an_answer_by_a_schema_from_asking_to_asking_again(
    places: Places, tmp_path: Path
) -> None:
    file = tmp_path / "people.json"
    file.write_text(json.dumps(SCHEMA))
    gate = Gate()
    done = Finished(Usage(eval_count=5, total_duration=1_000_000_000))
    good: Script = [GOOD, done]
    host = Scripted(["m"], [[BAD[:44], gate, BAD[44:], done], good, good])
    async with chatting(host, places, size=(80, 40)) as chat:
        # a schema is set from a file, and edited in a dialog
        await chat.say("/set format /nowhere.json")
        await chat.until_said("/nowhere.json cannot be read")
        await chat.say(f"/set format {file}")
        await chat.until_said("answers are JSON by the schema People")
        assert " json " in chat.text.splitlines()[0]
        await chat.say("/format")
        await chat.until(lambda: dialog(chat, TextDialog))
        assert '"title": "People"' in chat.text
        await chat.press("escape")

        # a misfit is shown while it comes, and at the foot
        await chat.say("Who?")
        await gate.reached.wait()
        await chat.until("does not fit: $.people[0].age takes a whole number, not te")
        gate.open()
        await chat.until("ctrl+e mend")
        reply = chat.screen.chat.session.last_answer()
        assert reply is not None

        # its JSON is a table
        await chat.press("tab", "v")
        await chat.until(lambda: dialog(chat, TableDialog))
        await chat.until("$.people")
        assert "\u202e" not in chat.text
        await chat.press("escape")

        # what was sent can be looked into
        await chat.press("i")
        await chat.until(lambda: dialog(chat, InspectionDialog))
        assert "lacks         does not fit: $.people[0].age" in chat.text
        assert "unknown" in chat.text
        asked = [r for r in host.requests if isinstance(r, ChatRequest)]
        body = chat.app.screen._sent.text  # type: ignore[attr-defined]
        assert json.loads(body) == json.loads(await host.body(asked[0]))
        await chat.press("escape", "escape")

        # the model mends it, in the same format
        await chat.say("/format off")
        await chat.until_said("answers are free text")
        await chat.press("tab", "ctrl+e")
        await chat.until("Give the whole answer again")
        await chat.until(lambda: chat.screen.chat.reply is None)
        again = host.requests[-1]
        assert isinstance(again, ChatRequest)
        assert again.format == SCHEMA
        assert "at $.people[0].age" in again.turns[-1].content

        # and is asked once more, exactly as before
        await chat.press("escape")
        await chat.say("/repeat")
        await chat.until_said("asked as before: it is not known which weights m had")
        await chat.until_said("it was asked without a seed")
        await chat.until(lambda: len(host.requests) == 3)
        assert host.requests[-1] == again
