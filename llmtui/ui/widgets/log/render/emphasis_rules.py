"""Which stars, underscores and tildes the inline parser takes for emphasis.

CommonMark asks for blanks or punctuation around emphasis that ends with a mark.
Chinese, Japanese and Korean have no blanks between words: next to their letters
and marks a run opens and closes as if there were one, as the amendment
"Markdown CJK-friendly" has it. Struck through is what stands between exactly two
tildes: a single one stands between numbers (``5~10``).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from llmtui.ui.widgets.log.render.wrap import WIDE

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_CJK = re.compile(f"[{WIDE}]")
_RUNS = {mark: re.compile(rf"\{mark}+") for mark in "*_~"}


def use(parser: MarkdownIt) -> None:
    """Have ``parser`` see the emphasis that the log shows."""
    parser.inline.ruler.at("emphasis", _emphasis)
    parser.inline.ruler.at("strikethrough", _strikethrough)
    parser.enable("strikethrough")


def _emphasis(state: StateInline, silent: bool) -> bool:
    mark = state.src[state.pos]
    if silent or mark not in "*_":
        return False
    length = _run(state, mark)
    opens, closes = _flanks(state, length)
    if opens or closes:
        for _ in range(length):
            _push(state, mark, mark, length, opens, closes)
    else:
        state.pending += mark * length
    state.pos += length
    return True


def _strikethrough(state: StateInline, silent: bool) -> bool:
    if silent or state.src[state.pos] != "~":
        return False
    length = _run(state, "~")
    if length == 2:
        # Without a length the rule about multiples of three is not applied.
        _push(state, "~", "~~", 0, *_flanks(state, length))
    else:
        state.pending += "~" * length
    state.pos += length
    return True


def _run(state: StateInline, mark: str) -> int:
    found = _RUNS[mark].match(state.src, state.pos, state.posMax)
    assert found is not None
    return len(found[0])


def _push(
    state: StateInline, mark: str, text: str, length: int, opens: bool, closes: bool
) -> None:
    """A mark that becomes text where it has no partner."""
    from markdown_it.rules_inline.state_inline import Delimiter

    state.push("text", "", 0).content = text
    token = len(state.tokens) - 1
    state.delimiters.append(Delimiter(ord(mark), length, token, -1, opens, closes))


def _flanks(state: StateInline, length: int) -> tuple[bool, bool]:
    """Whether the run of marks here can open emphasis, and whether it can close it."""
    source, start, end = state.src, state.pos, state.pos + length
    before = source[start - 1] if start > 0 else " "
    after = source[end] if end < state.posMax else " "
    wide_before = _CJK.match(before) is not None
    wide_after = _CJK.match(after) is not None
    mark_before, mark_after = _is_mark(before), _is_mark(after)
    left = not _is_blank(after) and (
        not mark_after or wide_after or _is_blank(before) or mark_before or wide_before
    )
    right = not _is_blank(before) and (
        not mark_before or wide_before or _is_blank(after) or mark_after or wide_after
    )
    if source[start] != "_":
        return left, right
    return left and (not right or mark_before), right and (not left or mark_after)


def _is_blank(char: str) -> bool:
    return char.isspace()


@lru_cache(1024)
def _is_mark(char: str) -> bool:
    from markdown_it.common.utils import isMdAsciiPunct, isPunctChar

    return isMdAsciiPunct(ord(char)) or isPunctChar(char)
