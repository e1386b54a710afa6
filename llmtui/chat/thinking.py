"""Thinking that a model wrote into its text, parted from the answer.

Servers that know a model's template send its thinking in a field of its own.
Others leave the tags in the text: both of them, or the closing one alone where
the template has put the opening one into the prompt (DeepSeek-R1, QwQ, Qwen3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from llmtui.chat.events import Text, Thinking, WasThinking
from llmtui.chat.thinking_tags import PAIRS, TAGS, find_closing, overlap

if TYPE_CHECKING:
    from llmtui.chat.tag_mentions import Mentions

Part = Text | Thinking | WasThinking


class ThinkingSplitter:
    """Parts thinking from answer, wherever the stream is cut.

    Opening tags count at the very beginning alone: anywhere else the tag is
    something that is talked about. So is a closing one in code or in quotes.

    >>> splitter = ThinkingSplitter()
    >>> [splitter.feed(piece) for piece in ("<thi", "nk>hm</thi", "nk>yes")]
    [[], [Thinking(delta='hm')], [Text(delta='yes')]]
    >>> splitter = ThinkingSplitter()
    >>> [splitter.feed(piece) for piece in ("hm", "</think>", "yes")]
    [[Text(delta='hm')], [], [WasThinking(), Text(delta='yes')]]
    """

    def __init__(self, *, answering: bool = False) -> None:
        """``answering`` goes on with an answer that was begun."""
        self.settled = answering
        """Whether all that is still to come is the answer."""
        self._state: Callable[[str, bool], str] = self._start
        self._held = ""
        """What came and cannot be told yet."""
        self._out: list[Part] = []
        self._closing = ""
        self._thinking = False
        """Whether any thinking has come, by whatever way."""
        self._answer = False
        """Whether any text has been given as the answer."""
        self._said: list[str] = []
        """What was given and not yet searched for code."""
        self._mentions: Mentions | None = None

    def thought(self) -> None:
        """The server sends the thinking apart: text without tags is the answer."""
        self._thinking = True

    def feed(self, text: str) -> list[Part]:
        """More text; returns what of it is thinking and what is answer."""
        return self._run(text, final=False)

    def end(self) -> list[Part]:
        """What was still held back. Safe to say twice."""
        return self._run("", final=True)

    def _run(self, text: str, *, final: bool) -> list[Part]:
        text, self._held = self._held + text, ""
        while text and not self.settled:
            text = self._state(text, final)
        self._give(text)
        out, self._out = self._out, []
        return out

    # -- states: each takes what it can and returns the rest for another one -----------

    def _start(self, text: str, final: bool) -> str:
        """Nothing has come yet but blanks."""
        if (rest := self._opening(text, final)) is not None:
            return rest
        if self._thinking:
            self.settled = True
        self._state = self._aloud
        return text

    def _opening(self, text: str, final: bool) -> str | None:
        """What is left where a text begins with a tag or may, else None."""
        bare = text.lstrip()
        if tag := next((tag for tag in TAGS if bare.startswith(tag)), ""):
            return self._tag(tag, bare)
        if not final and any(tag.startswith(bare) for tag in TAGS):
            self._held = text
            return ""
        return None

    def _within(self, text: str, final: bool) -> str:
        """Between the tags."""
        end = text.find(self._closing)
        while end > 0 and text[end - 1] == "`":
            end = text.find(self._closing, end + 1)
        if end >= 0:
            self._think(text[:end])
            self._state = self._behind
            return text[end + len(self._closing) :]
        keep = 0 if final else overlap(text, self._closing)
        if not final and text[len(text) - keep - 1 :].startswith("`"):
            keep += 1  # the tag behind a backtick is talked about
        self._think(text[: len(text) - keep])
        self._held = text[len(text) - keep :] if keep else ""
        return ""

    def _behind(self, text: str, final: bool) -> str:
        """Behind a closing tag: the blank lines before the answer go."""
        if (rest := self._opening(text, final)) is not None:
            return rest
        bare = text.lstrip()
        self.settled = bool(bare)
        _, line, indent = text[: len(text) - len(bare)].rpartition("\n")
        return indent + bare if bare and line else bare

    def _aloud(self, text: str, final: bool) -> str:
        """In what is the answer, unless a closing tag comes."""
        if "<" not in text and "[" not in text:
            self._give(text)
            return ""
        start, tag = find_closing(text)
        if not tag:
            keep = 0 if final else max(overlap(text, tag) for tag in PAIRS.values())
            self._give(text[: len(text) - keep])
            self._held = text[len(text) - keep :] if keep else ""
            return ""
        end = start + len(tag)
        self._give(text[:start])
        if end == len(text) and not final:
            self._held = text[start:]
            return ""
        if self._is_mention(text[end : end + 1]):
            self._give(text[start:end])
            return text[end:]
        if self._answer:
            self._out.append(WasThinking())
            self._thinking = True
        self._state = self._behind
        return text[end:]

    def _is_mention(self, after: str) -> bool:
        """Whether the tag behind all that was given is only talked about."""
        if self._mentions is None:
            from llmtui.chat.tag_mentions import Mentions

            self._mentions = Mentions()
        fresh = "".join(self._said)
        self._said.clear()
        return self._mentions.is_mention(fresh, after)

    # -- giving ------------------------------------------------------------------------

    def _tag(self, tag: str, text: str) -> str:
        """A tag that ``text`` begins with; closing ones without thinking go."""
        self._state = self._behind
        if tag in PAIRS:
            self._closing = PAIRS[tag]
            self._state = self._opened
        return text[len(tag) :]

    def _opened(self, text: str, final: bool) -> str:
        """Behind an opening tag: its line end goes."""
        text = text.lstrip("\r\n")
        if text:
            self._state = self._within
            if self._thinking:
                self._think("\n\n")
        return text

    def _think(self, text: str) -> None:
        if text:
            self._thinking = True
            self._out.append(Thinking(text))

    def _give(self, text: str) -> None:
        """Text that is the answer as far as is known."""
        if text:
            if not self.settled:
                self._said.append(text)
            self._answer = True
            self._out.append(Text(text))
