"""The marks in a text that lead to its footnotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from llmtui.ui.widgets.log.render.raised import raised

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_MARK = re.compile(r"\[\^([0-9]{1,4})\](?![(\[:])")
"""Numbers alone: one cannot tell yet whether there will be a note, and a mark that
is text first and a number later would flicker. ``[^abc]`` may be an expression."""


def use(parser: MarkdownIt) -> None:
    """Have ``parser`` see the marks of notes."""
    parser.inline.ruler.before("link", "note", _note)


def _note(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[":
        return False
    found = _MARK.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push("note", "", 0).content = raised(found[1])
    state.pos = found.end()
    return True
