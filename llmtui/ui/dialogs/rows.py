"""Rows of lists: a session, a message that was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from llmtui.chat.names import short
from llmtui.human import age
from llmtui.sanitise import clean_line
from llmtui.ui.widgets.header import shortened

if TYPE_CHECKING:
    from llmtui.chat.search_results import Hit
    from llmtui.chat.summary import Summary

_WIDE, _WIDEST = 44, 52
"""Cells from which there is room for the model, and for the number of messages."""
_BEFORE = 20
"""Cells of a line that are shown before what was found in it."""
_WHO = {"user": "you", "assistant": "model"}


def session_row(
    summary: Summary, width: int, mark: str = "", when: str = ""
) -> Content:
    """Mark and title on the left; tags, model, number of messages, age on the right.

    ``when`` is what counts as its age, RFC 3339, instead of its last use.
    """
    right = f"{age(when or summary.updated):>9}"
    if width >= _WIDEST:
        right = f"{summary.messages:>4}{right}"
    if width >= _WIDE:
        right = f"{shortened(clean_line(short(summary.model)), 18)} {right}"
    tags = clean_line(" ".join(f"#{tag}" for tag in summary.tags))
    room = width - cell_len(right) - cell_len(mark) - 1
    title = clean_line(summary.title) or "untitled"
    tags = shortened(tags, max(0, room - min(cell_len(title), room * 2 // 3) - 1))
    title = shortened(title, room - cell_len(tags) - bool(tags))
    left = Content.assemble(
        (mark, "$accent"), title, (f" {tags}" if tags else "", "$text-muted")
    )
    gap = max(1, width - left.cell_length - cell_len(right))
    return Content.assemble(left.pad_right(gap), (right, "dim"))


def hit_row(hit: Hit, width: int) -> Content:
    """Who said it, and the line with what was found lit."""
    who = hit.part if hit.part in ("thinking", "title", "call") else hit.role
    head = f"  {_WHO.get(who, who):<9}"
    first = hit.spans[0][0] if hit.spans else 0
    room = max(10, width - len(head))
    cut = max(0, first - _BEFORE) if cell_len(hit.line) > room else 0
    words = ("…" if cut else "") + hit.line[cut:]
    move = bool(cut) - cut
    line = Content(words)
    for start, end in hit.spans:
        if start >= cut:
            line = line.stylize("bold $accent", start + move, end + move)
    return Content.assemble((head, "dim"), line.truncate(room, ellipsis=True))
