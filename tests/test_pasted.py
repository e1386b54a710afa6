"""A huge paste is one mark, and what is sent is all of it."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual.widgets import Input

from llmtui.chat.pasted import LONGEST_LINE, Marks, Typed, is_heavy
from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.store.drafts import Draft, Drafts
from llmtui.ui.widgets.prompt import Prompt
from tests.support.app import chatting
from tests.support.pilot import until
from tests.test_ui_prompt import PromptApp

SHORT = st.text(st.sampled_from("a \n]["), max_size=5)
LONG = st.builds(
    lambda word, times: word * times,
    st.sampled_from(["word ", "[pasted 25 kB]", "a line\n", "é"]),
    st.integers(5001, 6000),
)


@settings(max_examples=30)
@given(st.lists(SHORT | LONG, max_size=5))
def test_what_is_folded_is_meant_whole(passages: list[str]) -> None:
    marks = Marks()
    shown = "".join(map(marks.fold, passages))
    typed = marks.typed(shown)
    assert typed.text == "".join(passages)
    assert [typed.text[a:b] for a, b in typed.pasted] == list(
        filter(is_heavy, passages)
    )
    again = Marks()
    assert again.typed(again.shown(typed)) == typed
    assert not is_heavy(shown)


@given(st.lists(st.tuples(st.integers(-3, 9), st.integers(-3, 9)), max_size=3))
def test_spans_of_another_text_lose_nothing(spans: list[tuple[int, int]]) -> None:
    marks = Marks()
    shown = marks.shown(Typed("one two", tuple(spans)))
    assert marks.whole(shown) == "one two"


def test_a_draft_keeps_what_is_folded(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    draft = Draft("see: " + "x" * 9, "1", "s", "", ((5, 14),))
    assert drafts.save("a", draft) == ""
    assert drafts.load("a") == draft
    assert drafts.save("a", draft._replace(text='see: é\ud800"\nxxxx')) == ""
    assert drafts.load("a").text == 'see: é\ud800"\nxxxx'
    (tmp_path / "a.draft").write_text(
        '{"text":"a","pasted":[[1],["x",2],[0,true],[1,0],5]}'
    )
    assert drafts.load("a") == Draft("a")


async def test_a_mark_is_one_thing() -> None:
    app = PromptApp()
    async with app.run_test(size=(40, 20)) as pilot:
        prompt = app.query_one(Prompt)
        huge = "line\n" * 1_000_000
        await pilot.press(*"a ")
        prompt.post_message(events.Paste(huge))
        await until(pilot, lambda: "[pasted 5.0 MB]" in prompt.text)
        await pilot.press(*" b", "left", "left", "left")
        assert prompt.cursor_location == (0, 2)
        assert prompt.mark == "[pasted 5.0 MB]"
        assert prompt.passage("[pasted 5.0 MB]") == huge
        await pilot.press("x", "right")
        assert prompt.text == "a x[pasted 5.0 MB] b"
        assert prompt.cursor_location == (0, 18)
        await pilot.press("ctrl+left", "y", "ctrl+right")
        assert prompt.text == "a xy[pasted 5.0 MB] b"
        await pilot.press("backspace")
        assert prompt.text == "a xy b"
        await pilot.press("ctrl+z")
        assert prompt.full_text == f"a xy{huge} b"
        await pilot.press("ctrl+y")
        assert prompt.full_text == "a xy b"
        await pilot.press("ctrl+z", "home", "delete", "delete", "delete", "delete")
        await pilot.press("delete")
        assert prompt.full_text == " b"
        prompt.post_message(events.Paste(huge))
        prompt.post_message(events.Paste(huge + "x"))
        await until(pilot, lambda: "#2" in prompt.text)
        kept = prompt.typed
        prompt.put(kept)
        assert prompt.text == "[pasted 5.0 MB][pasted 5.0 MB #2] b"
        assert prompt.exchange_passage("[pasted 5.0 MB]", "short") == ""
        assert prompt.text == "short[pasted 5.0 MB #2] b"
        await pilot.press("home", "shift+end", "ctrl+x")
        assert prompt.text == ""
        prompt.put("sent meanwhile")
        prompt.put("")
        await pilot.press("ctrl+v")
        assert prompt.text == "[pasted 5.0 MB]"
        assert prompt.full_text == f"short{huge}x b"
        prompt.exchange(prompt.text + "much " * 5000)
        assert prompt.text == "[pasted 5.0 MB #2]"
        await pilot.press("enter")
        await until(pilot, lambda: app.said)
        assert app.said == [f"short{huge}x b" + "much " * 5000]


async def test_dialogs_take_a_huge_paste_too(places: Places) -> None:
    huge = "be brief " * 100_000
    async with chatting(Scripted(["m"]), places) as chat:
        await chat.press("ctrl+s")
        await chat.until("system prompt")
        chat.app.post_message(events.Paste(huge))
        await chat.until("[pasted 900 kB]")
        await chat.press("ctrl+s")
        await chat.until(lambda: chat.screen.chat.session.system == huge.strip())
        await chat.press("ctrl+s")
        await chat.until("[pasted 900 kB]")
        await chat.press("escape", "ctrl+r")
        await chat.until("what was typed before")
        chat.app.post_message(events.Paste(huge))
        await chat.until_said("only its beginning was pasted")
        box = chat.app.screen.query_one(Input)
        await chat.until(lambda: len(box.value) == LONGEST_LINE)
