"""What the app promises, on a scripted provider, by keyboard alone."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from llmtui.chat.events import Finished, Preparing, Thinking
from llmtui.chat.models import Model
from llmtui.chat.prompt import Prompt, generation_of
from llmtui.chat.request import ChatRequest
from llmtui.chat.usage import Usage
from llmtui.commands.table import COMMANDS
from llmtui.places import Places
from llmtui.providers.errors import BrokenStream, Unreachable, Unsupported
from llmtui.providers.scripted import Gate, Script, Scripted
from llmtui.ui.key_bindings import ELSEWHERE
from llmtui.ui.screens.chat import ChatScreen
from llmtui.ui.widgets.header import ModelButton, SessionTitle
from llmtui.ui.widgets.offer_list import OfferList
from tests.support.app import Chat, chatting

THINKER = Model(
    "deepthought:latest", capabilities=frozenset({"completion", "thinking"})
)


def drafts(places: Places) -> list[Path]:
    """What is kept of unsent text and of lines."""
    return list(places.drafts.iterdir()) if places.drafts.exists() else []


def stored(places: Places) -> list[dict[str, Any]]:
    """The session files, oldest first."""
    return [
        json.loads(file.read_text(encoding="utf-8"))
        for file in sorted(places.sessions.glob("*.json"))
    ]


def models_asked(provider: Scripted) -> list[str]:
    return [request.model.partition(":")[0] for request in provider.requests]


async def test_a_prompt_is_answered_and_saved(places: Places) -> None:
    provider = Scripted(["smollm2"], [["Hello ", "there."]])
    async with chatting(provider, places) as chat:
        await chat.until("Ready. smollm2 answers on localhost.")
        await chat.say("Hi")
        await chat.until("Hello there.")
        await chat.until(lambda: chat.screen.chat.reply is None)
        assert chat.screen.prompt.text == ""
    (session,) = stored(places)
    assert [m["text"] for m in session["messages"]] == ["Hi", "Hello there."]
    assert session["messages"][1]["status"] == "complete"
    assert session["title"] == "Hi"


async def test_a_model_that_is_not_there_is_not_called_ready(places: Places) -> None:
    async with chatting(Scripted(["smollm2"]), places, model="nosuch") as chat:
        await chat.until("localhost has no model nosuch.")
        assert "Ready" not in chat.text


async def test_what_a_reply_cost_stands_once(places: Places) -> None:
    cost = Usage(eval_count=31, eval_duration=650_000_000)
    provider = Scripted(["smollm2"], [["Hello", Finished(cost)]])
    async with chatting(provider, places) as chat:
        await chat.say("Hi")
        await chat.until("31 tokens")
        await chat.until(lambda: chat.screen.chat.reply is None)
        await chat.pilot.pause()
        assert (chat.text.count("31 tokens"), chat.text.count("48/s")) == (1, 1)


async def test_nothing_is_written_before_the_first_prompt(places: Places) -> None:
    async with chatting(Scripted(["smollm2"]), places) as chat:
        await chat.until("Ready.")
    assert stored(places) == []


async def test_a_reply_that_repeats_itself_can_be_continued(places: Places) -> None:
    babble: Script = ["Well:", *[" the"] * 300, Gate()]
    provider = Scripted(["smollm2"], [babble, [" end."]])
    async with chatting(provider, places) as chat:
        await chat.say("Hi")
        await chat.until("cut off: it was repeating itself · f6 retry · f7")
        await chat.until(lambda: provider.closed == 1)
        await chat.press("f7")
        await chat.until("end.")
        await chat.until(lambda: chat.screen.chat.reply is None)
    (session,) = stored(places)
    _, cut, whole = session["messages"]
    assert (cut["status"], cut["done_reason"]) == ("incomplete", "repeating")
    assert (whole["continues"], whole["status"]) == (cut["id"], "complete")
    assert whole["text"] == cut["text"] + " end."


async def test_thinking_in_the_text_is_folded_and_never_sent_again(
    places: Places,
) -> None:
    thoughts = ["two ", "and two", "</th", "ink>\n\n", "It is 4."]
    provider = Scripted(["smollm2"], [thoughts, ["Yes."]])
    async with chatting(provider, places) as chat:
        await chat.say("How much?")
        await chat.until("It is 4.")
        await chat.until(lambda: chat.screen.chat.reply is None)
        assert "thought for" in chat.text
        assert "and two" not in chat.text
        await chat.say("Sure?")
        await chat.until("Yes.")
    sent = provider.requests[-1]
    assert isinstance(sent, ChatRequest)
    assert [turn.content for turn in sent.turns] == ["How much?", "It is 4.", "Sure?"]
    answer = stored(places)[0]["messages"][1]
    assert (answer["thinking"], answer["text"]) == ("two and two", "It is 4.")


async def test_an_answer_that_lacks_something_says_so(places: Places) -> None:
    usage = Usage(eval_count=1, eval_duration=1_000)
    provider = Scripted(["smollm2"], [[Finished(usage)], [Thinking("hm")]])
    async with chatting(provider, places) as chat:
        await chat.say("Hi")
        await chat.until("the answer is empty · f6 retry")
        assert "000/s" not in chat.text
        await chat.say("And?")
        await chat.until("it thought, but gave no answer · f6 retry")


async def test_a_second_prompt_waits_in_line_and_is_sent_next(places: Places) -> None:
    gate = Gate()
    provider = Scripted(["smollm2"], [["one", gate], ["two"]])
    async with chatting(provider, places) as chat:
        await chat.say("first")
        await chat.until("one")
        await chat.say("second")
        await chat.until("waits in line")
        assert len(provider.requests) == 1
        gate.open()
        await chat.until("two")
        assert "waits in line" not in chat.text
    assert [m["text"] for m in stored(places)[0]["messages"]][::2] == [
        "first",
        "second",
    ]


async def test_a_waiting_prompt_can_be_taken_back(places: Places) -> None:
    provider = Scripted(["smollm2"], [["one", Gate()]])
    async with chatting(provider, places) as chat:
        await chat.say("first")
        await chat.until("one")
        await chat.say("second")
        await chat.until("waits in line")
        await chat.press("up")
        await chat.until(lambda: chat.screen.prompt.text == "second")
        assert "waits in line" not in chat.text


async def test_escape_keeps_what_came_and_holds_the_line(places: Places) -> None:
    provider = Scripted(["smollm2"], [["one two", Gate()], ["three"]])
    async with chatting(provider, places) as chat:
        await chat.say("first")
        await chat.until("one two")
        await chat.say("second")
        await chat.press("escape")
        await chat.until("stopped by you")
        await chat.until("not sent yet  second")
        await chat.until(lambda: provider.closed == 1)
        assert chat.screen.prompt.text == ""
        await chat.press("enter")
        await chat.until("three")
        assert "not sent yet" not in chat.text
    (session,) = stored(places)
    assert session["messages"][1]["text"] == "one two"
    assert session["messages"][1]["status"] == "stopped"


async def test_a_prompt_sent_right_after_escape_does_not_wait(places: Places) -> None:
    provider = Scripted(["smollm2"], [["one two", Gate()], ["three"]])
    async with chatting(provider, places) as chat:
        await chat.say("first")
        await chat.until("one two")
        await chat.press("escape", *"second", "enter")
        await chat.until("three")
        assert "waits in line" not in chat.text


async def test_a_prompt_sent_in_the_background_is_not_in_the_input(
    places: Places,
) -> None:
    gate = Gate()
    provider = Scripted(["smollm2"], [["one", gate], ["two"]])
    async with chatting(provider, places) as chat:
        await chat.say("first")
        await chat.until("one")
        await chat.say("second")
        await chat.until("waits in line  second")
        left = chat.screen.chat.session.id
        await chat.press("ctrl+n")
        gate.open()
        await chat.until(lambda: len(provider.requests) == 2)
        await chat.until_said("the reply in 'first' is finished")
        await chat.resume(left)
        await chat.until("two")
        assert chat.screen.prompt.text == ""
        assert "second" not in "".join(f.read_text() for f in drafts(places))


async def test_a_reply_stopped_in_the_background_is_called_stopped(
    places: Places,
) -> None:
    provider = Scripted(["smollm2"], [["one", Gate()]])
    async with chatting(provider, places) as chat:
        await chat.say("first")
        await chat.until("one")
        left = chat.screen.chat.session.id
        await chat.press("ctrl+n")
        chat.screen.chat.queue.stop(left)
        await chat.until_said("the reply in 'first' was stopped")


async def test_a_line_held_in_the_background_is_shown_once(places: Places) -> None:
    gate = Gate()
    provider = Scripted(["smollm2"], [["one", gate, BrokenStream("it broke")]])
    async with chatting(provider, places) as chat:
        await chat.say("first")
        await chat.until("one")
        await chat.say("second")
        await chat.until("waits in line  second")
        left = chat.screen.chat.session.id
        await chat.press("ctrl+n")
        gate.open()
        await chat.until_said("the reply in 'first' was cut off: it broke")
        await chat.resume(left)
        await chat.until("not sent yet  second")
        assert chat.screen.prompt.text == ""
        await chat.press(*"rest", "home", "ctrl+a", "ctrl+k", "up")
        assert chat.screen.prompt.text == "second"
        assert "not sent yet" not in chat.text


async def test_ctrl_c_stops_and_when_idle_says_how_to_leave(places: Places) -> None:
    provider = Scripted(["smollm2"], [["one", Gate()]])
    async with chatting(provider, places) as chat:
        await chat.say("first")
        await chat.until("one")
        await chat.press("ctrl+c")
        await chat.until("stopped by you")
        await chat.press("ctrl+c")
        await chat.until_said("ctrl+q leaves")


async def test_after_an_error_the_next_prompt_works(places: Places) -> None:
    provider = Scripted(
        ["smollm2"], [["half an ans", BrokenStream("the connection closed")], ["whole"]]
    )
    async with chatting(provider, places) as chat:
        await chat.say("first")
        await chat.until("the connection closed")
        assert "half an ans" in chat.text
        await chat.say("again")
        await chat.until("whole")


async def test_a_server_that_is_down_comes_alive_by_itself(places: Places) -> None:
    provider = Scripted(["smollm2"], [["at last"]])
    provider.down = Unreachable("no Ollama server here", advice="start it")
    async with chatting(provider, places) as chat:
        await chat.until("No Ollama server here")
        await chat.say("anyone?")
        await chat.until_said("not sent")
        assert chat.screen.prompt.text == "anyone?"
        provider.down = None
        await chat.until("Ready. smollm2")
        await chat.press("enter")
        await chat.until("at last")


async def test_the_model_is_switched_from_the_dropdown(places: Places) -> None:
    provider = Scripted(["smollm2", "mistral", "llava"], [["one"], ["two"]])
    async with chatting(provider, places) as chat:
        await chat.say("first")
        await chat.until("one")
        await chat.press("ctrl+l")
        await chat.until("3 of 3")
        await chat.press(*"mist")
        await chat.until("1 of 3")
        await chat.press("enter")
        await chat.until(lambda: chat.screen.query_one(ModelButton).model == "mistral")
        await chat.say("second")
        await chat.until("two")
        assert models_asked(provider) == ["smollm2", "mistral"]
    first, second = (m["request"]["model"] for m in stored(places)[0]["messages"][1::2])
    assert (first, second) == ("smollm2", "mistral")


async def test_the_model_last_used_is_the_next_ones(places: Places) -> None:
    provider = Scripted(["smollm2", "mistral"])
    async with chatting(provider, places) as chat:
        await chat.say("/model mistral")
        await chat.say("hello")
        await chat.until("ok")
    async with chatting(provider, places) as chat:
        await chat.until("Ready. mistral")


async def test_a_new_session_does_not_stop_the_reply(places: Places) -> None:
    gate = Gate()
    provider = Scripted(["smollm2"], [["one ", gate, "done"]])
    async with chatting(provider, places) as chat:
        await chat.say("first")
        await chat.until("one")
        await chat.press("ctrl+n")
        await chat.until("Ready.")
        gate.open()
        await chat.until_said("finished")
    assert stored(places)[0]["messages"][1]["text"] == "one done"


async def test_one_comes_back_to_a_reply_that_still_runs(places: Places) -> None:
    gate = Gate()
    provider = Scripted(["smollm2"], [["one ", gate, "done"]])
    async with chatting(provider, places) as chat:
        await chat.say("first")
        await chat.until("one")
        await chat.press("ctrl+n")
        await chat.until("Ready.")
        await chat.press("ctrl+o")
        await chat.until("1 of 1")
        await chat.press("enter")
        await chat.until(lambda: isinstance(chat.app.screen, ChatScreen))
        gate.open()
        await chat.until("one done")


async def test_a_session_is_found_by_its_title_and_resumed(places: Places) -> None:
    provider = Scripted(["smollm2"])
    async with chatting(provider, places) as chat:
        for prompt in ("the lighthouse", "the river"):
            await chat.say(prompt)
            await chat.until(lambda: chat.screen.chat.reply is None)
            await chat.until("ok")
            await chat.press("ctrl+n")
            await chat.until("Ready.")
        await chat.press("ctrl+o")
        await chat.until("2 of 2")
        await chat.press(*"light")
        await chat.until("1 of 2")
        await chat.press("enter")
        await chat.until(
            lambda: chat.screen.query_one(SessionTitle).title == "the lighthouse"
        )


async def test_a_deleted_session_can_be_brought_back(places: Places) -> None:
    provider = Scripted(["smollm2"])
    async with chatting(provider, places) as chat:
        await chat.say("keep me")
        await chat.until("ok")
        await chat.press("ctrl+n")
        await chat.until("Ready.")
        await chat.press("ctrl+o")
        await chat.until("1 of 1")
        await chat.press("delete")
        await chat.until("ctrl+z brings it back")
        assert stored(places) == []
        await chat.press("ctrl+z")
        await chat.until("1 of 1")
    assert len(stored(places)) == 1


@pytest.mark.parametrize("way", ["bring", "new"])
async def test_a_session_in_the_trash_is_not_made_again_unasked(
    places: Places, way: str
) -> None:
    provider = Scripted(["smollm2"])
    async with chatting(provider, places) as chat:
        await chat.say("first")
        await chat.until("ok")
        await chat.press("ctrl+o")
        await chat.until("1 of 1")
        await chat.press("delete")
        await chat.until("ctrl+z brings it back")
        await chat.press("escape")
        await chat.say("second")
        await chat.until("this session is in the trash")
        assert stored(places) == []
        assert chat.screen.prompt.text == "second"
        await chat.press(*way, "enter")
        await chat.until(lambda: len(provider.requests) == 2)
        await chat.until(lambda: chat.screen.chat.reply is None)
    texts = [[m["text"] for m in session["messages"]] for session in stored(places)]
    assert texts == [
        ["first", "ok", "second", "ok"] if way == "bring" else ["second", "ok"]
    ]


async def test_continue_at_start_shows_the_session_last_used(places: Places) -> None:
    provider = Scripted(["smollm2"], [["the first answer"]])
    async with chatting(provider, places) as chat:
        await chat.say("remember me")
        await chat.until("the first answer")
    async with chatting(provider, places, resume="latest") as chat:
        await chat.until("the first answer")
        await chat.say("and now?")
        await chat.until("ok")
    (session,) = stored(places)
    assert len(session["messages"]) == 4


async def test_an_unknown_command_stays_in_the_input(places: Places) -> None:
    provider = Scripted(["smollm2"])
    async with chatting(provider, places) as chat:
        await chat.say("/modle")
        await chat.until_said("did you mean /model?")
        assert chat.screen.prompt.text == "/modle"
        assert provider.requests == []


async def test_a_doubled_slash_sends_one(places: Places) -> None:
    provider = Scripted(["smollm2"])
    async with chatting(provider, places) as chat:
        await chat.say("//etc/hosts?")
        await chat.until("ok")
    assert stored(places)[0]["messages"][0]["text"] == "/etc/hosts?"


async def test_system_prompt_and_thinking_reach_the_model(places: Places) -> None:
    provider = Scripted([THINKER], [[Thinking("hm, "), Thinking("so."), "42"]])
    async with chatting(provider, places) as chat:
        await chat.press("ctrl+s")
        await chat.until("system prompt")
        await chat.press(*"Be brief.", "ctrl+s")
        await chat.until_said("the next turn is sent with it")
        await chat.press("ctrl+t")
        await chat.until("think a lot")
        await chat.press(*"high", "enter")
        await chat.say("why?")
        await chat.until("42")
        await chat.until("thought for")
        assert "hm, so." not in chat.text
    (request,) = provider.requests
    assert request.think == "high"
    assert request.turns[0].role == "system"  # type: ignore[union-attr]
    assert request.turns[0].content == "Be brief."  # type: ignore[union-attr]


async def test_a_model_that_does_not_think_is_not_asked_to(places: Places) -> None:
    plain = Model("plain", capabilities=frozenset({"completion"}))
    provider = Scripted([plain])
    async with chatting(provider, places) as chat:
        await chat.say("/think high")
        await chat.say("hello")
        await chat.until("ok")
    assert provider.requests[0].think is None


async def test_options_are_set_as_in_ollama_run(places: Places) -> None:
    provider = Scripted(["smollm2"])
    async with chatting(provider, places) as chat:
        await chat.say("/set parameter temperature 0.5")
        await chat.say("/set parameter num_ctx lots")
        await chat.until_said("num_ctx takes a whole number")
        await chat.say('/set parameter stop END "You: "')
        await chat.until_said('stop is END "You: "')
        await chat.say("hello")
        await chat.until("ok")
    options = {"temperature": 0.5, "stop": ["END", "You: "]}
    assert dict(provider.requests[0].options) == options


async def test_retry_makes_a_second_version_and_keeps_the_first(places: Places) -> None:
    provider = Scripted(["smollm2"], [["red"], ["green"]])
    async with chatting(provider, places) as chat:
        await chat.say("a colour?")
        await chat.until("red")
        await chat.until(lambda: chat.screen.chat.reply is None)
        await chat.press("f6")
        await chat.until("green")
        await chat.until("2/2")
        await chat.until(lambda: chat.screen.chat.reply is None)
        await chat.press("tab", "end", "[")
        await chat.until("red")
        await chat.until("1/2")
    texts = [m["text"] for m in stored(places)[0]["messages"]]
    assert sorted(texts) == ["a colour?", "green", "red"]


async def test_a_draft_comes_back(places: Places) -> None:
    provider = Scripted(["smollm2"])
    async with chatting(provider, places) as chat:
        chat.screen.prompt.insert("half a thou")
        await chat.pilot.pause()
        await chat.press("ctrl+q")
    async with chatting(provider, places) as chat:
        await chat.until("half a thou")


async def test_what_was_sent_is_no_draft_any_more(places: Places) -> None:
    provider = Scripted(["smollm2"])
    async with chatting(provider, places) as chat:
        chat.screen.prompt.insert("hello")
        assert chat.screen.controls is not None
        chat.screen.controls.drafts.keep()
        await chat.press("enter")
        await chat.until("ok")
        await chat.press("ctrl+q")
    async with chatting(provider, places) as chat:
        await chat.until("Ready.")
        assert chat.screen.prompt.text == ""


async def test_when_the_prompt_cannot_be_saved_it_stays(places: Places) -> None:
    places.data.mkdir(parents=True)
    async with chatting(Scripted(["smollm2"]), places) as chat:
        places.sessions.rmdir() if places.sessions.exists() else None
        places.sessions.write_text("in the way")
        await chat.say("hello")
        await chat.until_said("not sent")
        assert chat.screen.prompt.text == "hello"


async def test_help_and_palette_know_every_command(places: Places) -> None:
    async with chatting(Scripted(["smollm2"]), places, size=(100, 300)) as chat:
        await chat.press("f1")
        await chat.until("keys and commands")
        assert len(chat.app.screen.query("*")) < 20, "each takes a while"
        for command in COMMANDS:
            assert command.title[:50] in chat.text or command.id == "newline"
        await chat.press("escape", "ctrl+p")
        await chat.until("filter")
        for command in COMMANDS:
            assert not command.palette or command.title[:44] in chat.text


async def test_the_help_is_few_widgets(places: Places) -> None:
    """Each would be styled anew whenever the window gets or loses the focus."""
    async with chatting(Scripted(["smollm2"]), places) as chat:
        await chat.press("f1")
        await chat.until("keys and commands")
        assert len(chat.app.screen.query("*")) < 20


async def test_every_command_of_the_table_has_an_action(places: Places) -> None:
    async with chatting(Scripted(["smollm2"]), places) as chat:
        ids = {command.id for command in COMMANDS}
        assert set(chat.screen.actions) == ids - ELSEWHERE


async def test_every_command_of_the_table_is_carried_out(places: Places) -> None:
    async with chatting(Scripted(["smollm2"]), places) as chat:
        for command in COMMANDS:
            if command.id in ELSEWHERE | {"scrollback"}:
                continue
            chat.screen.run_command(command.id)
            await chat.pilot.pause()
            while len(chat.app.screen_stack) > 1:
                chat.app.pop_screen()
                await chat.pilot.pause()


@pytest.mark.parametrize(
    ("size", "rows"), [((120, 40), 30), ((80, 24), 15), ((40, 10), 5)]
)
async def test_the_log_keeps_its_rows(
    places: Places, size: tuple[int, int], rows: int
) -> None:
    provider = Scripted(["smollm2"], [["a line\n\n" * 60]])
    async with chatting(provider, places, size=size) as chat:
        await chat.say("fill it")
        await chat.until("a line")
        assert chat.screen.log_view.size.height >= rows


HOSTILE = "[@click=app.quit]x[/] \x1b]52;c;aGk=\x07\x1b[2J\u202ey [/nope]"


async def test_hostile_names_and_texts_are_only_shown(places: Places) -> None:
    provider = Scripted(
        [Model(HOSTILE, parameters=HOSTILE), "b"],
        [[HOSTILE], [Unreachable(HOSTILE, advice=HOSTILE)]],
    )
    async with chatting(provider, places) as chat:
        await chat.say("/model " + HOSTILE)
        await chat.say(HOSTILE)
        await chat.until(lambda: len(provider.requests) == 1)
        await chat.say("again " + HOSTILE)
        await chat.until(lambda: len(provider.requests) == 2)
        for key in ("ctrl+l", "ctrl+o", "ctrl+p"):
            await chat.press(key)
            await chat.pilot.pause()
            assert not {"\x1b", "\x07", "\u202e"} & set(chat.text)
            await chat.press("escape")


def no_server() -> Scripted:
    provider = Scripted()
    provider.down = Unreachable("no Ollama server here", advice="start it")
    return provider


async def mark(chat: Chat, what: str) -> None:
    """Go to a row of the empty page, with keys."""
    rows = chat.screen.query_one(OfferList)
    for _ in range(rows.option_count):
        if rows.marked is not None and rows.marked.what == what:
            return
        await chat.press("down")
    raise AssertionError(f"nothing offers {what}:\n{chat.text}")


async def test_without_a_server_one_key_takes_the_built_in_model(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("llmtui.providers.local.offer.extra_installed", lambda: True)
    local = Scripted(["smollm2:135m"], [["hello from here"]])
    async with chatting(no_server(), places, local=local) as chat:
        await chat.until("the built-in smollm2:135m")
        await mark(chat, "the built-in smollm2:135m")
        await chat.press("enter")
        await chat.until("runs on this computer")
        await chat.until_said("very small model")
        await chat.say("hello")
        await chat.until("hello from here")
    # The next time it is used by itself, and its size isn't explained again.
    async with chatting(no_server(), places, local=local) as chat:
        await chat.until_said("this computer answers")
        await chat.until("runs on this computer")
        assert "very small model" not in chat.said


class Fetching(Scripted):
    """Has to fetch something first, and never gets it."""

    stopped = False

    async def prepare(self) -> AsyncGenerator[Preparing, None]:
        try:
            yield Preparing("fetching SmolLM2", 12_000_000, 93_000_000)
            await asyncio.Event().wait()
        finally:
            self.stopped = True


async def test_fetching_shows_how_far_it_is_and_can_be_stopped(places: Places) -> None:
    local = Fetching(["smollm2:135m"])
    async with chatting(local, places, at="local") as chat:
        await chat.until("fetching SmolLM2 12 MB of 93 MB")
        await chat.until("esc stop")
        await chat.press("escape")
        await chat.until("Stopped fetching")
        assert local.stopped


async def test_without_the_extra_it_says_the_command_that_adds_it(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("llmtui.providers.local.offer.extra_installed", lambda: False)
    async with chatting(no_server(), places, size=(160, 30)) as chat:
        await chat.until("pip install")
        await chat.press("enter")
        await chat.until_said("copied, to be run in a shell")
        await chat.say("/local")
        await chat.until_said("needs one more package")


async def test_a_broken_session_is_set_aside_and_the_others_load(
    places: Places,
) -> None:
    async with chatting(Scripted(["smollm2"]), places) as chat:
        await chat.say("a good one")
        await chat.until("ok")
    broken = places.sessions / "20260101T000000000-0123456789abcdef.json"
    broken.write_text('{"version": 1, "messages": [')
    os.utime(broken, (0, 0))
    async with chatting(Scripted(["smollm2"]), places) as chat:
        await chat.press("ctrl+o")
        await chat.until("1 of 1")
        await chat.until_said(broken.name)
    assert not broken.exists()
    assert [path.name for path in places.quarantine.iterdir()] == [broken.name]


async def test_a_server_without_models_says_how_to_get_one(places: Places) -> None:
    async with chatting(Scripted(), places) as chat:
        await chat.until("fetch qwen3:0.6b")
        await chat.say("hello?")
        await chat.until_said("has no models")
        assert chat.screen.prompt.text == "hello?"


async def test_what_an_openai_server_cannot_do_is_not_offered(places: Places) -> None:
    at = "openai+http://box:8000/v1"
    async with chatting(Scripted(), places, at=at, chat_only=True) as chat:
        await chat.until("has no models yet")
        assert "pull" not in chat.text
        await chat.say("/set parameter num_ctx 4096")
        await chat.until_said("takes no num_ctx: its server decides that")
        await chat.say("/model other")
        await chat.say("hello?")
        await chat.until("ok")
        assert "pull" not in chat.said


async def test_a_prompt_that_another_window_wrote_too_can_be_reached(
    places: Places,
) -> None:
    async with chatting(Scripted(["smollm2"]), places) as chat:
        await chat.say("begin")
        await chat.until(lambda: chat.screen.chat.reply is None)
        current = chat.screen.chat
        first = current.session.head
        await chat.say("from here")
        await chat.until(lambda: len(current.session.path()) == 4)
        await chat.until(lambda: current.reply is None)
        how = generation_of(current.session, current.monitor.host, current.model)
        current.core.replies.begin(
            current.session, Prompt("from there", how, follows=first)
        )
        await chat.until(lambda: not current.core.replies.running)
        chat.screen.sync()
        await chat.until("‹2/2›")
        await chat.press("tab", "p", "[")
        await chat.until("from here")
        await chat.until("‹1/2›")
        assert "from there" not in chat.text


async def test_a_reply_that_fails_has_the_host_asked_again(places: Places) -> None:
    gate = Gate()
    provider = Scripted(["smollm2"], [["one", gate, BrokenStream("it broke")]])
    async with chatting(provider, places) as chat:
        await chat.say("hello")
        await chat.until("one")
        provider.down = Unreachable("no Ollama server here")
        gate.open()
        await chat.until(lambda: chat.screen.chat.monitor.state == "down")


async def test_a_prompt_stays_while_the_host_is_known_to_be_down(
    places: Places,
) -> None:
    provider = Scripted(["smollm2"], [["one"], ["two"]])
    async with chatting(provider, places) as chat:
        await chat.say("first")
        await chat.until("one")
        provider.down = Unreachable("the server went away", advice="Start it")
        chat.screen.chat.monitor.poke()
        await chat.until(lambda: chat.screen.chat.monitor.state == "down")
        await chat.say("second")
        await chat.until_said("not sent: the server went away")
        assert chat.screen.prompt.text == "second"
        provider.down = None
        await chat.until(lambda: chat.screen.chat.monitor.state == "up")
        await chat.press("enter")
        await chat.until("two")


async def test_a_title_that_cannot_be_saved_is_said(places: Places) -> None:
    async with chatting(Scripted(["smollm2"]), places) as chat:
        await chat.say("hello")
        await chat.until("ok")
        await chat.until(lambda: chat.screen.chat.reply is None)
        (file,) = places.sessions.glob("*.json")
        lock = file.with_suffix(".lock")
        lock.unlink()
        lock.mkdir()
        await chat.say("/title another")
        await chat.until(lambda: str(places.sessions) in chat.said)


class Unlisted(Scripted):
    """Chats, and does not say with which models."""

    async def models(self) -> tuple[Model, ...]:
        raise Unsupported("box can chat, but does not list its models")


async def test_a_model_that_is_not_listed_can_be_typed(places: Places) -> None:
    provider = Unlisted([], [["yes"]])
    async with chatting(provider, places) as chat:
        await chat.until("Box can chat, but does not list its models")
        assert "down" not in chat.text
        await chat.say("hello?")
        await chat.until_said("does not list its models")
        await chat.press("ctrl+l")
        await chat.until("its name")
        await chat.press(*"tiny", "enter")
        await chat.until("tiny ▾")
        await chat.press("enter")
        await chat.until("yes")
        assert provider.requests[0].model == "tiny"
