"""The log in an app: streaming, following, staying, selecting."""

from __future__ import annotations

from dataclasses import replace

from textual.geometry import Offset
from textual.widgets import TextArea

from llmtui.chat.stored_thinking import parted
from llmtui.chat.usage import Usage
from llmtui.ui.widgets.log.painter import Painter
from tests.support.log_host import LivingReply, LogHost, message, talk, until

SIZE = (80, 24)


async def test_a_conversation_opens_at_its_end() -> None:
    app = LogHost(talk(50))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert "An answer. (49)" in app.page
        assert app.log_view.at_end
        assert not app.log_view.more_below


async def test_only_what_is_seen_is_laid_out() -> None:
    app = LogHost(talk(5_000))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        entries = app.log_view.window.layout.entries
        assert len(entries) == 10_000
        assert sum(bool(entry.parts) for entry in entries) < 40


async def test_a_reply_is_shown_while_it_is_written() -> None:
    app = LogHost(talk(1))
    reply = LivingReply()
    async with app.run_test(size=SIZE) as pilot:
        app.log_view.follow(reply)
        app.log_view.follow(reply)
        reply.text_pieces += ["The name ", "is **Sé"]
        await until(pilot, lambda: "The name is Sé" in app.page)
        reply.text_pieces += ["bastien**"]
        await until(pilot, lambda: "The name is Sébastien" in app.page)
        height = app.log_view.window.layout.rows
        reply.end()
        await until(pilot, lambda: not app.log_view.conversation.is_living)
        assert app.log_view.window.layout.rows == height
        assert app.page.count("Sébastien") == 1


async def test_a_finished_reply_is_followed_too() -> None:
    app = LogHost()
    reply = LivingReply()
    reply.text_pieces.append("all of it")
    reply.end("stopped")
    async with app.run_test(size=SIZE) as pilot:
        app.log_view.follow(reply)
        await pilot.pause()
        assert "all of it" in app.page
        assert "stopped by you" in app.page


async def test_thinking_shows_its_last_line_then_folds() -> None:
    app = LogHost()
    reply = LivingReply()
    async with app.run_test(size=SIZE) as pilot:
        app.log_view.follow(reply)
        reply.thinking_pieces += ["first line\n", "what is it"]
        await until(pilot, lambda: "thinking  what is it" in app.page)
        assert "first line" not in app.page
        reply.text_pieces.append("An answer.")
        await until(pilot, lambda: "▸ thought for " in app.page)
        assert "what is it" not in app.page
        app.log_view.appearance.toggle_thinking()
        app.log_view.reflow()
        assert "│ first line" in app.page
        app.log_view.appearance.toggle_thinking(0)
        app.log_view.reflow()
        assert "first line" not in app.page


async def test_an_answer_that_turns_out_to_be_thinking_is_folded() -> None:
    app = LogHost()
    reply = LivingReply()
    async with app.run_test(size=SIZE) as pilot:
        app.log_view.follow(reply)
        reply.text_pieces += ["two and two\n\n", "is four"]
        await until(pilot, lambda: "is four" in app.page)
        reply.thinking_pieces = reply.text_pieces
        reply.text_pieces = []
        await until(pilot, lambda: "thinking  is four" in app.page)
        assert "two and two" not in app.page
        reply.text_pieces.append("4")
        await until(pilot, lambda: "▸ thought for " in app.page)
        assert "is four" not in app.page
        reply.end()
        await until(pilot, lambda: not app.log_view.conversation.is_living)
        app.log_view.appearance.toggle_thinking(0)
        app.log_view.reflow()
        assert "two and two" in app.page


async def test_an_empty_reply_says_that_it_is_empty() -> None:
    app = LogHost([replace(message("a", ""), usage=Usage(eval_count=1))])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert "the answer is empty · f6 retry" in app.page
        assert "/s" not in app.page


async def test_think_tags_are_folded() -> None:
    old = message("a", "<think>\nsecret\n</think>\n\nanswer <think>")
    app = LogHost([parted(old)])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert "secret" not in app.page
        assert "answer <think>" in app.page
        await pilot.click("MessageLog", offset=(5, 1))
        assert "secret" in app.page


async def test_at_the_end_it_follows() -> None:
    app = LogHost(talk(20))
    reply = LivingReply()
    async with app.run_test(size=SIZE) as pilot:
        app.log_view.follow(reply)
        for n in range(40):
            reply.text_pieces.append(f"- line {n}\n")
        await until(pilot, lambda: "line 39" in app.page)
        assert app.log_view.at_end


