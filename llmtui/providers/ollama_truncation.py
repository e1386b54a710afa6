"""Which turns an Ollama server leaves out of a chat that does not fit.

After ``chatPrompt`` of ``server/prompt.go`` and ``truncateNativeChatMessages`` of
``server/routes.go``: one message after the other goes, from the oldest on, until
the rest has no more tokens than the context. System messages stay, and so does
the last message, even if it does not fit by itself. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from llmtui.chat.request import Turn


def kept(turns: Sequence[Turn], sizes: Sequence[int], window: int) -> list[int]:
    """The places of the turns that are read, of which ``sizes`` are the tokens.

    >>> talk = [Turn("system", "s"), *(Turn("user", "x") for _ in range(3))]
    >>> kept(talk, [10, 50, 50, 50], 120), kept(talk, [10, 50, 50, 50], 20)
    ([0, 2, 3], [0, 3])
    """
    system = [turn.role == "system" for turn in turns]
    left = [sum(sizes)]
    """The tokens of what is read if it begins at each turn."""
    for at, size in enumerate(sizes[:-1]):
        left.append(left[-1] - (0 if system[at] else size))
    starts = (_with_its_call(turns, at) for at in range(len(turns)))
    last = _with_its_call(turns, len(turns) - 1)
    first = next((at for at in starts if left[at] <= window), last)
    return [at for at in range(len(turns)) if at >= first or system[at]]


def _with_its_call(turns: Sequence[Turn], at: int) -> int:
    """Where the call stands of which a turn is the result; else the turn itself."""
    call = at
    while call > 0 and turns[call].role == "tool":
        call -= 1
    return call if turns[call].tool_calls else at
