"""Mermaid as boxes and lines: whole, where it fits, within bounds, else its source."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import pytest

from llmtui.desktop import diagrams
from llmtui.markdown.blocks import Blocks
from llmtui.ui.glyphs import ASCII, UNICODE
from llmtui.ui.plain_markdown import rendered
from llmtui.ui.widgets.log.drawing import Drawing
from llmtui.ui.widgets.log.render import diagrams as drawings_module
from llmtui.ui.widgets.log.render.blocks import render
from llmtui.ui.widgets.log.render.diagrams import Diagrams, Wanted
from llmtui.ui.widgets.log.render.line import Frame
from llmtui.ui.widgets.log.render.palette import PLAIN, Paint
from tests.support.log_host import LivingReply, LogHost, message, until

FLOW = """\
flowchart TD
    %% how one signs in
    A["Open<br/>the app"] --> B{Signed in?}
    B -->|Yes| C(Start page)
    B -- No --> D[Ask for a name]:::red
    D -.-> B
    classDef red fill:#f00
"""
SEQUENCE = """\
sequenceDiagram
    participant U as User
    U->>S: GET /api/chat
    S-->>U: 200 OK
    Note over U,S: both wait
"""
STATE = "stateDiagram-v2\n    [*] --> Still\n    Still --> Moving: go\n"
DENSE = "graph TD\n" + "\n".join(
    f"A{i} --> A{j}" for i in range(20) for j in range(i + 1, 20)
)
FENCE = f"```mermaid\n{FLOW}```\n"

drawn_here = pytest.mark.skipif(
    not diagrams.installed(), reason="needs the extra `diagrams`"
)


@drawn_here
@pytest.mark.parametrize(
    ("source", "words"),
    [
        (FLOW, ["Open", "the app", "Signed in?", "Yes", "No", "Start page"]),
        (SEQUENCE, ["User", "GET /api/chat", "200 OK", "both wait"]),
        (STATE, ["Still", "Moving", "go"]),
    ],
)
def test_a_diagram_is_drawn_with_all_its_words(source: str, words: list[str]) -> None:
    drawing = diagrams.draw(source, 70)
    assert drawing is not None
    assert [word for word in words if word not in drawing] == []
    assert max(map(len, drawing.split("\n"))) <= 70
    assert "-->" not in drawing
    assert "%%" not in drawing


@drawn_here
def test_what_does_not_fit_or_lacks_words_is_not_drawn() -> None:
    assert diagrams.draw(FLOW, 12) is None
    assert "Signed" in (diagrams.draw(FLOW, 12, 200) or "")
    assert diagrams.draw('graph TD\n A["#quot;x#quot;"] --> B', 70) is None
    assert diagrams.draw("graph TD", 70) is None


@drawn_here
def test_a_diagram_that_takes_too_long_is_not_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(diagrams, "SECONDS", 0.5)
    assert diagrams.draw(DENSE, 200) is None


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("mermaid", "pie\n 'cats': 3"),
        ("mermaid", "---\ntitle: a title\n---\ngraph TD\n A-->B"),
        ("mermaid", "graph TD\n" + "A-->B\n" * 1_000),
        ("mermaid", ""),
        ("", FLOW),
    ],
)
def test_other_things_are_not_diagrams(language: str, source: str) -> None:
    assert not diagrams.is_drawable(language, source)


def test_without_the_extra_there_is_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagrams, "installed", lambda: False)
    assert "A[" in rendered(FENCE, 80, False)


def shown(source: str, drawings: Diagrams, frame: Frame, paint: Paint) -> str:
    paint = paint._replace(diagrams=drawings)
    lines = [
        line for block in Blocks(source).all() for line in render(block, frame, paint)
    ]
    assert all(line.width == frame.width for line in lines)
    return "\n".join(line.drawn.rstrip() for line in lines)


def test_only_what_is_finished_is_drawn() -> None:
    wanted: list[Wanted] = []
    drawings = Diagrams(wanted.append)
    paint, frame = Paint(PLAIN, UNICODE), Frame(60)
    for end in range(len(FENCE) - 1):
        shown(FENCE[:end], drawings, frame, paint)
    assert not wanted
    source = shown(FENCE, drawings, frame, paint)
    assert shown(FENCE, drawings, frame, paint) == source
    (one,) = set(wanted)
    assert one.source == FLOW.rstrip("\n")
    drawings.put(one, "┌───┐\n│ A │\n└───┘")
    drawn = shown(FENCE, drawings, frame, paint)
    assert "│ A │" in drawn
    assert "mermaid" in drawn
    assert "flowchart" not in drawn
    assert shown(FENCE, drawings, frame._replace(as_source=True), paint) == source
    assert "flowchart" in shown(FENCE, drawings, frame, Paint(PLAIN, ASCII))


def test_who_waits_for_many_diagrams_waits_not_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = iter(range(0, 1_000, 2))
    monkeypatch.setattr(drawings_module, "monotonic", lambda: next(clock))
    monkeypatch.setattr(drawings_module, "draw", lambda source, *widths: "┌ drawn")
    fences = "".join(f"```mermaid\ngraph TD\n A{n}\n```\n" for n in range(9))
    text = shown(fences, Diagrams(), Frame(60), Paint(PLAIN, UNICODE))
    assert text.count("drawn") == 3
    assert text.count("graph TD") == 6


async def test_the_latest_of_many_diagrams_is_drawn_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drawings_module, "draw", lambda source, *widths: source)
    jobs: list[Coroutine[Any, Any, None]] = []
    drawn: list[Wanted] = []
    drawing = Drawing(jobs.append, lambda: 60, drawn.append)
    paint = Paint(PLAIN, UNICODE, diagrams=drawing.diagrams)
    fences = [f"```mermaid\ngraph TD\n A{n}\n```\n" for n in range(30)]
    blocks = Blocks("".join(fences)).all()
    for block in blocks:
        render(block, Frame(60), paint)
    (job,) = jobs
    await job
    numbers = [int(wanted.source.split("A")[1]) for wanted in drawn]
    assert numbers == list(range(29, 9, -1))
    render(blocks[0], Frame(60), paint)
    await jobs[1]
    assert drawn[-1].source.endswith("A0")


@drawn_here
async def test_the_log_shows_the_source_until_the_drawing_is_there() -> None:
    app = LogHost([message("q", "?", "user"), message("a", f"{FENCE}\nthe end")])
    async with app.run_test(size=(80, 40)) as pilot:
        await until(pilot, lambda: "┌" in app.page)
        assert "flowchart" not in app.page
        assert "the end" in app.page
        log = app.log_view
        assert app.rows[log.window.layout.rows - 2].strip() == "the end"
        log.appearance.toggle_source()
        log.reflow()
        await pilot.pause()
        assert "flowchart TD" in app.page
        assert app.rows[log.window.layout.rows - 2].strip() == "the end"


@drawn_here
async def test_a_diagram_that_is_written_is_drawn_when_it_ends() -> None:
    app = LogHost()
    reply = LivingReply()
    async with app.run_test(size=(80, 40)) as pilot:
        app.log_view.follow(reply)
        reply.text_pieces.append(FENCE[:-5])
        await until(pilot, lambda: "classDef red" in app.page)
        reply.text_pieces.append(FENCE[-5:] + "and more")
        await until(pilot, lambda: "╭" in app.page)
        assert "and more" in app.page


@drawn_here
async def test_a_drawing_that_is_too_wide_is_moved() -> None:
    names = "-->".join(f"{letter}[service{letter}]" for letter in "ABCDEFGH")
    app = LogHost([message("a", f"```mermaid\ngraph LR\n{names}\n```")])
    async with app.run_test(size=(60, 40)) as pilot:
        await until(pilot, lambda: "┌" in app.page and "serviceA" in app.page)
        assert "serviceH" not in app.page
        assert app.log_view.move_sideways(99)
        assert "serviceH" in app.page
        assert "serviceA" not in app.page


@drawn_here
def test_ask_renders_diagrams() -> None:
    text = rendered(FENCE, 80, False)
    assert "│ Ask for a name ├" in text
    assert "flowchart" not in text
