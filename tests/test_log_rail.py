"""The rail beside the log: where prompts, failures and matches are."""

from __future__ import annotations

from textual.widgets import TextArea

from llmtui.places import Places
from tests.support.app import Chat, chatting
from tests.support.log_host import LivingReply, LogHost, message, talk, until
from tests.support.scene import provider, save

SIZE = (60, 23)
LONG = "\n\n".join(f"paragraph {n}" for n in range(90))


def rail(app: LogHost) -> str:
    """The column of the scroll bar."""
    log = app.log_view
    x = log.region.right - 1
    strips = app.screen._compositor.render_strips()
    return "".join(strips[y].crop(x, x + 1).text for y in range(log.size.height))


async def test_prompts_and_failures_are_marked_in_their_place() -> None:
    app = LogHost(
        [
            message("u", "one", "user"),
            message("a", LONG, status="failed"),
            message("v", "two", "user"),
            message("b", LONG),
        ]
    )
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "✗" in rail(app))
        marks = {y: sign for y, sign in enumerate(rail(app)) if sign in "─✗•"}
        assert "".join(marks.values()).rstrip("─") == "─✗"
        assert min(marks) == 0
        assert all(9 <= y <= 11 for y in marks if y)
        app.log_view.append(message("w", "three", "user"))
        await until(pilot, lambda: rail(app)[19] == "─")
        assert app.log_view.rail._failures == [1.999]


async def test_a_click_on_a_mark_goes_there_and_keeps_the_focus() -> None:
    app = LogHost([*talk(1), message("a", LONG), message("v", "here", "user")])
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: rail(app)[0] == "─")
        assert "question 0" not in app.page
        await pilot.click(app.log_view.vertical_scrollbar, offset=(0, 0))
        await until(pilot, lambda: "question 0" in app.page)
        assert isinstance(app.focused, TextArea)


async def test_marks_move_while_a_reply_grows_and_cost_no_reading() -> None:
    app = LogHost(talk(2_000))
    reply = LivingReply()
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: rail(app).count("─") > 10)
        log = app.log_view
        assert sum(bool(entry.parts) for entry in log.window.layout.entries) < 40
        edition = log.window.layout.edition
        log.follow(reply)
        reply.text_pieces.append("words\n\n" * 3_000)
        await until(pilot, lambda: rail(app).rstrip("▁▂▃▄▅▆▇ ").count("─") < 19)
        assert log.window.layout.edition == edition + 1, "not for each chunk"


def signs(chat: Chat) -> str:
    log = chat.screen.log_view
    return "".join(
        {"": " ", "match": "m", "prompt": "p", "failure": "f"}[sign]
        for sign in log.rail.signs(log.window.height)
    )


async def test_what_is_found_is_marked_until_one_leaves(places: Places) -> None:
    text = LONG.replace("paragraph 45", "a needle")
    name = save(places, "Hay", {"text": "hay"}, {"text": text, "model": "mistral"})
    async with chatting(provider(), places, resume=name) as chat:
        await chat.until("paragraph 89")
        await chat.press("ctrl+f", *"needle")
        await chat.until(lambda: "m" in signs(chat))
        middle = len(signs(chat)) // 2
        assert abs(signs(chat).index("m") - middle) <= 2
        await chat.press("escape")
        await chat.until(lambda: "m" not in signs(chat))
