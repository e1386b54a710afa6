"""Going to links, seeing where they lead, opening and copying them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from llmtui.places import Places
from llmtui.providers.scripted import Scripted
from llmtui.ui.dialogs.choice import ChoiceDialog
from llmtui.ui.glyphs import UNICODE
from llmtui.ui.widgets.log.entry import Entry
from llmtui.ui.widgets.log.layout import Layout, Spot
from llmtui.ui.widgets.log.link_cursor import LinkCursor, placed_links
from llmtui.ui.widgets.log.painter import Painter
from llmtui.ui.widgets.log.render.palette import PLAIN
from llmtui.ui.widgets.log.view import MessageLog
from llmtui.ui.widgets.log.window import Window
from llmtui.ui.widgets.status import Status
from tests.support.app import Chat, chatting
from tests.support.log_host import LogHost, message, until

ANSWER = """\
Read [the docs](https://docs.example.org/a), or log in at [bank.com](https://evil.com/).

| [in a cell](https://cell.example) | me@mail.example |
|---|---|
| [beside](../x.md) | [later][1] |

[1]: https://later.example/
"""
LINKS = [
    ("the docs", "https://docs.example.org/a"),
    ("bank.com", "https://evil.com/"),
    ("in a cell", "https://cell.example"),
    ("me@mail.example", "mailto:me@mail.example"),
    ("beside", "../x.md"),
    ("later", "https://later.example/"),
    ("https://later.example/", "https://later.example/"),
]


@pytest.fixture
async def chat(places: Places, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Chat]:
    """The app after an answer, with a browser that opens nothing."""
    monkeypatch.setattr(
        "llmtui.desktop.browser.has_display", lambda env, platform: True
    )
    monkeypatch.setattr("llmtui.desktop.browser._opened", lambda url: True)
    async with chatting(Scripted(["smollm2"], [[ANSWER]]), places) as chat:
        await chat.say("where")
        await chat.until(lambda: chat.screen.chat.reply is None)
        await chat.until("later")
        yield chat


def target(chat: Chat) -> str:
    link = chat.screen.query_one(Status).link
    return link.target if link else ""


async def test_keys_go_from_link_to_link_and_say_where_each_leads(chat: Chat) -> None:
    await chat.press("tab")
    seen: list[str] = []
    for _ in LINKS[:-1]:
        await chat.press("l")
        await chat.until(lambda: target(chat) and target(chat) not in seen[-1:])
        seen.append(target(chat))
    assert seen == [
        "https://docs.example.org/a",
        "it says bank.com and leads to evil.com: https://evil.com/",
        *(url for _, url in LINKS[2:-1]),
    ]
    await chat.press("l", "l")
    await chat.until_said("there is no further link")
    await chat.press("L", "L")
    await chat.until(lambda: target(chat) == "../x.md")
    await chat.press("ctrl+w")
    await chat.until_said("../x.md leads beside the text")
    await chat.press("j")
    await chat.until(lambda: not target(chat))


async def test_the_link_one_is_at_is_opened_and_copied(chat: Chat) -> None:
    await chat.press("tab", "l", "ctrl+w")
    await chat.until_said("opened https://docs.example.org/a")
    await chat.press("l", "ctrl+w")
    await chat.until(lambda: isinstance(chat.app.screen, ChoiceDialog))
    assert "it says bank.com and leads to evil.com" in chat.text
    await chat.press("enter")
    await chat.until(lambda: not isinstance(chat.app.screen, ChoiceDialog))
    assert "evil" not in chat.said
    await chat.press("ctrl+w")
    await chat.until("open https://evil.com/")
    await chat.press("up", "enter")
    await chat.until_said("opened https://evil.com/")


async def test_a_list_has_words_and_targets(chat: Chat) -> None:
    await chat.press("tab", "u")
    await chat.until("the docs  https://docs.example.org/a")
    assert "bank.com  https://evil.com/" in chat.text
    assert "later  https://later.example/" in chat.text
    assert "beside" not in chat.text.partition("filter")[2]


async def test_the_mouse_says_where_a_link_leads() -> None:
    app = LogHost([message("a", ANSWER)])
    pointed: list[str] = []

    def hook(posted: object) -> None:
        if isinstance(posted, MessageLog.LinkPointed):
            pointed.append(posted.link.url if posted.link else "")

    async with app.run_test(size=(80, 24), message_hook=hook) as pilot:
        row = next(y for y, text in enumerate(app.rows) if "Read" in text)
        await pilot.hover("MessageLog", offset=(10, row))
        await until(pilot, lambda: "https://docs.example.org/a" in pointed)
        await pilot.hover("MessageLog", offset=(4, row))
        await until(pilot, lambda: pointed[-1] == "")
        await pilot.hover("MessageLog", offset=(10, row))
        await until(pilot, lambda: pointed[-1])
        app.log_view.set_messages([message("b", "nothing")])
        await until(pilot, lambda: pointed[-1] == "")
        await pilot.hover("TextArea")


def test_no_code_is_drawn_to_find_a_link() -> None:
    code = "```python\nx = a[1]\n```\n\n"
    text = f"[one](https://a.example)\n\n{code * 200}[two](https://b.example)\n"
    layout = Layout(Painter(PLAIN, UNICODE, 80))
    layout.reset([Entry(message("a", text))])
    window = Window(layout)
    window.height = 10
    links = LinkCursor(window)
    for words in ("one", "two"):
        links.step(1, 0)
        assert links.link is not None
        assert links.link.words == words
    assert sum(layout.entries[0].heights.exact) < 5


def test_each_link_is_one_however_it_is_wrapped() -> None:
    for width in (20, 40, 120):
        layout = Layout(Painter(PLAIN, UNICODE, width))
        layout.append(Entry(message("a", ANSWER)))
        layout.settle(Spot(0), 1_000)
        found = [
            placed.link
            for part in range(len(layout.entries[0].parts))
            for placed in placed_links(layout.lines(0, part))
        ]
        assert set(found) == set(LINKS)
        assert width == 20 or found == LINKS


async def test_an_anchor_leads_to_the_heading_in_the_text(places: Places) -> None:
    text = "[to the end](#the-end-2) [nowhere](#x)\n\n" + "words\n\n" * 60
    provider = Scripted(["smollm2"], [[f"{text}# The *end*, 2\n\nlast" + "\n\ny" * 40]])
    async with chatting(provider, places) as chat:
        await chat.say("where")
        await chat.until(lambda: chat.screen.chat.reply is None)
        await chat.press("tab", "l", "ctrl+w")
        await chat.until(lambda: "The end, 2" in chat.text.split("\n")[2])
        await chat.press("l", "ctrl+w")
        await chat.until_said("there is no heading #x here")
