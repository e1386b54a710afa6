"""The branches of a session: edited prompts, forks, the tree, what is left out."""

from __future__ import annotations

import json
from typing import Any

from textual.widgets import Label

from llmtui.chat.request import ChatRequest
from llmtui.places import Places
from llmtui.providers.scripted import Gate, Scripted
from llmtui.ui.dialogs.diff import DiffDialog
from llmtui.ui.dialogs.tree import TreeDialog
from llmtui.ui.widgets.log.reading import Reading
from llmtui.ui.widgets.tree_view import TreeView
from tests.support.app import Chat, chatting
from tests.support.scene import provider


async def talked(chat: Chat, *prompts: str) -> None:
    """Say some prompts, each answered."""
    for prompt in prompts:
        before = len(chat.screen.chat.session.messages)
        await chat.say(prompt)
        await chat.until(lambda: chat.screen.chat.reply is None)
        await chat.until(
            lambda before=before: len(chat.screen.chat.session.messages) == before + 2
        )


def sent(host: Scripted) -> list[str]:
    """The texts of the last request."""
    request = host.requests[-1]
    assert isinstance(request, ChatRequest)
    return [turn.content for turn in request.turns]


def stored(places: Places) -> list[dict[str, Any]]:
    return [json.loads(f.read_text()) for f in sorted(places.sessions.glob("*.json"))]


async def focus(chat: Chat, text: str) -> None:
    """Put the focus of the log on the message that says this."""
    log = chat.screen.log_view
    found = next(
        m.id for m in chat.screen.chat.session.path() if m.text.startswith(text)
    )
    log.focus()
    await chat.pilot.pause()
    Reading(log).go_to(found)


async def test_a_past_prompt_is_edited_and_sent_anew(places: Places) -> None:
    host = provider(["first"], ["second"], ["third"])
    async with chatting(host, places) as chat:
        await talked(chat, "one", "two")
        chat.screen.prompt.insert("unsent")
        await focus(chat, "one")
        await chat.press("e")
        assert chat.screen.prompt.text == "one"
        assert "another version" in chat.text
        await chat.press(*" more", "enter")
        await chat.until("third")
        assert sent(host) == ["one more"]
        assert chat.screen.prompt.text == "unsent"
        assert "another version" not in chat.text
        await chat.until("‹2/2›")
        assert "second" not in chat.text
        await focus(chat, "one more")
        await chat.press("[")
        await chat.until("second")


async def test_escape_leaves_the_edit_and_brings_back_what_was_typed(
    places: Places,
) -> None:
    async with chatting(provider(["first"]), places) as chat:
        await talked(chat, "one")
        chat.screen.prompt.insert("unsent")
        await focus(chat, "one")
        await chat.press("e", "x", "escape")
        assert chat.screen.prompt.text == "unsent"
        assert "another version" not in chat.text


async def test_another_model_is_asked_once(places: Places) -> None:
    host = provider(["first"], ["other"], ["third"])
    async with chatting(host, places, model="smollm2:latest") as chat:
        await talked(chat, "one")
        await chat.say("/retry mistral")
        await chat.until("other")
        assert host.requests[-1].model == "mistral:latest"
        await chat.until(lambda: chat.screen.chat.reply is None)
        await focus(chat, "other")
        await chat.press("ctrl+y")
        await chat.until("filter")
        await chat.press(*"llava", "enter")
        await chat.until("third")
        assert host.requests[-1].model == "llava:13b"
        assert chat.screen.chat.model == "smollm2:latest"


async def test_a_fork_is_a_session_of_its_own(places: Places) -> None:
    async with chatting(provider(["first"], ["second"]), places) as chat:
        await talked(chat, "one", "two")
        old = chat.screen.chat.session
        await focus(chat, "first")
        await chat.press("ctrl+k")
        await chat.until(lambda: chat.screen.chat.session is not old)
        assert [m.text for m in chat.screen.chat.session.path()] == ["one", "first"]
        await chat.until_said("new session")
        assert len(stored(places)) == 2


async def test_what_is_left_out_is_seen_and_not_sent(places: Places) -> None:
    host = provider(["first"], ["second"], ["third"])
    async with chatting(host, places) as chat:
        await talked(chat, "one")
        await chat.say("/exclude")
        await chat.until_said("2 messages left out")
        await chat.until("left out")
        await talked(chat, "two")
        assert sent(host) == ["two"]
        await focus(chat, "first")
        await chat.press("ctrl+x", "ctrl+a")
        await chat.until("pinned")
        await chat.press("escape")
        await talked(chat, "three")
        assert sent(host) == ["first", "two", "second", "three"]


