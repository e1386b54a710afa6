"""Emphasis that has begun at the end of a text that still grows.

It is drawn as if it ended there: what comes next then changes nothing before it.
Behind a single star or underscore it is held back for a while: as often as not
these stand for themselves.
"""

from __future__ import annotations

from collections.abc import Callable
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
    near = _awaited_from(state.tokens)
    for number, at in enumerate(found):
        if _is_awaited(state, at, near):
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
    last = _last(tokens, lambda token: bool(token.content))
    blank = _last(tokens, lambda token: " " in _shown(token))
    found = []
    inside = -1
    for at, mark in enumerate(state.delimiters):
        inside = max(inside, mark.end)
        if mark.open and mark.end < 0 and at > inside and first <= mark.token < last:
            if mark.token < blank and _is_behind_word(tokens, mark.token):
                continue
            found.append(at)
    return found


def _last(tokens: list[Token], fits: Callable[[Token], bool]) -> int:
    """The last token that fits, -1 if none does."""
    return next((n for n in reversed(range(len(tokens))) if fits(tokens[n])), -1)


def _shown(token: Token) -> str:
    return " " if token.type.endswith("break") else token.content


def _is_awaited(state: StateInline, at: int, near: int) -> bool:
    """Whether one waits for the partner of a mark: a single one often has none.

    ``near`` is the first token that is not too far from the end for that.
    """
    mark = state.delimiters[at]
    if _is_behind_word(state.tokens, mark.token):
        return True
    return mark.length == 1 and mark.token >= near


def _awaited_from(tokens: list[Token]) -> int:
    """The first token behind which there is no more than one waits for."""
    size = 0
    for at in reversed(range(len(tokens))):
        size += len(_shown(tokens[at]))
        if size > _AWAITED:
            return at
    return 0


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
