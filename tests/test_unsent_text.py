"""What stands in the input is kept, and shown again only while it is unsent."""

from __future__ import annotations

from functools import partial

import pytest

from llmtui.chat.message import Message
from llmtui.chat.prompt import Prompt
from llmtui.hosts import parse_host
from llmtui.jobs.unsent_text import UnsentText
from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.store.drafts import NEW, Draft, Drafts
from llmtui.store.erasing import erase_from_drafts
from tests.support.chatting import how, window
from tests.support.current_chat import current_chat


async def test_text_is_found_again(places: Places) -> None:
    replies = window(places, Scripted(["m"], ["one"]))
    session = replies.store.new(model="m")
    UnsentText(replies.store).keep(session, "for a new session")
    assert (
        UnsentText(replies.store).load(replies.store.new()).text == "for a new session"
    )
    unsent = UnsentText(replies.store)
    await replies.begin(session, Prompt("1", how(session))).run()
    assert unsent.load(session).text == ""
    unsent.keep(session, "for this one")
    assert UnsentText(replies.store).load(session).text == "for this one"
    unsent.keep(session, "")
    assert UnsentText(replies.store).load(session).text == ""


async def test_what_was_sent_before_a_kill_is_not_shown_again(places: Places) -> None:
    replies = window(places, Scripted(["m"], ["one", "two"]))
    session, unsent = replies.store.new(model="m"), UnsentText(replies.store)
    for text in ("first", "second"):
        unsent.keep(session, text)
        prompt = Prompt(text, how(session), session.head, id=unsent.prompt_id(session))
        reply = replies.begin(session, prompt)
        # Killed here, before the draft was forgotten.
        assert UnsentText(replies.store).load(session).text == ""
        assert UnsentText(replies.store).load(replies.store.new()).text == ""
        await reply.run()
        assert UnsentText(replies.store).load(replies.store.new()).text == ""
        unsent.sent(session, was_new=text == "first")


async def test_a_draft_that_was_found_and_sent_before_a_kill_is_not_shown_again(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = Scripted(["m"], ["one", "two"])
    replies = window(places, provider)
    session = replies.store.new(model="m")
    await replies.begin(session, Prompt("0", how(session))).run()
    UnsentText(replies.store).keep(session, "first")
    opened = partial(current_chat, places, lambda host: provider, parse_host(""))
    async with opened(model="m") as chat:
        same = chat.core.store.open(session.id)
        assert chat.outbox.draft(same).text == "first"
        monkeypatch.setattr(UnsentText, "sent", lambda *_, **__: None)
        reply = chat.outbox.send(same, "first")
        # Killed here, before the draft was forgotten.
        assert reply is not None
        await reply.finished()
    async with opened(model="m") as chat:
        assert chat.core.store.drafts.load(session.id).text == "first"
        assert chat.outbox.draft(chat.core.store.open(session.id)).text == ""


async def test_what_comes_after_a_sent_prompt_is_another_draft(places: Places) -> None:
    replies = window(places, Scripted(["m"], ["one"]))
    session, unsent = replies.store.new(model="m"), UnsentText(replies.store)
    first = unsent.prompt_id(session)
    await replies.begin(session, Prompt("1", how(session), id=first)).run()
    unsent.sent(session, was_new=True)
    unsent.keep(session, "next")
    assert UnsentText(replies.store).load(session).text == "next"


async def test_two_windows_send_two_prompts_of_one_draft(places: Places) -> None:
    one = window(places, Scripted(["m"], ["zero", "two"]))
    session, unsent = one.store.new(model="m"), UnsentText(one.store)
    await one.begin(session, Prompt("0", how(session))).run()
    unsent.keep(session, "first")

    other = window(places, Scripted(["m"], ["one"]))
    same, theirs = other.store.open(session.id), UnsentText(other.store)
    assert theirs.load(same).text == "first"
    prompt = Prompt("second", how(same), same.head, id=theirs.prompt_id(same))
    await other.begin(same, prompt).run()
    mine = Prompt("first", how(session), session.head, id=unsent.prompt_id(session))
    await one.begin(session, mine).run()

    saved = window(places, Scripted(["m"])).store.open(session.id)
    said = {m.text for m in saved.messages.values() if m.role == "user"}
    assert said == {"0", "first", "second"}


@pytest.mark.parametrize("new", [True, False])
async def test_text_that_version_0_1_left_is_found_and_replaced(
    places: Places, new: bool
) -> None:
    store = window(places, Scripted(["m"])).store
    session = store.new(model="m")
    if not new:
        session.add(Message("p", None, "user", "hi", ""))
    places.drafts.mkdir(parents=True)
    left = places.drafts / ("new.txt" if new else f"{session.id}.txt")
    left.write_text("from before", encoding="utf-8")
    assert store.drafts.names() == {NEW if new else session.id}
    unsent = UnsentText(store)
    assert unsent.load(session).text == "from before"
    [kept] = places.drafts.iterdir()
    assert kept.suffix == ".draft"
    assert UnsentText(store).load(session).id == unsent.prompt_id(session)
    unsent.sent(session, was_new=new)
    assert list(places.drafts.iterdir()) == []


def test_text_of_version_0_1_can_be_erased(places: Places) -> None:
    places.drafts.mkdir(parents=True)
    left = places.drafts / "a.b.txt"
    left.write_text("keep, secret", encoding="utf-8")
    drafts = Drafts(places.drafts)
    erase_from_drafts(drafts, ["secret"])
    assert drafts.load("a.b").text == "keep, "
    assert not left.exists()


def test_a_short_text_is_erased_only_where_it_is_all(places: Places) -> None:
    drafts = Drafts(places.drafts)
    for name, text in (("a", "another note"), ("b", "no\n")):
        drafts.save(name, Draft(text, name))
    erase_from_drafts(drafts, ["no"])
    assert [drafts.load(name).text for name in "ab"] == ["another note", ""]


@pytest.mark.parametrize("data", [b"{", b'{"text": 5}', b"[]", b'{"text": "a'])
def test_a_draft_that_cannot_be_read_is_set_aside(places: Places, data: bytes) -> None:
    store = window(places, Scripted(["m"])).store
    path = places.drafts / f"{NEW}.draft"
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    unsent, session = UnsentText(store), store.new(model="m")
    assert unsent.load(session).text == ""
    unsent.keep(session, "typed over it")
    assert (places.quarantine / path.name).read_bytes() == data
    [problem] = store.problems()
    assert "cannot be read" in problem
    assert "It was moved to" in problem
