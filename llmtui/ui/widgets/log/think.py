"""Thinking that a model wrote into its text, between ``<think>`` and ``</think>``."""

from __future__ import annotations

_TAGS = (("<think>", "</think>"), ("<thinking>", "</thinking>"))


class ThinkSplitter:
    """Parts thinking from answer, wherever the stream is cut.

    Only at the very beginning of a text: models without a field for their
    thinking write it there, and anywhere else the tag is something that is
    talked about.

    >>> splitter = ThinkSplitter()
    >>> [splitter.feed(piece) for piece in ("<thi", "nk>hm</thi", "nk>yes")]
    [('', ''), ('hm', ''), ('', 'yes')]
    """

    __slots__ = ("_held", "_state", "closing")

    def __init__(self) -> None:
        self._held = ""
        self._state = "start"
        self.closing = ""
        """The tag that ends the thinking, once it has begun."""

    @property
    def thinking(self) -> bool:
        """Whether the text is within the tags now."""
        return self._state == "thinking"

    def feed(self, text: str) -> tuple[str, str]:
        """More text; returns what of it is thinking and what is answer."""
        if self._state == "answer":
            return "", text
        text, self._held = self._held + text, ""
        if self._state == "start":
            bare = text.lstrip()
            for opening, closing in _TAGS:
                if bare.startswith(opening):
                    self._state, self.closing = "thinking", closing
                    text = bare[len(opening) :].lstrip("\n")
                    break
                if opening.startswith(bare):
                    self._held = text
                    return "", ""
            else:
                self._state = "answer"
                return "", text
        if self._state == "thinking":
            return self._within(text)
        return self._behind("", text)

    def _within(self, text: str) -> tuple[str, str]:
        end = text.find(self.closing)
        if end >= 0:
            self._state = "behind"
            return self._behind(text[:end], text[end + len(self.closing) :])
        keep = _overlap(text, self.closing)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep], ""

    def _behind(self, thinking: str, text: str) -> tuple[str, str]:
        """The blank lines between the thinking and the answer go."""
        text = text.lstrip("\n")
        if text:
            self._state = "answer"
        return thinking, text

    def end(self) -> tuple[str, str]:
        """What was held back."""
        held, self._held = self._held, ""
        return (held, "") if self._state == "thinking" else ("", held)


def _overlap(text: str, tag: str) -> int:
    """How much of the end of ``text`` may be the beginning of ``tag``."""
    for size in range(min(len(tag) - 1, len(text)), 0, -1):
        if tag.startswith(text[len(text) - size :]):
            return size
    return 0