async def test_the_tree_shows_all_branches_and_goes_there(places: Places) -> None:
    host = provider(["first"], ["second"], ["third"])
    async with chatting(host, places) as chat:
        await talked(chat, "one")
        await chat.press("f6")
        await chat.until("second")
        await chat.until(lambda: chat.screen.chat.reply is None)
        await focus(chat, "one")
        await chat.press("g")
        await chat.until(lambda: isinstance(chat.app.screen, TreeDialog))
        await chat.until("you are here")
        assert "first" in chat.text
        await chat.press("down", "enter")
        await chat.until(lambda: chat.screen.chat.session.path()[-1].text == "first")
        await chat.until(lambda: chat.screen.log_view.has_focus)


async def test_two_versions_are_compared_word_by_word(places: Places) -> None:
    host = provider(["a red cat"], ["a blue cat"])
    async with chatting(host, places) as chat:
        await talked(chat, "one")
        await chat.press("f6")
        await chat.until("a blue cat")
        await chat.until(lambda: chat.screen.chat.reply is None)
        await chat.say("/tree")
        await chat.until("you are here")
        await chat.press("c")
        await chat.until(lambda: isinstance(chat.app.screen, DiffDialog))
        await chat.until("a redblue cat")
        await chat.press("escape", "home", "c")
        await chat.until("no other version")


async def test_a_branch_is_pruned_and_brought_back(places: Places) -> None:
    host = provider(["first"], ["second"])
    async with chatting(host, places) as chat:
        await talked(chat, "one", "two")
        await chat.say("/tree")
        await chat.until("you are here")
        await chat.press("up", "delete")
        await chat.until("2 messages moved to the trash")
        assert len(chat.screen.chat.session.messages) == 2
        await chat.press("ctrl+z")
        await chat.until("the branch is back")
        assert len(chat.screen.chat.session.messages) == 4
        await chat.press("n", *"good one", "enter")
        await chat.until("(good one)")
        await chat.press("escape")
        await chat.until("good one")


async def test_a_large_tree_opens_and_moves(places: Places) -> None:
    async with chatting(provider(["first"]), places) as chat:
        await talked(chat, "one")
        session = chat.screen.chat.session
        root = session.path()[0]
        from dataclasses import replace

        for number in range(1000):
            message = replace(root, id=f"x{number}", text=f"number {number}")
            session.messages[message.id] = message
        await chat.say("/tree")
        await chat.until(lambda: isinstance(chat.app.screen, TreeDialog))
        tree = chat.app.screen.query_one(TreeView)
        await chat.press("home", "pagedown", "pagedown", "end")
        await chat.until(lambda: tree.at == 1001)
        room = tree.scrollable_content_region.width
        assert room < tree.size.width
        assert tree.render_line(0).cell_length == room, "beside the scroll bar"
        await chat.until("first")


async def test_a_message_is_taken_out_for_good(places: Places) -> None:
    async with chatting(provider(["first"]), places) as chat:
        await talked(chat, "the secret hunter2")
        await focus(chat, "the secret")
        chat.screen.run_command("erase")
        await chat.until("take it out for good")
        await chat.press("down", "enter")
        await chat.until_said("gone for good")
        await chat.until("what it said was taken out for good")
        assert "hunter2" not in chat.text
        (file,) = places.sessions.glob("*.json")
        assert "hunter2" not in file.read_text()


async def test_nothing_is_edited_while_a_reply_is_written(places: Places) -> None:
    gate = Gate()
    async with chatting(provider(["first"], [gate, "second"]), places) as chat:
        await talked(chat, "one")
        await chat.say("two")
        await chat.until(lambda: chat.screen.chat.reply)
        await focus(chat, "one")
        await chat.press("e")
        await chat.until_said("esc stops it")
        gate.open()


async def test_the_tree_says_what_its_keys_do(places: Places) -> None:
    async with chatting(provider(["first"]), places, size=(140, 30)) as chat:
        await talked(chat, "one")
        await chat.say("/tree")
        await chat.until("you are here")
        words = str(chat.app.screen.query_one("#words", Label).content)
        assert "compares" in words
