"""Where the inline parser sees formulas, and how they stand in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.markdown.formulas import formula_at, parted
from llmtui.math.formula import in_line

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline


def use(parser: MarkdownIt) -> None:
    """Have ``parser`` see formulas: backslashes and stars are no marks in them."""
    parser.inline.ruler.before("escape", "formula", _formula)


def _formula(state: StateInline, silent: bool) -> bool:
    found = formula_at(state.src, state.pos, state.posMax)
    if found is None or found.is_open:
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
