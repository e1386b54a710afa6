"""Emphasis that has begun at the end of a text that still grows.

It is drawn as if it ended there: what comes next then changes nothing before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

OPEN = "open"
"""In the environment of a text that still grows."""


def use(parser: MarkdownIt) -> None:
    """Have ``parser`` close what is open at the end of an ``OPEN`` text."""
    parser.inline.ruler2.after("balance_pairs", "open", _close)


def open_from(tokens: list[Token]) -> int:
    """Where the last two lines begin: marks before them are text."""
    breaks = [n for n, token in enumerate(tokens, 1) if token.type.endswith("break")]
    return breaks[-2] if len(breaks) > 1 else 0


def _close(state: StateInline) -> None:
    from markdown_it.rules_inline.state_inline import Delimiter

    if not state.env.get(OPEN):
        return
    delimiters = state.delimiters
    for at in reversed(_open(state)):
        opener = delimiters[at]
        state.push("text", "", 0).content = ""
        opener.end = len(delimiters)
        token = len(state.tokens) - 1
        delimiters.append(Delimiter(opener.marker, 0, token, -1, False, False))


def _open(state: StateInline) -> list[int]:
    """The marks of the last lines that have no partner but may get one."""
    tokens = state.tokens
    first = open_from(tokens)
    found = []
    inside = -1
    for at, mark in enumerate(state.delimiters):
        inside = max(inside, mark.end)
        if mark.open and mark.end < 0 and at > inside and mark.token >= first:
            begun = any(token.content for token in tokens[mark.token + 1 :])
            if begun and not _is_behind_word(tokens, mark.token):
                found.append(at)
    return found


def _is_behind_word(tokens: list[Token], at: int) -> bool:
    """Whether a run of marks follows a letter or digit, as in ``2*3``."""
    mark = tokens[at].content
    while at and tokens[at - 1].content == mark:
        at -= 1
    before = tokens[at - 1].content[-1:] if at else ""
    return before.isascii() and before.isalnum()
