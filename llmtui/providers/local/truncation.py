"""What is left out of a conversation that does not fit into the context.

As Ollama does it (``server/prompt.go``): the oldest messages go, system messages
and the last one stay. Unlike there a part of the context is kept free for the
answer, and messages go by the lot: what is left begins with the same words for
some turns, so that it need not be read anew for each.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace

from llmtui.chat.context import IMAGE_TOKENS, text_tokens
from llmtui.chat.events import Event
from llmtui.chat.request import ChatRequest, Turn
from llmtui.providers.errors import TooLong
from llmtui.providers.protocol import Provider

_LOT = 4
"""A quarter of the context is for the answer, and a quarter goes at a time."""


async def fitting(
    provider: Provider, request: ChatRequest
) -> AsyncGenerator[Event, None]:
    """The answer to as much of a conversation as fits.

    Raises ``ProviderError``: ``TooLong`` if not even the last message fits, or if
    nothing may be left out.
    """
    while True:
        try:
            async with aclosing(provider.chat(request)) as events:
                async for event in events:
                    yield event
            return
        except TooLong as error:
            turns = shortened(request.turns, error.tokens, error.window)
            if not request.truncate or len(turns) == len(request.turns):
                raise
            request = replace(request, turns=turns)


def shortened(turns: tuple[Turn, ...], tokens: int, window: int) -> tuple[Turn, ...]:
    """The turns without some of the oldest; as many if none can go.

    ``tokens`` is how many they have together, ``window`` how many fit, both 0
    where that is not known.

    >>> talk = tuple(Turn(role, 396 * "x") for role in ("user", "assistant") * 4)
    >>> [len(shortened(talk + talk[:1], tokens, 800)) for tokens in (900, 1000)]
    [5, 5]
    """
    whole = sum(map(_estimate, turns))
    scale = tokens / whole if tokens else 1.0
    lot = max(1, window // _LOT)
    too_many = max(1, tokens - window + lot)
    goal = -(-too_many // lot) * lot if window else 1
    system = [turn for turn in turns[:-1] if turn.role == "system"]
    talk = [turn for turn in turns[:-1] if turn.role != "system"]
    gone = 0.0
    while talk and gone < goal:
        gone += _estimate(talk.pop(0)) * scale
    # Answers and results of tools to what is gone would only confuse.
    while talk and talk[0].role != "user":
        talk.pop(0)
    return (*system, *talk, *turns[-1:])


def kept(turns: Sequence[Turn], sizes: Sequence[int], window: int) -> list[int]:
    """The places of the turns that ``fitting`` comes down to, of which ``sizes`` are
    the tokens; llama.cpp refuses what fills the whole ``window``.

    >>> talk = [Turn("system", ""), *(Turn("user", 396 * "x") for _ in range(9))]
    >>> kept(talk, [4] + 9 * [100], 900)
    [0, 6, 7, 8, 9]
    """
    places = list(range(len(turns)))
    while (tokens := sum(sizes[at] for at in places)) >= window:
        left = tuple(turns[at] for at in places)
        fewer = len(left) - len(shortened(left, tokens, window))
        if not fewer:
            break
        system = [at for at in places[:-1] if turns[at].role == "system"]
        talk = [at for at in places[:-1] if turns[at].role != "system"]
        places = [*system, *talk[fewer:], places[-1]]
    return sorted(places)


def _estimate(turn: Turn) -> int:
    return text_tokens(turn.content) + IMAGE_TOKENS * len(turn.images)
