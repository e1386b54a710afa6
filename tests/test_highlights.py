"""Where in the log a place is that was found in a message."""

from __future__ import annotations

import pytest

from llmtui.chat.matches import matches
from llmtui.chat.query import parse_query
from llmtui.ui.glyphs import UNICODE
from llmtui.ui.widgets.log.entry import Entry
from llmtui.ui.widgets.log.highlights import Highlights
from llmtui.ui.widgets.log.layout import Layout
from llmtui.ui.widgets.log.painter import Painter
from llmtui.ui.widgets.log.render.palette import PLAIN
from tests.support.log_host import message

TEXT = """needle and **needle**, see [here](https://needle.example/needle).

> - one needle[^1], needle

[^1]: A note with a needle.

| a | needle |
|---|---|
| needle | b |

```py
needle = "needle"
```

# The last needle
"""


def laid_out(entry: Entry, width: int = 60) -> Layout:
    layout = Layout(Painter(PLAIN, UNICODE, width))
    entry.unfolded = True
    layout.reset([entry])
    return layout


@pytest.mark.parametrize("role", ["user", "assistant"])
def test_each_place_is_found_in_its_row(role: str) -> None:
    said = message("a", TEXT, role, thinking=TEXT if role == "assistant" else "")  # type: ignore[arg-type]
    layout, lights = laid_out(Entry(said)), Highlights()
    lights.query = parse_query("needle")
    found = set()
    places = list(matches([said], lights.query))
    for match in places:
        spot = lights.find(layout, 0, match)
        assert lights.now is not None
        at, (start, end) = lights.now
        line = layout.lines(at.entry, at.part)[at.line]
        assert at == spot
        assert line.drawn[start:end] == "needle"
        found.add(lights.now)
    hidden = 0 if role == "user" else 2 * 2  # those in the address
    assert len(found) == len(places) - hidden


def test_no_more_is_drawn_than_what_a_place_is_in() -> None:
    said = message("a", "".join(f"paragraph {n} of it\n\n" for n in range(3_000)))
    layout, lights = laid_out(Entry(said)), Highlights()
    lights.query = parse_query("paragraph")
    *_, last = matches([said], lights.query)
    lights.find(layout, 0, last)
    assert sum(layout.entries[0].heights.exact) <= 1
