"""Where the inline parser sees formulas, and how they stand in a sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from llmtui.markdown.formulas import formula_at, parted
from llmtui.math.formula import in_line

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_NO_FORMULA = re.compile(r"\${3,}")


def use(parser: MarkdownIt) -> None:
    """Have ``parser`` see formulas: backslashes and stars are no marks in them."""
    parser.inline.ruler.before("escape", "formula", _formula)
    parser.inline.ruler.before("formula", "backslashes", _backslashes)


def _backslashes(state: StateInline, silent: bool) -> bool:
    """Two of them, which are one, without a token for each: there may be thousands."""
    if not state.src.startswith("\\\\", state.pos, state.posMax):
        return False
    if not silent:
        state.pending += "\\"
    state.pos += 2
    return True


def _formula(state: StateInline, silent: bool) -> bool:
    if run := _NO_FORMULA.match(state.src, state.pos, state.posMax):
        if not silent:
            state.pending += run[0]
        state.pos = run.end()
        return True
    found = formula_at(state.src, state.pos, state.posMax, closed=True)
    if found is None:
        return False
    if not silent:
        state.push("formula", "", 0).content = state.src[found.start : found.end]
    state.pos = found.end
    return True


def shown(source: str, *, as_source: bool) -> str:
    """A formula with its delimiters as it stands in a sentence."""
    found = None if as_source else parted(source)
    drawn = in_line(found[0]) if found else None
    return source.replace("\n", " ") if drawn is None else drawn
