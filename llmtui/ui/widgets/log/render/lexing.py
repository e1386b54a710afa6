"""Reading code with a lexer of Pygments: piece by piece, within bounded time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from llmtui.ui.widgets.log.render import lexer_stacks
from llmtui.ui.widgets.log.render.completing import Begun, begun_in, is_held
from llmtui.ui.widgets.log.render.lexer_stacks import (
    TooSlow,
    stack_after,
    timed,
    unprocessed,
)

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

T = TypeVar("T")
Token = tuple["_TokenType", str]

_SPANS = {"/*": "*/", "<!--": "-->", "'": "'", '"': '"', "`": "`"}
"""Comments and strings that many lexers read as a whole only: what opens them, and
what ends them."""
_COMMENT_ENDS = ("*/", "-->")
_LONGEST = 1_000
"""A longer line is not worth its colours: some lexers read it again and again."""
_REFUSED = re.compile(r"(?:.+\+)?(?:cheetah|evoque|genshi|lasso|jlcon)\Z")
"""Languages whose lexers can take a third of a second before their first token, when
nothing can stop them."""


class State(NamedTuple):
    """Where a lexer is between two pieces of a block."""

    stack: tuple[str, ...] = lexer_stacks.START
    """The names of its states."""
    end: str = ""
    """What ends the comment or string that is open, "" for none."""
    opening: str = ""
    """The line that has opened what is read as a whole only, see ``completing``."""


START = State()


def has_long_lines(text: str) -> bool:
    """Whether some line is too long to be read."""
    return max(map(len, text.split("\n"))) > _LONGEST


@lru_cache(64)
def lexer_of(language: str) -> Lexer | None:
    """The lexer of a language by one of its names, None if there is none of use."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    if _REFUSED.match(language):
        return None
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def lex(lexer: Lexer, text: str, state: State = START) -> list[Token]:
    """The tokens of a text; a comment or string that does not end is one already.

    Raises ``TooSlow``.
    """
    return _with_patience(lexer, lambda: _read(lexer, text, state).tokens)


def state_after(lexer: Lexer, text: str, state: State = START) -> State:
    """Where the lexer is behind a text that began in ``state``; raises ``TooSlow``."""
    return _with_patience(lexer, lambda: _state_after(lexer, text, state))


def _state_after(lexer: Lexer, text: str, state: State) -> State:
    _, start, stop, end, opening = _read(lexer, text, state)
    if (end and end == state.end and start == len(text)) or (opening and not stop):
        return state._replace(opening=opening)
    whole = state.opening + text
    return State(stack_after(lexer, whole[start:stop], state.stack), end, opening)


_left: Counter[str] = Counter()
"""How often lexers were too slow."""
_PATIENCE = 3


def _with_patience(lexer: Lexer, read: Callable[[], T]) -> T:
    """Try again what was too slow, a few times in the life of the program: a lexer may
    have had to make others, as that of HTML makes those of JavaScript and CSS."""
    while True:
        try:
            return read()
        except TooSlow:
            _left[lexer.name] += 1
            if _left[lexer.name] > _PATIENCE:
                raise


class _Reading(NamedTuple):
    """What was read of a text, or of one with a line before it that opens something."""

    tokens: list[Token]
    start: int
    stop: int
    """The part of it that the lexer alone reads."""
    end: str = ""
    opening: str = ""
    """What is open behind it, as in ``State``."""


def _read(lexer: Lexer, text: str, state: State) -> _Reading:
    """Read a text, and what is open behind it as if its end were there."""
    before = len(state.opening)
    whole = state.opening + text
    for begun in begun_in(lexer, whole) if not state.end else ():
        if tokens := _completed(lexer, whole, state, begun):
            tokens = _between(tokens, before, len(whole))
            return _Reading(tokens, 0, begun.at, opening=begun.opening)
    plain = _read_plain(lexer, whole, state)
    return plain._replace(tokens=_between(plain.tokens, before, len(whole)))


def _completed(
    lexer: Lexer, text: str, state: State, begun: Begun
) -> list[Token] | None:
    """The tokens of a text with an end behind it; None if what seems to be begun
    is not: it stands in a comment, say."""
    reading = _read_plain(lexer, text + begun.closing, state)
    if reading.end:
        return None
    tokens = reading.tokens
    last = len(text.rstrip()) - 1
    in_first_line = last < begun.at + len(begun.opening.rstrip())
    if begun.code or in_first_line or is_held(tokens[_token_at(tokens, last)[0]][0]):
        return tokens
    return None


def _between(tokens: list[Token], start: int, end: int) -> list[Token]:
    """The tokens of a part of a text."""
    found: list[Token] = []
    at = 0
    for kind, value in tokens:
        if part := value[max(0, start - at) : max(0, end - at)]:
            found.append((kind, part))
        at += len(value)
    return found


def _read_plain(lexer: Lexer, text: str, state: State) -> _Reading:
    """Read a text; a comment or string that does not end is one already."""
    from pygments.token import Comment, String

    start = _end_of(text, state.end)
    kind: Any = Comment.Multiline if state.end in _COMMENT_ENDS else String
    tokens: list[Token] = [(kind, text[:start])] if start else []
    if start == len(text) and state.end and not text.endswith(state.end):
        return _Reading(tokens, start, start, state.end)
    rest = text[start:]
    for _, kind, value in timed(unprocessed(lexer, rest, state.stack), len(rest)):
        if value:
            tokens.append((kind, value))
    for opening in _openings(lexer):
        end, kind = _SPANS[opening], Comment.Multiline
        if opening == end:
            kind = String
        if (index := _unclosed(tokens, text, start, opening)) is not None:
            stop = sum(len(value) for _, value in tokens[:index])
            held = [*tokens[:index], (kind, text[stop:])]
            return _Reading(held, start, stop, end)
    return _Reading(tokens, start, len(text))


def _end_of(text: str, end: str) -> int:
    """Where the comment or string ends in which a text begins."""
    at = text.find(end)
    return len(text) if at < 0 else at + len(end)


def _unclosed(tokens: list[Token], text: str, start: int, opening: str) -> int | None:
    """Which token begins a comment or string that does not end."""
    from pygments.token import Error, String

    end = _SPANS[opening]
    if opening == end:
        at = text.rfind(opening, start)
    else:
        closed = text.rfind(end, start)
        at = text.find(opening, closed + len(end) if closed >= 0 else start)
    while at >= 0:
        index, begun = _token_at(tokens, at)
        kind: Any = tokens[index][0]
        fits = kind in Error if opening == end else kind not in String
        if begun == at and fits:
            return index
        at = text.find(opening, at + len(opening))
    return None


def _token_at(tokens: list[Token], at: int) -> tuple[int, int]:
    """Which token a character is in, and where that begins."""
    begun = 0
    for index, (_, value) in enumerate(tokens):
        if begun + len(value) > at:
            return index, begun
        begun += len(value)
    return len(tokens) - 1, begun


@lru_cache(64)
def _openings(lexer: Lexer) -> tuple[str, ...]:
    """What opens a comment or string of several lines in a language."""
    from pygments.token import Comment, String

    return tuple(
        opening
        for opening, end in _SPANS.items()
        if all(
            kind in (String if opening == end else Comment)
            for kind in _kinds(lexer, f"{opening} x\n {end}")
        )
    )


def _kinds(lexer: Lexer, text: str) -> list[Any]:
    found = lexer.get_tokens_unprocessed(text)
    return [kind for _, kind, value in found if value]
