"""Emphasis that has begun at the end of a text that still grows.

It is drawn as if it ended there: what comes next then changes nothing before it.
Behind a single star or underscore it is held back for a while: as often as not
these stand for themselves.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_AWAITED = 80
"""Characters of emphasis that are held back until it ends."""

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
    found = _open(state)
    for number, at in enumerate(found):
        if _is_awaited(state, at):
            _drop_from(state, at)
            found = found[:number]
            break
    for at in reversed(found):
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
            behind = _behind(tokens, mark.token)
            if behind and not (_is_behind_word(tokens, mark.token) and " " in behind):
                found.append(at)
    return found


def _is_awaited(state: StateInline, at: int) -> bool:
    """Whether one waits for the partner of a mark: a single one often has none."""
    mark = state.delimiters[at]
    if _is_behind_word(state.tokens, mark.token):
        return True
    return mark.length == 1 and len(_behind(state.tokens, mark.token)) <= _AWAITED


def _behind(tokens: list[Token], at: int) -> str:
    """What is shown behind a mark, as far as one waits."""
    text = ""
    for token in islice(tokens, at + 1, None):
        text += " " if token.type.endswith("break") else token.content
        if len(text) > _AWAITED:
            break
    return text


def _drop_from(state: StateInline, at: int) -> None:
    """Show nothing from a mark on."""
    token = state.delimiters[at].token
    del state.delimiters[at:], state.tokens[token:], state.tokens_meta[token:]


def _is_behind_word(tokens: list[Token], at: int) -> bool:
    """Whether a run of marks follows a letter or digit: in ``2*3`` it is text, and
    in ``un*frigging*believable`` it closes before the next blank."""
    mark = tokens[at].content
    while at and tokens[at - 1].content == mark:
        at -= 1
    before = tokens[at - 1].content[-1:] if at else ""
    return before.isascii() and before.isalnum()
