"""How many tokens each message of a conversation has, as well as that can be known.

A server tells how many tokens it read for each answer. What lies between two such
counts is known in sum; it is parted by how long the messages are. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from llmtui.chat.context import Reading, text_tokens, tokens_again
from llmtui.chat.message import Message

_PLAUSIBLE = 4.0
"""How many times longer or shorter than its estimate something may be. Beyond that
something else has changed, like what the user left out."""


class Sizes(NamedTuple):
    """Tokens, about."""

    system: int
    """Of the system prompt."""
    each: tuple[int, ...]
    """Of the messages, in their order."""

    @property
    def total(self) -> int:
        return self.system + sum(self.each)

    def scaled(self, total: int) -> Sizes:
        """The same parts of another total, which somebody has counted.

        >>> Sizes(10, (30, 60)).scaled(50)
        Sizes(system=5, each=(15, 30))
        """
        if not self.total:
            return self
        by = total / self.total
        each = [round(size * by) for size in self.each]
        system = total - sum(each) if self.system else 0
        return Sizes(max(0, system), tuple(each))


def sizes_of(
    messages: Sequence[Message], system: str | None = None, above: int = 0
) -> Sizes:
    """The sizes of ``messages``, all of which are sent, below a system prompt.

    ``above`` is about what stands before them and is not looked at.
    """
    tokens = [float(tokens_again(message)) for message in messages]
    # What a model wrote was counted as it was written.
    fixed = [_is_counted(message) for message in messages]
    system_tokens = float(text_tokens(system)) if system else 0.0
    before, begin, rate = above + system_tokens, 0, 1.0
    for at, counted in Reading(messages, above).anchors:
        found = _rate(tokens, fixed, begin, at, counted - before)
        if found is not None:
            rate = found
            _scale(tokens, fixed, begin, at, rate)
        before, begin = float(counted), at
    _scale(tokens, fixed, begin, len(messages), rate)
    return Sizes(round(system_tokens), tuple(map(round, tokens)))


def _is_counted(message: Message) -> bool:
    usage = message.usage
    return bool(usage and usage.eval_count and not message.thinking)


def _rate(
    tokens: Sequence[float], fixed: Sequence[bool], begin: int, end: int, counted: float
) -> float | None:
    """Counted tokens for an estimated one between two places; None if they do not go
    together."""
    known = sum(tokens[at] for at in range(begin, end) if fixed[at])
    guessed = sum(tokens[at] for at in range(begin, end) if not fixed[at])
    rate = (counted - known) / guessed if guessed else 0.0
    return rate if 1 / _PLAUSIBLE < rate < _PLAUSIBLE else None


def _scale(
    tokens: list[float], fixed: Sequence[bool], begin: int, end: int, rate: float
) -> None:
    for at in range(begin, end):
        if not fixed[at]:
            tokens[at] *= rate
