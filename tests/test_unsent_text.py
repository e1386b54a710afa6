"""What stands in the input is kept, and shown again only while it is unsent."""

from __future__ import annotations

from llmtui.chat.prompt import Prompt
from llmtui.jobs.unsent_text import UnsentText
from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from tests.support.chatting import how, window


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


async def test_what_comes_after_a_sent_prompt_is_another_draft(places: Places) -> None:
    replies = window(places, Scripted(["m"], ["one"]))
    session, unsent = replies.store.new(model="m"), UnsentText(replies.store)
    first = unsent.prompt_id(session)
    await replies.begin(session, Prompt("1", how(session), id=first)).run()
    unsent.sent(session, was_new=True)
    unsent.keep(session, "next")
    assert UnsentText(replies.store).load(session).text == "next"
