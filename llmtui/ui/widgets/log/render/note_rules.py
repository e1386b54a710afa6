"""The marks in a text that lead to its footnotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from llmtui.markdown.block import NOTE
from llmtui.markdown.definitions import plain_label
from llmtui.ui.widgets.log.render.raised import raised

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_MARK = re.compile(r"\[(\^[^\]\[\s^]{1,40})\](?![(\[])")


def use(parser: MarkdownIt) -> None:
    """Have ``parser`` see the marks of notes."""
    parser.inline.ruler.before("link", "note", _note)


def _note(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[":
        return False
    found = _MARK.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    label = found[1]
    number = label.removeprefix(NOTE)
    if number.isdecimal():
        # Nobody can tell yet whether there will be a note: what is text first and a
        # mark later would flicker.
        shown = raised(number)
    elif plain_label(label) in state.env.get("notes", ()):
        shown = f"[{number}]"
    else:
        return False
    if not silent:
        state.push("note", "", 0).content = shown
    state.pos = found.end()
    return True
