"""Reading code with a lexer of Pygments: piece by piece, within bounded time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from time import thread_time
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

T = TypeVar("T")
Token = tuple["_TokenType", str]

_SPANS = {"/*": "*/", "<!--": "-->", "'": "'", '"': '"', "`": "`"}
"""Comments and strings that many lexers read as a whole only: what opens them, and
what ends them."""
_COMMENT_ENDS = ("*/", "-->")
_SECONDS = 0.005
_SECONDS_PER_CHAR = 4e-6
"""Time a text may take: four times what lexers need for usual code."""


_LONGEST = 1_000
"""A longer line is not worth its colours: some lexers read it again and again."""


_REFUSED = re.compile(r"(?:.+\+)?(?:cheetah|evoque|genshi|lasso|jlcon)\Z")
"""Languages whose lexers can take a third of a second before their first token, when
nothing can stop them."""


class TooSlow(Exception):
    """The lexer is not worth its time."""


class State(NamedTuple):
    """Where a lexer is between two pieces of a block."""

    stack: tuple[str, ...] = ("root",)
    """The names of its states."""
    end: str = ""
    """What ends the comment or string that is open, "" for none."""


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
    return _with_patience(lexer, lambda: _read(lexer, text, state)[0])


def state_after(lexer: Lexer, text: str, state: State = START) -> State:
    """Where the lexer is behind a text that began in ``state``; raises ``TooSlow``."""
    return _with_patience(lexer, lambda: _state_after(lexer, text, state))


def _state_after(lexer: Lexer, text: str, state: State) -> State:
    _, start, stop, end = _read(lexer, text, state)
    if end and end == state.end and start == len(text):
        return state
    return State(_stack_after(lexer, text[start:stop], state.stack), end)


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


def _read(lexer: Lexer, text: str, state: State) -> tuple[list[Token], int, int, str]:
    """The tokens, the part of the text that the lexer alone reads, and what ends the
    comment or string that is open behind it."""
    from pygments.token import Comment, String

    start = _end_of(text, state.end)
    kind: Any = Comment.Multiline if state.end in _COMMENT_ENDS else String
    tokens: list[Token] = [(kind, text[:start])] if start else []
    if start == len(text) and state.end and not text.endswith(state.end):
        return tokens, start, start, state.end
    rest = text[start:]
    for _, kind, value in _timed(_unprocessed(lexer, rest, state.stack), len(rest)):
        if value:
            tokens.append((kind, value))
    for opening in _openings(lexer):
        end, kind = _SPANS[opening], Comment.Multiline
        if opening == end:
            kind = String
        if (index := _unclosed(tokens, text, start, opening)) is not None:
            stop = sum(len(value) for _, value in tokens[:index])
            return [*tokens[:index], (kind, text[stop:])], start, stop, end
    return tokens, start, len(text), ""


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


def _timed(tokens: Iterable[Any], chars: int) -> Iterator[Any]:
    """The same, as long as they come in time: a look at the clock for each."""
    last = thread_time() + _SECONDS + chars * _SECONDS_PER_CHAR
    for token in tokens:
        yield token
        if thread_time() > last:
            raise TooSlow


def _unprocessed(lexer: Lexer, text: str, stack: tuple[str, ...]) -> Iterable[Any]:
    """Tokens with their places, from a state on if the lexer can begin there."""
    from pygments.lexer import ExtendedRegexLexer, LexerContext, RegexLexer

    method: Any = lexer.get_tokens_unprocessed
    if stack == START.stack or not isinstance(lexer, RegexLexer):
        found: Iterable[Any] = method(text)
    elif isinstance(lexer, ExtendedRegexLexer):
        found = method(context=LexerContext(text, 0, list(stack)))
    elif _takes_stack(type(lexer)):
        found = method(text, stack)
    else:
        found = RegexLexer.get_tokens_unprocessed(lexer, text, stack)
    return found


@lru_cache(64)
def _takes_stack(kind: type[Lexer]) -> bool:
    """Whether its own way to read begins in any state."""
    code = kind.get_tokens_unprocessed.__code__
    return "stack" in code.co_varnames[: code.co_argcount]


def _stack_after(lexer: Lexer, text: str, stack: tuple[str, ...]) -> tuple[str, ...]:
    """The states a lexer of expressions is in behind a text.

    Pygments does not tell; so its rules are followed once more, without what
    they say of the text.
    """
    from pygments.lexer import ExtendedRegexLexer, LexerContext, RegexLexer

    if isinstance(lexer, ExtendedRegexLexer):
        usual: Any = ExtendedRegexLexer.get_tokens_unprocessed
        if type(lexer).get_tokens_unprocessed is not usual:
            return stack
        context = LexerContext(text, 0, list(stack))
        for _ in _timed(lexer.get_tokens_unprocessed(context=context), len(text)):
            pass
        return tuple(context.stack)
    if not isinstance(lexer, RegexLexer):
        return stack
    states = list(stack)
    rules: Any = lexer._tokens  # type: ignore[attr-defined]
    for _ in _timed(_steps(rules, text, states), len(text)):
        pass
    return tuple(states)


def _steps(rules: Any, text: str, states: list[str]) -> Iterator[None]:
    """Follow the rules through a text, changing ``states`` as they say."""
    at = 0
    while at < len(text):
        for match, _, change in rules[states[-1]]:
            if found := match(text, at):
                at = found.end()
                if change is not None:
                    _change(states, change)
                break
        else:
            if text[at] == "\n":
                states[:] = START.stack
            at += 1
        yield


def _change(states: list[str], change: str | int | tuple[str, ...]) -> None:
    """Go from state to state, as a rule of ``RegexLexer`` says."""
    if isinstance(change, int):
        del states[max(1, len(states) + change) :]
        return
    for name in (change,) if isinstance(change, str) else change:
        if name == "#pop":
            if len(states) > 1:
                states.pop()
        elif name == "#push":
            states.append(states[-1])
        else:
            states.append(name)
