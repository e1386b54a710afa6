"""What people have in their fingers from ``ollama run`` works here."""

from __future__ import annotations

from llmtui.chat.events import Finished
from llmtui.chat.models import Model, ModelDetails
from llmtui.chat.pasted import Typed
from llmtui.chat.usage import Usage
from llmtui.commands.table import BY_ID, BY_SLASH
from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.ui.controls.refusing import Refusing, carrying_out
from llmtui.ui.dialogs.help import sections
from tests.support.app import chatting

NAMES = {"?", "bye", "clear", "exit", "help", "list", "load", "save", "set", "show"}
SET = (
    {"parameter", "system", "format", "noformat", "think", "nothink"}
    | {"history", "nohistory", "wordwrap", "nowordwrap"}
    | {"verbose", "quiet"}
)
SHOW = {"info", "license", "modelfile", "parameters", "system", "template"}


def words(command: str) -> set[str]:
    return {argument.word for argument in BY_ID[command].takes}


def test_every_name_and_word_of_it_is_known() -> None:
    assert BY_SLASH.keys() >= NAMES
    assert words("set") >= SET
    assert words("show") == SHOW


def test_the_help_has_topics() -> None:
    titles = [title for title, _ in sections("shortcuts")]
    assert titles == ["in the input", "everywhere", "in the log (tab goes there)"]
    rows = dict(row for _, rows in sections("/set") for row in rows)
    assert rows["/set parameter OPTION VALUE"] == "an option of the model"
    assert rows["/set truncate on|off"]
    assert {f"/show {word}" for word in SHOW} <= {
        keys for _, rows in sections("show") for keys, _ in rows
    }
    assert sections("/nosuch") == ()


DETAILS = ModelDetails(
    Model("smollm2:latest"),
    template="{{ .Prompt }}",
    system="You are small.",
    parameters="stop  END",
    license="Apache",
)


async def test_a_morning_with_ollama_run(places: Places) -> None:
    provider = Scripted(["smollm2"], [["Hello."], ["Yes."]])
    provider.details = {"smollm2": DETAILS, "smollm2:latest": DETAILS}
    async with chatting(provider, places) as chat:
        current = chat.screen.chat
        await chat.say("/set system Be brief.")
        await chat.say("/set parameter seed 4")
        await chat.say("/set format json")
        await chat.say("/set nothink")
        await chat.say("/set nohistory")
        await chat.until_said("is not kept from here on")
        assert not current.history.on
        await chat.say("/set history")
        await chat.until(lambda: current.history.on)
        await chat.say("/set nowordwrap")
        await chat.until_said("always wrapped")
        await chat.say("/set parametr seed 4")
        await chat.until_said("/set knows no parametr: did you mean parameter?")
        await chat.say("/set parameter")
        await chat.until_said("/set parameter NAME VALUE")

        await chat.say("/show license")
        await chat.until("Apache")
        await chat.press("escape")
        await chat.say("/show system")
        await chat.until("You are small.")
        assert "Be brief." in chat.text
        await chat.press("escape")
        await chat.say('/set parameter stop "a b" c')
        await chat.say("/show parameters")
        await chat.until('stop  "a b" c')
        await chat.press("escape")
        await chat.say("/show modelfile")
        await chat.until_said("smollm2 has no modelfile")
        await chat.say("/show me")
        await chat.until_said("/show takes one of info, license")

        await chat.say("/clear")
        await chat.until_said("there is nothing to clear")
        await chat.say("Hi")
        await chat.until("Hello.")
        await chat.until(lambda: current.reply is None)
        old = current.session
        await chat.say("/clear")
        await chat.until_said("a new session, with the same model and settings")
        new = current.session
        assert new.id != old.id
        assert not new.messages
        assert (new.system, new.options, new.think, new.format) == (
            "Be brief.",
            {"seed": 4, "stop": ["a b", "c"]},
            False,
            "json",
        )
        assert len(old.messages) == 2

        await chat.say("/? /set")
        await chat.until("/set parameter OPTION")
        await chat.press("escape")
        await chat.say("/? shortcuts")
        await chat.until("in the input")
        await chat.press("escape")
        await chat.say("/? /shwo")
        await chat.until_said("there is no help on /shwo: did you mean /? /show?")
        await chat.say("/list")
        await chat.until(lambda: len(chat.app.screen_stack) == 2)
        await chat.press("escape")
        await chat.say("/bye")
        await chat.until(lambda: not chat.app.is_running)


REFUSED = {
    "/set verbse": "did you mean verbose?",
    "/set parameter temprature 1": "did you mean 'temperature'?",
    "/set parameter seed four": "seed takes a whole number",
    "/think hihg": "hihg",
    "/show licence": "/show takes one of",
    "/theme nrod": "there is no theme nrod; did you mean 'nord'?",
    "/vim maybe": "/vim takes on or off",
    "/verbose maybe": "/verbose takes on or off",
    "/host openai+": "openai+",
    "/model nosuch": "has no model nosuch",
    "/code 7": "code",
    "/format nosuch.json": "nosuch.json",
    "/preset nosuch": "there are no presets yet",
    "/attach nosuch.txt": "nosuch.txt",
    "/import nosuch.json": "nosuch.json",
}


async def test_what_is_refused_stays_in_the_input(places: Places) -> None:
    provider = Scripted(["smollm2"], [["```\na\n```\n\n```\nb\n```\n"]])
    async with chatting(provider, places, chat_only=True) as chat:
        await chat.say("Hi")
        await chat.until(lambda: chat.screen.chat.reply is None)
        for line, why in REFUSED.items():
            chat.app.notices.history.clear()
            chat.screen.prompt.put(line)  # no menu that would complete it
            await chat.press("enter")
            await chat.until_said(why)
            await chat.until(lambda: chat.screen.prompt.text == line)  # noqa: B023


async def test_what_is_refused_late_goes_to_no_other_session(places: Places) -> None:
    async with chatting(Scripted(["smollm2"], []), places) as chat:
        prompt = chat.screen.prompt
        refuse = Refusing(lambda: prompt, chat.app.notices.say).refuse
        for is_there, kept in ((False, ""), (True, "/format x")):
            with carrying_out(Typed("/format x"), lambda: is_there):  # noqa: B023
                refuse("there is no x")
            assert prompt.text == kept
        assert chat.said == "there is no x"


async def test_verbose_shows_all_that_a_reply_cost(places: Places) -> None:
    cost = Usage(2 * 10**9, 3 * 10**8, 38, 2 * 10**8, 31, 65 * 10**7)
    provider = Scripted(["smollm2"], [["Hello.", Finished(cost)]])
    async with chatting(provider, places) as chat:
        await chat.say("Hi")
        await chat.until("31 tokens")
        assert "total" not in chat.text
        await chat.say("/set verbose")
        await chat.until("prompt 38 tokens")
        assert "total 2.0 s" in chat.text
        await chat.say("/set quiet")
        await chat.until(lambda: "total" not in chat.text)
