"""Whether a tag that ends thinking is one, or is only talked about."""

from __future__ import annotations

import re

from llmtui.chat.thinking_tags import PAIRS
from llmtui.markdown.blocks import Blocks

_OPENING = re.compile("|".join(map(re.escape, PAIRS)))
_QUOTES = tuple("`\"'“‘«")
_BEHIND_A_WORD = tuple("`\"'”’».,;:!?)")
_BACKTICKS = re.compile("`+")


class Mentions:
    """Whether a tag that ends thinking is only talked about.

    It is in code, in quotes, as part of a sentence, or behind its opening tag in
    the same text.
    """

    def __init__(self) -> None:
        self._blocks = Blocks()
        self._last = ""
        self._opened = False

    def is_mention(self, fresh: str, after: str) -> bool:
        """Of a tag behind ``fresh`` (and what came with the tags before it), with
        the character ``after`` it."""
        self._blocks.feed(fresh)
        self._opened = self._opened or _OPENING.search(fresh) is not None
        self._last = fresh[-1:] or self._last
        return (
            self._opened
            or self._last in _QUOTES
            or after in _BEHIND_A_WORD
            or _in_code(self._blocks)
        )


def _in_code(blocks: Blocks) -> bool:
    """Whether the source goes on within a fence or a code span."""
    leaf = blocks.open_leaf
    if leaf is not None and leaf.kind == "code" and leaf.fence:
        return True
    open_blocks = blocks.tail()
    return bool(open_blocks) and _in_span(open_blocks[-1].text)


def _in_span(text: str) -> bool:
    """Whether a code span is open at the end of a paragraph.

    >>> _in_span("so `x"), _in_span("so `x` and ``y`z``")
    (True, False)
    """
    begun = ""
    for run in _BACKTICKS.findall(text):
        if not begun:
            begun = run
        elif run == begun:
            begun = ""
    return bool(begun)
