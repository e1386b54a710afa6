"""Following a lexer of Pygments from state to state, in bounded time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from time import thread_time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pygments.lexer import Lexer

START = ("root",)
"""The states of a lexer where it begins."""
_SECONDS = 0.005
_SECONDS_PER_CHAR = 4e-6
"""Time a text may take: four times what lexers need for usual code."""


class TooSlow(Exception):
    """The lexer is not worth its time."""


def timed(tokens: Iterable[Any], chars: int) -> Iterator[Any]:
    """The same, as long as they come in time: a look at the clock for each."""
    last = thread_time() + _SECONDS + chars * _SECONDS_PER_CHAR
    for token in tokens:
        yield token
        if thread_time() > last:
            raise TooSlow


def unprocessed(lexer: Lexer, text: str, stack: tuple[str, ...]) -> Iterable[Any]:
    """Tokens with their places, from a state on if the lexer can begin there."""
    from pygments.lexer import ExtendedRegexLexer, LexerContext, RegexLexer

    method: Any = lexer.get_tokens_unprocessed
    if stack == START or not isinstance(lexer, RegexLexer):
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


def stack_after(lexer: Lexer, text: str, stack: tuple[str, ...]) -> tuple[str, ...]:
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
        for _ in timed(lexer.get_tokens_unprocessed(context=context), len(text)):
            pass
        return tuple(context.stack)
    if not isinstance(lexer, RegexLexer):
        return stack
    states = list(stack)
    rules: Any = lexer._tokens  # type: ignore[attr-defined]
    for _ in timed(_steps(rules, text, states), len(text)):
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
                states[:] = START
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
