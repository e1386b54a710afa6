"""How much a model keeps of a conversation, and what no longer fits.

A server leaves the oldest messages out until the rest fits, and says nothing of
it (Ollama's ``server/prompt.go``). What can be known: how many tokens it read
for each reply, and how many it keeps. What lies between is estimated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple, Self

from llmtui.chat.message import Attachment, Message
from llmtui.chat.models import Model, RunningModel
from llmtui.chat.names import canonical
from llmtui.human import context_size, count

_CHARACTERS_PER_TOKEN = 4
_TOKENS_PER_TURN = 4
IMAGE_TOKENS = 768
"""What an image takes, about (Ollama's own guess)."""
_ERROR = 0.35
"""How wrong an estimate may be, of itself."""
_ERROR_OF_MODELS = 0.3
"""How far the counts of two models for one text may be apart."""
_LEAST_ERROR = 16
_WINDOWS = 24
"""Of a long conversation so many windows are looked into: what came before them
cannot change what one of them holds, as far as an estimate can tell."""


def text_tokens(text: str) -> int:
    """About how many tokens a turn with this text has."""
    return len(text) // _CHARACTERS_PER_TOKEN + _TOKENS_PER_TURN


def message_tokens(message: Message) -> int:
    """About how many tokens a message has when it is sent, with what is attached."""
    attached = sum(map(attachment_tokens, message.attachments))
    return text_tokens(message.text) + attached


def attachment_tokens(attachment: Attachment) -> int:
    """About how many tokens an attached text or image has."""
    if attachment.is_image:
        return IMAGE_TOKENS
    return attachment.size // _CHARACTERS_PER_TOKEN + _TOKENS_PER_TURN


def window_of(
    model: str,
    options: Mapping[str, Any],
    *,
    answer: Message | None = None,
    loaded: RunningModel | None = None,
    listed: Model | None = None,
) -> int:
    """The tokens that the server keeps of the next turn's conversation, 0 if unknown.

    Best is what it told of the last ``answer``, then what it was asked for, then
    what it has ``loaded`` and ``listed``. How long the trained context is says
    nothing: the server's own is mostly shorter.
    """
    asked = options.get("num_ctx")
    if answer and answer.usage and answer.usage.context_length and answer.request:
        before = answer.request
        same = canonical(before.model) == canonical(model)
        if same and before.options.get("num_ctx") == asked:
            return answer.usage.context_length
    if isinstance(asked, int) and asked > 0:
        trained = listed.context_length if listed else 0
        return min(asked, trained) if trained else asked
    if loaded and loaded.context_length:
        return loaded.context_length
    return listed.window if listed else 0


class NextTurn(NamedTuple):
    """What the next request will come to."""

    tokens: int
    """About."""
    window: int
    """Tokens that the server keeps, 0 if that is not known."""

    @property
    def fits(self) -> bool:
        """Whether all of it is read, as far as is known."""
        return not self.window or self.tokens <= self.window

    @property
    def words(self) -> str:
        """How much it is of how much."""
        return (
            f"about {count(self.tokens)} tokens do not fit into the "
            f"{context_size(self.window)} that are kept"
        )


def next_turn(
    path: Sequence[Message],
    text: str,
    system: str | None,
    window: int,
    attached: Sequence[Attachment] = (),
) -> NextTurn:
    """What sending ``text`` below ``path`` comes to, with what is ``attached``.

    Nothing is counted where the window is unknown: it is the walk that takes time.
    """
    if not window:
        return NextTurn(0, 0)
    read = Reading.of(path, window)
    tokens = read.up_to(len(read.messages)) + text_tokens(text)
    tokens += sum(map(attachment_tokens, attached))
    if not read.counted and system:
        tokens += text_tokens(system)
    return NextTurn(tokens, window)


def kept_from(path: Sequence[Message]) -> str:
    """The id of the first message that the last answer's model still read.

    "" if it read all of them, as far as is known. It may be off by a message.
    """
    answer = next((m for m in reversed(path) if m.role == "assistant"), None)
    if answer is None or answer.usage is None or not answer.usage.context_length:
        return ""
    read = Reading.of(path, answer.usage.context_length)
    return read.messages[read.first].id if read.first else ""


def near_end(path: Sequence[Message], window: int) -> int:
    """Where one has to begin to see what fits a window: some windows before the end.

    A long conversation lies undecoded in its file, and what is far above the
    window need not be looked into. The beginning where the window is unknown.
    """
    left = _WINDOWS * window
    for at in range(len(path) - 1, 0, -1):
        left -= _size(path[at])
        if window and left < 0:
            return at
    return 0


def _size(message: Message) -> int:
    """About how many tokens a message has, by how long it is."""
    return message.length // _CHARACTERS_PER_TOKEN + _TOKENS_PER_TURN


class Reading:
    """What was read of the messages of a conversation, answer by answer."""

    def __init__(self, messages: Sequence[Message], above: int = 0) -> None:
        """``above`` are the estimated tokens of what stands above ``messages``."""
        self.messages = messages
        self._sums = list(accumulate(map(tokens_again, messages), initial=above))
        """Estimated tokens before each message."""
        self.counted = 0
        """What the server counted for all that is before one of the answers."""
        self._estimated = 0
        """What had been estimated for the same."""
        self._scale = 1.0
        """Counted tokens for an estimated one, where all was read without doubt."""
        self._model = ""
        self.anchors: list[tuple[int, int]] = []
        """The answers before which all was read, by one model: their places, and what
        the server counted up to there."""
        self.first = 0
        """The first message that the last answer's model read."""
        for at, message in enumerate(messages):
            if message.role == "assistant" and message.usage:
                self._take(at, message)

    @classmethod
    def of(cls, path: Sequence[Message], window: int) -> Self:
        """What was read of ``path`` by models that keep so much of it."""
        start = near_end(path, window)
        sent = [message for message in path[start:] if message.is_sent]
        return cls(sent, sum(map(_size, path[:start])))

    def up_to(self, at: int) -> int:
        """About how many tokens are before a message: counted, then estimated."""
        return self.counted + self._sums[at] - self._estimated

    def _take(self, at: int, answer: Message) -> None:
        """Compare what was read for an answer with what there was to read."""
        usage = answer.usage
        if usage is None or not usage.prompt_eval_count:
            return
        there = self.up_to(at)
        error = _LEAST_ERROR + _ERROR * (there - self.counted)
        if self._model and answer.model != self._model:
            error += _ERROR_OF_MODELS * self.counted
        overflows = usage.context_length and there > usage.context_length - error
        if overflows and usage.prompt_eval_count < there - error:
            self.first = self._first_within(at, usage.prompt_eval_count)
        else:
            if answer.model != self._model:
                self.anchors.clear()
            self.counted, self._estimated = usage.prompt_eval_count, self._sums[at]
            self._model, self.first = answer.model, 0
            self.anchors.append((at, self.counted))
            if self._estimated and not overflows:
                self._scale = self.counted / self._estimated

    def _first_within(self, end: int, tokens: int) -> int:
        """The first of the messages before ``end`` that have so many tokens.

        The last one is always read; the first was not, or all would have been.
        """
        sums, first = self._sums, end - 1
        while first > 1 and (sums[end] - sums[first - 1]) * self._scale <= tokens:
            first -= 1
        return max(0, first)


def tokens_again(message: Message) -> int:
    """About how many tokens a message has when it is sent again."""
    usage = message.usage
    if usage and usage.eval_count and not message.thinking:
        return usage.eval_count + _TOKENS_PER_TURN
    return message_tokens(message)
