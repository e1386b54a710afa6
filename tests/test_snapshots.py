"""How it looks. Judge each picture before it is accepted:

``pytest tests/test_snapshots.py --snapshot-update``

The pictures belong to one version of Textual, which draws a part of them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from llmtui.access import Access
from llmtui.chat import options
from llmtui.chat.events import PullProgress, Thinking
from llmtui.chat.models import Model, ModelDetails, RunningModel
from llmtui.host_settings import HostConfig
from llmtui.jobs import local_choices
from llmtui.jobs.reply_state import ReplyState
from llmtui.places import Places
from llmtui.providers.errors import BrokenStream, Unreachable
from llmtui.providers.scripted import Gate, Scripted
from llmtui.settings import Settings
from llmtui.ui.widgets import status
from llmtui.ui.widgets.log import labels
from llmtui.ui.widgets.prompt import Prompt
from tests.support.answers import ANSWERS
from tests.support.app import Chat, build, settled
from tests.support.scene import lighthouse, provider, save, store

TEXTUAL = "8.2.8"
pytestmark = pytest.mark.skipif(
    version("textual") != TEXTUAL, reason=f"the pictures are of Textual {TEXTUAL}"
)

Steps = Callable[[Chat], Awaitable[None]]
Compare = Callable[..., bool]
WIDE, USUAL = (100, 30), (80, 24)


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """No clock: times of day, seconds of a phase, the blinking cursor."""
    monkeypatch.setattr(labels, "clock", lambda created, now=None: "14:02")
    monkeypatch.setattr(labels, "thought", _thought)
    monkeypatch.setattr(status, "progress", _progress)
    monkeypatch.setattr(Prompt, "cursor_blink", False)
    monkeypatch.setattr(Input, "cursor_blink", False)
    monkeypatch.setattr(local_choices, "_machine", lambda: (8 * 10**9, 4, ""))
    monkeypatch.setattr("llmtui.providers.local.offer.extra_installed", lambda: True)


def _thought(seconds: float | None, live: bool) -> str:
    return "thinking" if live else "thought for 3.2 s"


def _progress(reply: ReplyState, now: float) -> str:
    return f"{reply.phase} 4.1 s · 38/s"


async def _nothing(chat: Chat) -> None:
    """Look at it as it is."""


@pytest.fixture
def look(snap_compare: Compare, places: Places) -> Callable[..., bool]:
    """Compare the settled app, after some steps, with its picture."""

    def compare(
        host: Scripted | None = None,
        steps: Steps = _nothing,
        *,
        size: tuple[int, int] = WIDE,
        theme: str = "",
        hosts: Mapping[str, HostConfig] = {},
        **start: Any,
    ) -> bool:
        host = host or provider()
        settings = Settings(theme=theme, hosts=hosts)
        app = build(host, places, settings=settings, **start)

        async def run(pilot: Pilot[Any]) -> None:
            chat = Chat(pilot, app, host)
            await settled(chat)
            await steps(chat)
            await pilot.wait_for_scheduled_animations()
            await pilot.pause()
            seen = ""
            while seen != chat.text:  # what is large is laid out more than once
                seen = chat.text
                await pilot.pause(0.05)

        return snap_compare(app, terminal_size=size, run_before=run)

    return compare


def test_ready(look: Compare) -> None:
    assert look(size=USUAL)


def test_server_down(look: Compare) -> None:
    host = provider()
    host.down = Unreachable(
        "no Ollama server at http://127.0.0.1:11434", advice="Start it: ollama serve"
    )

    async def steps(chat: Chat) -> None:
        await chat.until("of memory")

    assert look(host, steps, size=USUAL)


def test_conversation(look: Compare, places: Places) -> None:
    assert look(size=(100, 37), resume=lighthouse(places))


def test_conversation_at_80x24(look: Compare, places: Places) -> None:
    assert look(size=USUAL, resume=lighthouse(places))


def test_conversation_at_40x10(look: Compare, places: Places) -> None:
    assert look(size=(40, 10), resume=lighthouse(places))


def test_conversation_in_light_colours(look: Compare, places: Places) -> None:
    assert look(size=(100, 37), theme="textual-light", resume=lighthouse(places))


def test_conversation_in_the_terminals_colours(look: Compare, places: Places) -> None:
    assert look(size=(100, 37), theme="ansi-dark", resume=lighthouse(places))


@pytest.mark.parametrize("name", ANSWERS)
def test_answer(look: Compare, places: Places, name: str) -> None:
    turns = {"text": "How?"}, {"text": ANSWERS[name], "model": "smollm2:latest"}
    assert look(size=(80, 44), resume=save(places, name, *turns))


READING = r"""
A light of *I* candelas gives $E = I / d^2$ lux at $d$ metres; through air that
takes $\alpha$ of it on each metre, by Allard's law,

