"""The tags around a model's thinking, and how to tell when one is talked about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmtui.markdown.blocks import Blocks

PAIRS = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "<seed:think>": "</seed:think>",
    "[THINK]": "[/THINK]",
}
"""Of DeepSeek, Qwen and most others; of prompts for Claude; of Gemini; of Seed;
of Mistral."""
TAGS = (*PAIRS, *PAIRS.values())
CLOSING = re.compile("|".join(map(re.escape, PAIRS.values())))

_OPENING = re.compile("|".join(map(re.escape, PAIRS)))
_QUOTES = tuple("`\"'“‘«")
_BEHIND_A_WORD = tuple("`\"'”’».,;:!?)")
_BACKTICKS = re.compile("`+")
_ALOUD = (
    "okay, so", "okay, let", "okay, the user", "okay, i ", "ok, so", "ok, the user",
    "alright, so", "alright, let", "hmm", "wait,", "wait.", "so i need", "so the user",
    "so, the user", "let me think", "let me see", "let's see", "let's think",
    "the user ", "we need to", "we are asked", "we are given", "i need to",
    "i should", "i'm trying", "i am trying", "i have to figure", "first, i ",
    "first, let me", "first, the user", "got it, let", "got it, the user",
)  # fmt: skip


def sounds_aloud(text: str) -> bool:
    """Whether a text begins, or may be beginning, as models begin to think.

    >>> [sounds_aloud(text) for text in ("Okay, so the", "O", "On", "Okay. Here")]
    [True, True, False, False]
    """
    head = text.lstrip()[:20].lower()
    return any(head.startswith(aloud) or aloud.startswith(head) for aloud in _ALOUD)


class Mentions:
    """Whether a tag that ends thinking is only talked about.

    It is in code, in quotes, as part of a sentence, or behind its opening tag in
    the same text.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._blocks: Blocks | None = None
        self._last = ""
        self._opened = False

    def add(self, text: str) -> None:
        """More of the text before the tag."""
        self._pieces.append(text)

    def is_mention(self, after: str) -> bool:
        """Of a tag behind what was added, with the character ``after`` it."""
        if self._blocks is None:
            from llmtui.markdown.blocks import Blocks

            self._blocks = Blocks()
        fresh = "".join(self._pieces)
        self._pieces.clear()
        self._blocks.feed(fresh)
        self._opened = self._opened or _OPENING.search(fresh) is not None
        self._last = fresh[-1:] or self._last
        return (
            self._opened
            or self._last in _QUOTES
            or after in _BEHIND_A_WORD
            or self._in_code(self._blocks)
        )

    def _in_code(self, blocks: Blocks) -> bool:
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