async def test_scrolled_up_nothing_moves() -> None:
    app = LogHost(talk(40))
    reply = LivingReply()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_view
        log.follow(reply)
        reply.text_pieces.append("begin\n\n")
        await until(pilot, lambda: "begin" in app.page)
        log.action_page_up()
        before = app.rows
        assert log.more_below
        assert "more below" in before[-1]
        for n in range(100):
            reply.text_pieces.append(f"paragraph {n}\n\n")
        await until(pilot, lambda: log.window.layout.rows > 200)
        assert app.rows == before
        reply.end()
        await until(pilot, lambda: not log.conversation.is_living)
        assert app.rows == before
        log.action_scroll_end()
        assert "paragraph 99" in app.page
        assert log.at_end


async def test_paging_up_shows_every_row_once() -> None:
    long = (
        "word " * 300 + "\n\n```py\n" + "x = 1\n" * 150 + "```\n\n| a |\n|---|\n| b |"
    )
    app = LogHost(talk(6, long))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        log = app.log_view
        pages = [app.rows]
        while log.window.y:
            y = log.window.y
            top = app.rows[0]
            log.action_page_up()
            pages.append(app.rows)
            if log.window.y:
                assert app.rows[-1].startswith(top[: len(top) // 2])
            assert log.window.y < max(y, 1)
        layout = log.window.layout
        assert all(all(entry.heights.exact) for entry in layout.entries)
        assert "question 0" in pages[-1][0]


async def test_a_width_change_keeps_the_same_message_under_the_eyes() -> None:
    app = LogHost(talk(60, "words " * 60))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        log = app.log_view
        for _ in range(5):
            log.action_page_up()
        entry = log.window.top.entry
        for width in (44, 120, 61, 80):
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
            assert log.window.layout.width < width
            assert log.window.top.entry == entry
        log.action_scroll_end()
        await pilot.resize_terminal(50, 12)
        await pilot.pause()
        assert "(59)" in app.page


async def test_wheel_keys_and_focus() -> None:
    app = LogHost(talk(60))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        log = app.log_view
        log.focus()
        await pilot.press("up")
        before = app.rows
        await pilot.press("pageup", "pagedown")
        assert app.rows == before
        await pilot.press("home")
        assert log.window.y == 0
        await pilot.press("end")
        assert log.at_end


async def test_going_from_message_to_message() -> None:
    app = LogHost(talk(30))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        log = app.log_view
        assert log.focused_id is None
        log.step_message(-1)
        await pilot.pause()
        assert log.focused_id == "a29"
        assert any(row.startswith("│") for row in app.rows)
        log.step_message(-1)
        assert log.focused_id == "u29"
        for _ in range(30):
            log.step_message(-1)
        assert log.focused_id == "u14"
        assert "(14)" in app.page
        log.step_message(1)
        assert log.focused_id == "a14"
        log.last_prompt()
        assert log.focused_id == "u14"
        app.query_one(TextArea).focus()
        await pilot.pause()
        assert log.focused_id is None
        assert not any(row.startswith("│") for row in app.rows)
        log.last_prompt()
        await pilot.pause()
        assert log.focused_id == "u29"


async def test_a_selection_joins_what_was_wrapped() -> None:
    words = " ".join(f"word{n}" for n in range(30))
    app = LogHost([message("u", "hello", "user"), message("a", words)])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        rows = app.rows
        first = next(y for y, row in enumerate(rows) if "word0" in row)
        await pilot.mouse_down("MessageLog", offset=(3, 0))
        await pilot.hover("MessageLog", offset=(20, first + 1))
        await pilot.mouse_up("MessageLog", offset=(20, first + 1))
        selected = app.screen.get_selected_text()
        assert selected is not None
        assert selected.startswith("hello\n\nword0")
        assert selected.count("\n") == 2
        assert selected.removeprefix("hello\n\n") in words


async def test_a_selection_stays_on_its_text_while_the_log_grows() -> None:
    app = LogHost(talk(3))
    reply = LivingReply()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        y = next(y for y, row in enumerate(app.rows) if "(1)" in row)
        await pilot.mouse_down("MessageLog", offset=(3, y))
        await pilot.hover("MessageLog", offset=(12, y))
        await pilot.mouse_up("MessageLog", offset=(12, y))
        assert app.screen.get_selected_text() == "An answer."
        app.log_view.follow(reply)
        reply.text_pieces.append("- item\n" * 60)
        await until(pilot, lambda: app.page.count("item") > 10)
        assert app.screen.get_selected_text() == "An answer."


async def test_a_link_is_told_not_opened() -> None:
    app = LogHost([message("a", "[here](https://a.b/c) [there](javascript:x)")])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        y = next(y for y, row in enumerate(app.rows) if "here" in row)
        await pilot.click("MessageLog", offset=(4, y))
        await pilot.click("MessageLog", offset=(15, y))
        await pilot.pause()
        assert app.links == ["https://a.b/c"]


async def test_a_theme_repaints() -> None:
    app = LogHost([message("a", "```python\nif x: pass\n```")])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        log = app.log_view

        def colours() -> set[str]:
            lines = log.render_lines(log.size.region)
            return {str(s.style) for line in lines for s in line if s.style}

        dark = colours()
        app.theme = "textual-light"
        await until(pilot, lambda: colours().isdisjoint(dark))


async def test_versions_updates_and_clearing() -> None:
    app = LogHost()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_view
        log.set_messages([message("a", "one")], lambda _: (2, 3))
        await pilot.pause()
        assert "‹2/3›" in app.page
        log.update(message("a", "two", status="failed"), lambda _: (1, 1))
        assert "‹" not in app.page
        assert "two" in app.page
        assert "failed: no answer came" in app.page
        log.update(message("nobody", "?"))
        log.set_messages([])
        assert app.page.strip() == ""
        log.step_message(-1)
        assert log.focused_id is None


async def test_only_changed_rows_are_painted() -> None:
    app = LogHost(talk(2))
    reply = LivingReply()
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_view
        log.follow(reply)
        reply.text_pieces.append("one")
        await until(pilot, lambda: "one" in app.page)
        await pilot.pause()
        painted: list[int] = []
        refresh = log.refresh

        def counted(*regions: object, **kwargs: object) -> object:
            painted.append(len(regions))
            return refresh(*regions, **kwargs)  # type: ignore[arg-type]

        log.refresh = counted  # type: ignore[method-assign,assignment]
        reply.text_pieces.append(" two")
        await until(pilot, lambda: "one two" in app.page)
        assert painted == [1]


async def test_the_open_block_alone_is_drawn_again() -> None:
    app = LogHost()
    reply = LivingReply()
    drawn: list[object] = []
    async with app.run_test(size=SIZE) as pilot:
        log = app.log_view
        log.follow(reply)
        for n in range(30):
            reply.text_pieces.append(f"paragraph {n}\n\n")
        reply.text_pieces.append("open")
        await until(pilot, lambda: "open" in app.page)
        lines = Painter.lines
        painter = log.window.layout.painter

        def counted(entry: object, index: int) -> object:
            drawn.append(index)
            return lines(painter, entry, index)  # type: ignore[arg-type]

        painter.lines = counted  # type: ignore[method-assign,assignment]
        reply.text_pieces.append(" end")
        await until(pilot, lambda: "open end" in app.page)
        assert len(drawn) <= 2


async def test_hostile_messages_do_no_harm() -> None:
    texts = [
        "[@click=app.quit]x[/] x[/nope]",
        "\x1b]52;c;eA==\x07 \x9b2J \u202e",
        ">" * 10_000,
        "| a |\n|---|\n" + "| b |\n" * 5_000,
        "```\n" + "y" * 1_000_000,
        "z" * 1_000_000,
    ]
    messages = [message(str(n), text) for n, text in enumerate(texts)]
    messages.append(message("u", texts[0] + "q" * 1_000_000, "user"))
    app = LogHost(messages)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        log = app.log_view
        for _ in range(4):
            log.action_page_up()
        log.action_scroll_home()
        assert "[@click=app.quit]x[/] x[/nope]" in app.page
        assert "\x1b" not in app.page
        assert log.get_selection is not None
        assert app.screen.get_selected_text() is None
        assert log.window.layout.spot_at(0).entry == 0


async def test_tiny_screens() -> None:
    app = LogHost(talk(5, "- a\n  - b\n\n| a | b |\n|--|--|\n| c | d |\n"))
    async with app.run_test(size=(80, 24)) as pilot:
        for size in ((20, 6), (3, 4), (1, 1), (40, 10)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert "(4)" in app.page
        place = Offset(1, 1)
        assert app.screen.get_widget_and_offset_at(*place)[0] is app.log_view
