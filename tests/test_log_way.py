"""Finding one's way in a long log: prompts, folds, headings."""

from __future__ import annotations

from textual.widgets import Input, OptionList, TextArea

from llmtui.places import Places
from llmtui.ui.widgets.log.contents import Contents
from tests.support.app import chatting
from tests.support.log_host import LivingReply, LogHost, message, talk, until
from tests.support.scene import provider, save

SIZE = (60, 20)
LONG = "\n\n".join(f"paragraph {n}" for n in range(40))
PAPER = "# One\n\nwords\n\n## *Two*\n\n" + LONG + "\n\n# Three\n\nend\n\n" + LONG


async def test_from_prompt_to_prompt_the_focus_stays() -> None:
    app = LogHost([m for n in range(3) for m in turn(n)])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        log = app.log_view
        for wanted in (2, 1, 0):
            assert log.cursor.walk(-1)
            log.reflow()
            assert app.rows[0].startswith(f"│▌ question {wanted}")
        assert not log.cursor.walk(-1)
        assert log.cursor.walk(1)
        log.reflow()
        assert app.rows[0].startswith("│▌ question 1")
        assert isinstance(app.focused, TextArea)
        log.action_page_down()
        log.action_page_down()
        log.action_move(1)
        assert log.cursor.walk(-1), "from where one reads, not from where one was"
        log.reflow()
        assert app.rows[0].startswith("│▌ question 1")
        log.scroll_to_end()
        assert not any(row.startswith("│") for row in app.rows)


def turn(n: int) -> list:  # type: ignore[type-arg]
    return [message(f"u{n}", f"question {n}", "user"), message(f"a{n}", LONG)]


async def test_short_turns_in_one_screen_are_all_reached() -> None:
    app = LogHost(talk(3))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        seen = []
        while app.log_view.cursor.walk(-1):
            seen.append(app.log_view.at)
        assert seen == [4, 2, 0]


async def test_a_long_message_folds_to_its_first_line_and_back() -> None:
    app = LogHost([*talk(1), message("a", LONG), *talk(1, "Below.")])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        log, folding = app.log_view, app.log_view.appearance.folding
        log.action_scroll_home()
        before = app.rows
        rows = log.window.layout.rows
        assert folding.toggle(2)
        log.reflow()
        assert "   paragraph 0\n   … 78 more lines\n" in app.page
        assert "Below." in app.page
        assert not folding.toggle(1), "two rows are not worth it"
        await pilot.resize_terminal(40, 20)
        await pilot.pause()
        assert "more lines" in app.page
        await pilot.resize_terminal(*SIZE)
        await pilot.pause()
        y = next(y for y, row in enumerate(app.rows) if "more lines" in row)
        await pilot.click("MessageLog", offset=(6, y))
        await pilot.pause()
        assert app.rows == before
        log.window.layout.settle(log.window.layout.spot_at(0), 999)
        assert log.window.layout.rows == rows


async def test_a_long_answer_has_a_sign_to_click_on() -> None:
    app = LogHost([message("a", LONG), message("b", "short")])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.log_view.action_scroll_home()
        assert app.rows[0].startswith(" ▾ smollm2")
        await pilot.click("MessageLog", offset=(1, 0))
        await pilot.pause()
        assert app.rows[0].startswith(" ▸ smollm2")
        assert "\n   smollm2" in app.page
        assert isinstance(app.focused, TextArea)
        await pilot.click("MessageLog", offset=(1, 0))
        await pilot.pause()
        assert app.rows[0].startswith(" ▾ smollm2")


async def test_folding_changes_nothing_of_what_it_hides() -> None:
    everything = "\n\n".join(
        [
            "# Head",
            "words [a][1] and $x^2$",
            "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 90,
            "```python\n" + "value = 1\n" * 200 + "```",
            "- item\n" * 20,
            "[1]: https://example.com",
            "the end",
        ]
    )
    app = LogHost([message("a", everything, thinking="hm\n\nwell")])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        layout = app.log_view.window.layout
        folding = app.log_view.appearance.folding
        layout.settle(layout.spot_at(0), 9_999)
        before = [layout.line_at(y) for y in range(layout.rows)]
        assert folding.toggle(0)
        assert layout.rows < 8
        assert folding.toggle(0)
        layout.settle(layout.spot_at(0), 9_999)
        after = [layout.line_at(y) for y in range(layout.rows)]
        assert [b and b[1].text for b in before] == [a and a[1].text for a in after]


