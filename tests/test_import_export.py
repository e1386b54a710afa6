"""Tags, exports, imports, and what a model brings along."""

from __future__ import annotations

import json
from typing import Any

from llmtui.chat.models import ModelDetails
from llmtui.chat.request import ChatRequest, Turn
from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from tests.support.app import Chat, chatting
from tests.support.scene import MODELS, provider, save


async def talked(chat: Chat, prompt: str = "one") -> None:
    await chat.say(prompt)
    await chat.until(lambda: chat.screen.chat.reply is None)
    await chat.until(lambda: len(chat.screen.chat.session.messages) == 2)


def stored(places: Places) -> dict[str, Any]:
    (file,) = places.sessions.glob("*.json")
    found: dict[str, Any] = json.loads(file.read_text())
    return found


async def test_a_session_is_tagged(places: Places) -> None:
    async with chatting(provider(["first"]), places) as chat:
        await talked(chat)
        await chat.say("/tag #work home")
        await chat.until_said("tags: #work #home")
        await chat.say("/tag -home")
        await chat.until(lambda: stored(places).get("tags") == ["work"])


async def test_a_session_is_exported(places: Places) -> None:
    target = places.data.parent / "out.json"
    async with chatting(provider(["first"]), places) as chat:
        await talked(chat)
        await chat.say(f"/export {target}")
        await chat.until_said("saved to")
        assert "first" in target.read_text()
        await chat.say("/export out.doc")
        await chat.until_said(".doc is no format")


async def test_an_import_is_looked_at_before_it_writes(places: Places) -> None:
    file = places.data.parent / "theirs.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    theirs = [
        {"title": "Good one", "messages": [{"role": "user", "content": "hello"}]},
        {"title": "Bad one", "messages": 7},
    ]
    file.write_text(json.dumps(theirs))
    async with chatting(provider(), places) as chat:
        await chat.say(f"/import {file}")
        await chat.until("import: 1 new, 0 known, 1 broken")
        assert "Good one" in chat.text
        assert "Bad one" in chat.text
        assert not list(places.sessions.glob("*.json"))
        await chat.press("enter")
        await chat.until_said("imported: 1 new")
        assert stored(places)["title"] == "Good one"
        await chat.say(f"/import {file}")
        await chat.until_said("nothing to import: 0 new, 1 known")
        await chat.say("/import /nowhere/at/all.json")
        await chat.until_said("/nowhere/at/all.json")
        for name in ("y" * 300, "a\0b", "a 'b c"):
            chat.app.notices.history.clear()
            chat.screen.run_command("import", name)
            await chat.until_said("cannot be read: ")
        spaced = file.with_name("their own.json")
        file.rename(spaced)
        chat.app.notices.history.clear()
        await chat.say(f"/import {spaced}")
        await chat.until_said("nothing to import: 0 new, 1 known")


class Bringing(Scripted):
    """A host with a model that was made of a conversation."""

    def __init__(self, *replies: Any) -> None:
        super().__init__(MODELS, replies)

    async def show(self, model: str) -> ModelDetails:
        turns = (Turn("user", "from before"), Turn("assistant", "long ago"))
        made = model.startswith("llava")
        found = next(m for m in MODELS if m.name == model)
        return ModelDetails(found, messages=turns if made else ())


async def test_a_model_made_of_a_conversation_brings_it(places: Places) -> None:
    host = Bringing(["next"])
    async with chatting(host, places, model="smollm2:latest") as chat:
        await chat.say("/model llava:13b")
        await chat.until("long ago")
        await chat.say("go on")
        await chat.until("next")
        request = host.requests[-1]
        assert isinstance(request, ChatRequest)
        assert [turn.content for turn in request.turns] == ["go on"]
        await chat.until(lambda: len(stored(places)["messages"]) == 4)


async def test_all_sessions_are_exported_into_one_file(places: Places) -> None:
    save(places, "A", {"text": "alpha"})
    save(places, "B", {"text": "beta"})
    target = places.data.parent / "all.json"
    async with chatting(provider(), places) as chat:
        await chat.say(f"/export all {target}")
        await chat.until_said("saved to")
        assert len(json.loads(target.read_text())) == 2