$$
E = \frac{I}{d^2} \, e^{-\alpha d}, \qquad
d_{\max} = \sqrt{\frac{I}{E_{\min}}}
$$

```diff
 def lux(candelas: float, metres: float) -> float:
-    return candelas / metres
+    return candelas / metres**2
```

```mermaid
flowchart LR
  A[Lamp] --> B(Lens) --> C{Fog?}
  C -->|no| D[Seen from far]
```

| lens    | candelas | seen in fog |
|---------|---------:|-------------|
| Fresnel |  1250000 | at 4 miles  |
| none    |      900 | hardly[^1]  |

> [!TIP]
> Clean the lens every week.

[^1]: Within a cable of it.
"""


def test_reading(look: Compare) -> None:
    async def steps(chat: Chat) -> None:
        await chat.say("How bright is it?")
        await chat.until("Within a cable")
        await chat.until("Seen from far │")

    assert look(provider([READING.strip()]), steps, size=(100, 40))


def test_a_reply_being_written(look: Compare, places: Places) -> None:
    gate = Gate()
    host = provider(
        ["Sailors call it *loom*: the glow of a light below the horizon, se", gate]
    )

    async def steps(chat: Chat) -> None:
        await chat.say("And what is the glow before one sees it?")
        await gate.reached.wait()
        await chat.until("horizon, se")
        await chat.say("Is it seen in fog?")
        await chat.until("waits in line")

    assert look(host, steps, resume=lighthouse(places))


def test_thinking_that_is_open(look: Compare) -> None:
    gate = Gate()
    thoughts = "The user asks for a rhyme. Light, night, sight are the usual ones.\n\n"
    host = provider([Thinking(thoughts), Thinking("Better: a slant rhyme"), gate])

    async def steps(chat: Chat) -> None:
        await chat.say("A rhyme for light?")
        await gate.reached.wait()
        await chat.until("slant rhyme")
        await chat.press("f4")
        await chat.until("usual ones")

    assert look(host, steps)


def test_replies_that_did_not_end_well(look: Compare, places: Places) -> None:
    session = save(
        places,
        "Count to a hundred",
        {"text": "Count to a hundred."},
        {"text": "One two three", "model": "mistral:latest", "status": "stopped"},
        {"text": "Go on."},
        {
            "text": "Four five",
            "model": "mistral:latest",
            "status": "incomplete",
            "error": str(BrokenStream("the connection closed")),
        },
        {"text": "And on."},
        {
            "text": "Six seven eight",
            "model": "mistral:latest",
            "done_reason": "length",
        },
        {"text": "With another model."},
        {
            "text": "",
            "model": "llama3:latest",
            "status": "failed",
            "error": "model 'llama3' not found",
        },
    )
    assert look(size=(100, 34), resume=session)


def test_model_picker(look: Compare, places: Places) -> None:
    async def steps(chat: Chat) -> None:
        await chat.press("ctrl+l")
        await chat.until("3 of 3")

    assert look(steps=steps, resume=lighthouse(places))


def test_sessions(look: Compare, places: Places) -> None:
    lighthouse(places)
    store(places)

    async def steps(chat: Chat) -> None:
        await chat.press("ctrl+o")
        await chat.until("5 of 5")
        await chat.until("miles away")

    assert look(steps=steps, size=(120, 34))


def test_completion(look: Compare) -> None:
    async def steps(chat: Chat) -> None:
        await chat.press("slash", "s", "down")
        await chat.until("sessions")

    assert look(steps=steps)


def test_help(look: Compare) -> None:
    async def steps(chat: Chat) -> None:
        await chat.press("f1")
        await chat.until("everywhere")

    assert look(steps=steps, size=(100, 40))


def test_commands(look: Compare) -> None:
    async def steps(chat: Chat) -> None:
        await chat.press("ctrl+p")
        await chat.until("enter chooses")

    assert look(steps=steps)


def test_system_prompt(look: Compare) -> None:
    async def steps(chat: Chat) -> None:
        await chat.press("ctrl+s")
        await chat.until("ctrl+s keep")
        chat.app.screen.query_one(TextArea).insert("Be brief, and rhyme.")

    assert look(steps=steps)


def test_search(look: Compare, places: Places) -> None:
    lighthouse(places)
    store(places)

    async def steps(chat: Chat) -> None:
        await chat.press("f8", *"light")
        await chat.until("in 1 session")

    assert look(steps=steps, size=(120, 34))


def test_find(look: Compare, places: Places) -> None:
    async def steps(chat: Chat) -> None:
        await chat.press("ctrl+f", *"light")
        await chat.until(" of 6")

    assert look(steps=steps, resume=lighthouse(places))


def test_tree(look: Compare, places: Places) -> None:
    async def steps(chat: Chat) -> None:
        session = chat.screen.chat.session
        prompt, reply = session.path()[:2]
        other = replace(reply, id="other", text="A beam and then none.", name="short")
        left = replace(prompt, id="left", parent="other", text="Again", excluded=True)
        session.messages |= {"other": other, "left": left}
        await chat.press("tab", "g")
        await chat.until("you are here")

    assert look(steps=steps, resume=lighthouse(places))


def test_models_screen(look: Compare) -> None:
    host = provider()
    host.loaded.append(
        RunningModel("mistral:latest", 5 * 10**9, 5 * 10**9, 8192, "2318-01-01T00:00Z")
    )

    async def steps(chat: Chat) -> None:
        await chat.say("/models")
        await chat.until("3 of 3")
        await chat.until("Forever")

    assert look(host, steps, size=(120, 30))


def test_pulls(look: Compare) -> None:
    gate = Gate()
    layer = "sha256:aaaaaaaaaaaaaaaa"
    half = PullProgress("pulling aaaa", layer, 400_000_000, 180_000_000)
    host = provider()
    host.pulls.append([half, gate])

    async def steps(chat: Chat) -> None:
        await chat.say("/pull qwen3:0.6b")
        await gate.reached.wait()
        await chat.say("/pull llama3.2:1b")
        await chat.press("f9")
        await chat.until("waits in line")
        await chat.until("180 MB of 400 MB")

    assert look(host, steps)


HOSTS = {
    "gpu": HostConfig(
        "https://me:secret@gpu.lan",
        access=Access(headers=(("X-Token", "t"),), verify=False),
    ),
    "box": HostConfig("http://box:8000/v1", "openai", Access("BOX_API_KEY")),
}


def test_hosts(look: Compare) -> None:
    async def steps(chat: Chat) -> None:
        await chat.say("/hosts")
        await chat.until("signed in: me")
        await chat.until(lambda: "asking" not in chat.text)
        await chat.press("down", "down")
        await chat.until("certificate not checked")

    assert look(steps=steps, size=(120, 24), hosts=HOSTS)


def test_host_form(look: Compare) -> None:
    async def steps(chat: Chat) -> None:
        await chat.say("/hosts")
        await chat.until("signed in: me")
        await chat.press("down", "down", "ctrl+e")
        await chat.until("ctrl+t tests it")
        await chat.press("ctrl+t")
        await chat.until("signed in: me")

    assert look(steps=steps, size=USUAL, hosts=HOSTS)


def test_options(look: Compare) -> None:
    host = provider()
    own = {"temperature": 0.2, "stop": ["<|im_end|>"]}
    host.details["smollm2:latest"] = ModelDetails(
        Model("smollm2:latest"),
        parameters='temperature 0.2\nstop "<|im_end|>"',
        usual={**options.USUAL, **own},
    )

    async def steps(chat: Chat) -> None:
        await chat.say("/options")
        await chat.until("<|im_end|>")
        await chat.press(*"0.7", "enter", "down", "down", "down", *"lots", "enter")
        await chat.until("num_ctx takes")

    assert look(host, steps, size=(120, 36), model="smollm2")


def test_context(look: Compare, places: Places) -> None:
    session = lighthouse(places)

    async def steps(chat: Chat) -> None:
        await chat.resume(session)
        core, now = chat.screen.chat.core, chat.screen.chat.session
        first = now.path()[0].id
        core.edits.mark(now, first, pinned=True)
        chat.screen.prompt.insert("And which of them is the oldest? " * 120)
        chat.provider.loaded = [RunningModel("mistral:latest", context_length=1024)]
        now.options = {"num_ctx": 1024}
        chat.screen.run_command("context")
        await chat.until("847 of 1k tokens")  # by the server's own count

    assert look(provider(), steps, size=USUAL)
