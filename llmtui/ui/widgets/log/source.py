"""The source of a reply as it comes: cleaned, thinking and answer apart."""

from __future__ import annotations

from llmtui.markdown.blocks import Blocks
from llmtui.sanitise import Stream


class Source:
    """Takes raw pieces of text and thinking, has blocks of both."""

    __slots__ = (
        "_raw",
        "_text",
        "_thinking",
        "_thought_from",
        "answer",
        "last_thought",
        "think_seconds",
        "thought_pieces",
        "thoughts",
    )

    def __init__(self) -> None:
        self.answer: Blocks | None = None
        """None until the first letter of the answer has come."""
        self.thoughts: Blocks | None = None
        self.thought_pieces = 0
        self.last_thought = ""
        """The last line of the thinking, for the fold."""
        self._text = Stream()
        self._thinking = Stream()
        self._raw = (0, 0)
        self._thought_from: float | None = None
        self.think_seconds: float | None = None
        """How long it thought, where that was seen."""

    def feed(self, text: str, thinking: str = "", now: float | None = None) -> None:
        """More of the reply, as it came from the model (at ``now``, if it is new)."""
        self._raw = (self._raw[0] + len(text), self._raw[1] + len(thinking))
        if thinking:
            self._think(self._thinking.feed(thinking))
        if text:
            self._answer(self._text.feed(text))
        if now is not None and self.thoughts is not None:
            if self._thought_from is None:
                self._thought_from = now
            if self.answer is not None and self.think_seconds is None:
                self.think_seconds = now - self._thought_from

    def thinking_began(self, at: float) -> None:
        """When the first thought came, if it is known better than by feeding."""
        self._thought_from = at

    def end(self) -> None:
        """No more is coming: what was held back is text. Safe to say twice."""
        self._think(self._thinking.end())
        self._answer(self._text.end())
        for blocks in (self.thoughts, self.answer):
            if blocks is not None:
                blocks.end()

    def is_of(self, text: str, thinking: str) -> bool:
        """Whether it was fed with (as much as) these raw texts."""
        return self._raw == (len(text), len(thinking))

    def _answer(self, text: str) -> None:
        if text:
            if self.answer is None:
                self.answer = Blocks()
            self.answer.feed(text)

    def _think(self, text: str) -> None:
        if not text:
            return
        if self.thoughts is None:
            self.thoughts = Blocks()
        self.thoughts.feed(text)
        self.thought_pieces += 1
        lines = (self.last_thought + text).rstrip("\n").rsplit("\n", 1)
        self.last_thought = lines[-1][-400:] + "\n" * text.endswith("\n")
