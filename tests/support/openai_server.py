"""A fake server of OpenAI's chat API on loopback, and chunks to feed it with."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.support.loopback import Exchange, Loopback
from tests.support.recording import Cuts, Recording

SSE = "text/event-stream"


@dataclass
class Answer:
    """How one request is answered."""

    body: str = ""
    status: int = 200
    content_type: str = "application/json"
    chunks: Sequence[bytes] | None = None
    """Instead of ``body``: an event stream, in these pieces."""
    then: Literal["end", "drop", "reset", "stall"] = "end"
    """What follows the last chunk."""
    headers: dict[str, str] = field(default_factory=dict)
    stream_type: str = SSE
    """What an event stream is labelled as."""


def data(value: object) -> bytes:
    """One event."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"data: {text}\n\n".encode()


def delta(reason: str | None = None, **fields: Any) -> bytes:
    """One chunk of an answer."""
    return data(
        {
            "object": "chat.completion.chunk",
            "model": "m",
            "choices": [{"index": 0, "delta": fields, "finish_reason": reason}],
        }
    )


DONE = data("[DONE]")


class FakeOpenAI(Loopback):
    """Plays ``answers`` by path, in turn; a recording answers its own request."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, deque[Answer]] = {}

    def play(self, *answers: Answer, path: str = "/v1/chat/completions") -> None:
        self.answers.setdefault(path, deque()).extend(answers)

    def stream(self, *chunks: bytes, **more: Any) -> None:
        """Answer the next chat with an event stream."""
        self.play(Answer(chunks=chunks, **more))

    def replay(self, name: str, cuts: Cuts = "recorded") -> None:
        """Answer the next request to the recording's path with it."""
        recording = Recording.load(name)
        kind = recording.headers.get("content-type", "application/json")
        pieces = list(recording.pieces(cuts))
        then: Literal["end", "stall"] = (
            "stall" if recording.ended == "closed by client" else "end"
        )
        answer = Answer(recording.body.decode(), recording.status, kind)
        if kind == SSE:
            answer = Answer(chunks=pieces, then=then)
        self.play(answer, path=recording.path)

    async def handle(self, exchange: Exchange) -> None:
        waiting = self.answers.get(exchange.seen.path)
        if not waiting:
            return await exchange.answer(404, b'{"detail":"Not Found"}')
        answer = waiting.popleft()
        if answer.chunks is None:
            return await exchange.answer(
                answer.status, answer.body.encode(), answer.content_type, answer.headers
            )
        await exchange.start(answer.status, answer.stream_type)
        for chunk in answer.chunks:
            await exchange.send(chunk)
        if answer.then == "drop":
            await exchange.drop()
        elif answer.then == "reset":
            exchange.reset()
        elif answer.then == "stall":
            await asyncio.Event().wait()
        await exchange.end()