async def test_a_folded_prompt_keeps_its_bar() -> None:
    app = LogHost([message("u", "first words" + "\nline" * 50, "user")])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert app.log_view.appearance.folding.toggle(0)
        app.log_view.reflow()
        assert app.rows[0].startswith(" ▌ first words")
        assert app.rows[1].startswith(" ▌ … 50 more lines")


async def test_all_fold_unread_and_a_living_one_may_be_folded() -> None:
    app = LogHost([m for n in range(300) for m in turn(n)])
    reply = LivingReply()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        log = app.log_view
        folding = log.appearance.folding
        assert folding.all(folded=True) == 300
        assert sum(bool(entry.parts) for entry in log.window.layout.entries) < 30
        log.scroll_to_end()
        assert app.page.count("more lines") >= 3
        log.follow(reply)
        reply.text_pieces.append("beginning\n\n" + LONG)
        await until(pilot, lambda: "paragraph 39" in app.page)
        assert folding.toggle(600)
        log.reflow()
        await until(pilot, lambda: "… more is being written" in app.page)
        reply.text_pieces.append("\n\nthe end")
        reply.end()
        await until(pilot, lambda: "… 82 more lines" in app.page)
        assert folding.all(folded=False) == 301
        log.scroll_to_end()
        await until(pilot, lambda: "the end" in app.page)


async def test_the_headings_of_an_answer_are_listed_and_gone_to() -> None:
    app = LogHost([*talk(2), message("a", PAPER), *talk(1)])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        contents = Contents(app.log_view)
        app.log_view.cursor.walk(-1)
        assert app.log_view.at == 5, "a prompt, without an answer that has any"
        found = contents.headings()
        assert [(h.level, h.words) for h in found] == [
            (1, "One"),
            (2, "Two"),
            (1, "Three"),
        ]
        contents.go_to(found[2])
        assert app.rows[0].strip() == "Three"
        assert app.log_view.appearance.folding.toggle(4)
        assert contents.headings() == found
        contents.go_to(found[1])
        assert app.rows[0].strip() == "Two"


async def test_headings_of_notes_are_listed_where_they_are_read() -> None:
    text = "# One\n\nWords[^1]\n\n[^1]: # Of a note\n\n# Two" + "\n\nmore" * 30
    app = LogHost([message("a", text)])
    async with app.run_test(size=(60, 10)):
        contents = Contents(app.log_view)
        found = contents.headings()
        assert [one.words for one in found] == ["One", "Two", "Of a note"]
        contents.go_to(found[1])
        assert "Two" in app.rows[0]


async def test_an_empty_log_has_none_of_it() -> None:
    app = LogHost()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        log = app.log_view
        assert Contents(log).headings() == []
        assert not log.cursor.walk(-1)
        assert not log.cursor.walk(1)
        assert not log.appearance.folding.all(folded=True)
        assert set(log.rail.signs(9)) == {""}


async def test_keys_and_palette_lead_there(places: Places) -> None:
    name = save(
        places,
        "A paper",
        {"text": "write it"},
        {"text": PAPER, "model": "mistral"},
        {"text": "thanks"},
        {"text": "welcome", "model": "mistral"},
    )
    async with chatting(provider(), places, resume=name) as chat:
        await chat.until("welcome")
        await chat.press("ctrl+up", "ctrl+up", *"really")
        await chat.until("│▌ write it")
        assert chat.screen.prompt.text == "really"
        await chat.press("tab", "j", "z")
        await chat.until("more lines")
        await chat.press("h")
        await chat.until("  Two")
        await chat.press(*"thr", "enter")
        await chat.until(lambda: "more lines" not in chat.text)
        assert chat.screen.log_view.window.top.entry == 1
        await chat.press("ctrl+p")
        await chat.until(lambda: isinstance(chat.app.focused, Input))
        await chat.press(*"headings")
        await chat.until("see the headings of a long answer")
        assert chat.app.screen.query_one(OptionList).option_count == 1


async def test_what_is_found_in_a_folded_message_is_unfolded(places: Places) -> None:
    name = save(places, "Hay", {"text": LONG + "\n\na needle\n\n" + LONG})
    async with chatting(provider(), places, resume=name) as chat:
        await chat.until("paragraph 39")
        await chat.say("/fold all")
        await chat.until("more lines")
        await chat.press("ctrl+f", *"needle")
        await chat.until("a needle")
