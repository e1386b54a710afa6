"""The panel of options: looked at and changed by keyboard, sent with the next turn."""

from __future__ import annotations

from textual.widgets import Input, OptionList

from llmtui.chat.models import Model, ModelDetails, RunningModel
from llmtui.chat.options import OPTIONS, USUAL
from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.ui.dialogs.options import OptionsDialog
from tests.support.app import Chat, chatting


def provider() -> Scripted:
    """A model that brings a temperature and a stop text of its own."""
    own = {"temperature": 0.2, "stop": ["<|im_end|>"]}
    details = ModelDetails(
        Model("smollm2"),
        parameters='temperature 0.2\nstop "<|im_end|>"',
        usual={**USUAL, **own},
    )
    host = Scripted(["smollm2"], details={"smollm2:latest": details})
    host.loaded.append(RunningModel("smollm2:latest", context_length=4096))
    return host


def panel(chat: Chat) -> OptionsDialog:
    assert isinstance(chat.app.screen, OptionsDialog)
    return chat.app.screen


def at(chat: Chat) -> str | None:
    """The option that is edited."""
    option = panel(chat).query_one(OptionList).highlighted_option
    return option.id if option else None


def typed(chat: Chat) -> str:
    return panel(chat).query_one(Input).value


async def test_options_are_edited_in_place_and_sent(places: Places) -> None:
    host = provider()
    async with chatting(host, places, size=(120, 40)) as chat:
        options = chat.screen.chat.session.options
        await chat.say("/options")
        await chat.until("what it does")
        await chat.until("<|im_end|>")
        await chat.until("4096")  # which the server chose
        rows = panel(chat).query_one(OptionList).options
        assert [row.id for row in rows] == [*OPTIONS, "keep_alive"]

        # Enter keeps and goes on; so does moving away.
        await chat.press(*"0.5", "enter")
        assert at(chat) == "seed"
        await chat.press(*"42", "down", "down")
        assert at(chat) == "stop"
        await chat.press(*"END", "space", '"', *"You:", "space", '"', "down")
        await chat.until("num_ctx: tokens of the conversation that are kept")
        await chat.until("another value loads the model anew")
        options = chat.screen.chat.session.options
        stop = ["END", "You: "]
        assert options == {"temperature": 0.5, "seed": 42, "stop": stop}

        # What no server takes stays where it was typed, with a sentence.
        await chat.press(*"lots", "enter")
        await chat.until("num_ctx takes a whole number, not 'lots'")
        assert at(chat) == "num_ctx"
        await chat.press("down")
        assert (at(chat), typed(chat)) == ("num_ctx", "lots")
        await chat.pilot.click(OptionList, offset=(5, 6))
        assert (at(chat), typed(chat)) == ("num_ctx", "lots")
        await chat.press("escape")
        assert (at(chat), typed(chat)) == ("num_ctx", "")
        await chat.pilot.click(OptionList, offset=(5, 3))
        assert at(chat) == "stop"

        # One is reset, all are, and what was set comes back.
        await chat.press("ctrl+r")
        await chat.until("stop is left to the model; ctrl+z brings it back")
        await chat.press("ctrl+t")
        assert chat.screen.chat.session.options == {}
        await chat.press("ctrl+z", "ctrl+z")
        assert chat.screen.chat.session.options == options
        assert typed(chat) == 'END "You: "'
        await chat.press("pagedown", "pagedown", "pagedown", *"5m", "enter")
        assert chat.screen.chat.session.keep_alive == 300
        await chat.press("escape")
        await chat.until(lambda: not isinstance(chat.app.screen, OptionsDialog))
        await chat.say("hello")
        await chat.until("ok")
    request = host.requests[0]
    assert (dict(request.options), request.keep_alive) == (options, 300)


async def test_what_the_host_does_not_take_is_said(places: Places) -> None:
    host = provider()
    async with chatting(host, places, chat_only=True) as chat:
        # As a script may have written it into the session's file.
        strange = {"temprature\x1b[/b]": [1, None], "stop": "END"}
        chat.screen.chat.session.options |= {"num_ctx": 4096, **strange}
        await chat.say("/options num_ctx")
        await chat.until("localhost takes no num_ctx: its server decides that")
        assert "not taken" in chat.text
        assert at(chat) == "num_ctx"
        await chat.press(*"8192", "enter")
        await chat.until("localhost takes no num_ctx")
        assert chat.screen.chat.session.options["num_ctx"] == 4096
        await chat.press("ctrl+r")
        assert chat.screen.chat.session.options == strange
        await chat.press("pagedown", "pagedown", "pagedown")
        await chat.until("did you mean 'temperature'?")
        await chat.press("ctrl+r", "up")
        assert chat.screen.chat.session.options == {"stop": "END"}
