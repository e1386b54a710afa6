"""A conversation as a model will read it: each message with its share. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from llmtui.chat.context import message_tokens
from llmtui.chat.context_sizes import Sizes, sizes_of
from llmtui.chat.left_out import REFUSED, Kept, left_out, loss
from llmtui.chat.message import Message, Role
from llmtui.chat.transcript import body, who
from llmtui.human import context_size, count

_BEGINNING = 400
"""Characters of a message that a row has."""

Fate = Literal["read", "excluded", "makes room", "dropped", "empty"]
"""What becomes of a message: the model reads it; the user left it out; it is not sent
so that pinned ones fit; the server drops it; it has no words that could be sent."""

Overflow = Literal["fits", "drops", "refuses", "unknown"]
"""What comes of the whole: it fits; the server drops the oldest messages in silence;
it refuses; or nothing can be said, because the window is not known."""


class Row(NamedTuple):
    """One message; the system prompt is one without an id."""

    id: str
    role: Role
    who: str
    """The model, or ``you``."""
    words: str
    """How it begins."""
    tokens: int
    """About."""
    fate: Fate = "read"
    pinned: bool = False
    cached: bool = False
    """The server had it in its cache when it wrote the last answer."""
    goes_first: bool = False
    """The next one that goes when it gets too long."""
    is_draft: bool = False
    """It stands in the input still."""


class ContextView(NamedTuple):
    """What the next request comes to."""

    rows: tuple[Row, ...]
    tokens: int
    """Of all that is sent, about unless ``exact``."""
    exact: bool
    """The server has counted them."""
    window: int
    """Tokens that the server keeps, 0 if that is not known."""
    cached: int | None
    """Tokens of the last request that came from the server's cache, None where it
    does not tell."""
    overflow: Overflow

    @property
    def dropped(self) -> tuple[Row, ...]:
        """What the server drops."""
        return tuple(row for row in self.rows if row.fate == "dropped")

    @property
    def summary(self) -> str:
        """How much it is, of how much: ``about 2.3k of 4k tokens``."""
        words = count(self.tokens) if self.exact else f"about {count(self.tokens)}"
        window = context_size(self.window) if self.window else "an unknown number of"
        cached = ""
        if self.cached is not None:
            cached = f", {count(self.cached)} cached last time"
        return f"{words} of {window} tokens{cached}"

    @property
    def verdict(self) -> str:
        """What becomes of it where not all fits, "" where it does or nobody knows."""
        if self.overflow == "refuses":
            return f"it does not fit: {REFUSED}"
        if self.overflow != "drops":
            return ""
        gone = self.dropped
        last, cut = gone[-1].words if gone else "", self.rows[-1].tokens > self.window
        return f"it does not fit: {loss(len(gone), last, cut=cut)}"


class Sending(NamedTuple):
    """What is to be sent, and to whom."""

    path: Sequence[Message]
    """From the root to the prompt, with what is not sent of it."""
    fitted: frozenset[str]
    """The ids of those that are sent once room was made for pinned ones."""
    system: str | None
    window: int
    kept: Kept | None
    """How the server drops turns; None if it refuses instead."""
    draft: str = ""
    """The id of the message that stands in the input still, "" for none."""


def view_of(sending: Sending, counted: int | None = None) -> ContextView:
    """The view of it; ``counted`` are its tokens, where the server counted them."""
    readable = [message for message in sending.path if message.is_sent]
    sizes = _sent_sizes(sending, readable)
    if counted is not None:
        sizes = sizes.scaled(counted)
    sent = [message for message in readable if message.id in sending.fitted]
    gone = left_out(sent, sizes, sending.window, sending.kept, sending.system)
    dropped = {message.id for message in gone}
    tokens = dict(zip((m.id for m in sent), sizes.each, strict=True))
    rows = _system_row(sending, sizes)
    for message in sending.path:
        fate = _fate(message, sending.fitted, dropped)
        size = tokens.get(message.id)
        rows.append(_row(message, message_tokens(message) if size is None else size))
        rows[-1] = rows[-1]._replace(fate=fate, is_draft=message.id == sending.draft)
    cached = _cached(sending.path)
    return ContextView(
        tuple(_first_to_go(_in_cache(rows, cached or 0))),
        sizes.total if counted is None else counted,
        counted is not None,
        sending.window,
        cached,
        _overflow(sending, sizes.total),
    )


def _sent_sizes(sending: Sending, readable: Sequence[Message]) -> Sizes:
    """Those of what is sent, by what was counted of all that could be read."""
    sizes = sizes_of(readable, sending.system)
    pairs = zip(readable, sizes.each, strict=True)
    return sizes._replace(each=tuple(n for m, n in pairs if m.id in sending.fitted))


def _overflow(sending: Sending, tokens: int) -> Overflow:
    if not sending.window:
        return "unknown"
    if tokens <= sending.window:
        return "fits"
    return "drops" if sending.kept is not None else "refuses"


def _system_row(sending: Sending, sizes: Sizes) -> list[Row]:
    if not sending.system:
        return []
    words = sending.system[:_BEGINNING]
    return [Row("", "system", "system", words, sizes.system)]


def _row(message: Message, tokens: int) -> Row:
    return Row(
        message.id,
        message.role,
        who(message),
        body(message)[:_BEGINNING],
        tokens,
        pinned=message.pinned,
    )


def _fate(message: Message, fitted: frozenset[str], dropped: set[str]) -> Fate:
    if message.excluded:
        return "excluded"
    if not message.is_sent:
        return "empty"
    if message.id not in fitted:
        return "makes room"
    return "dropped" if message.id in dropped else "read"


def _cached(path: Sequence[Message]) -> int | None:
    answers = (m for m in reversed(path) if m.role == "assistant" and m.usage)
    last = next(answers, None)
    return last.usage.prompt_eval_cached_count if last and last.usage else None


def _in_cache(rows: Sequence[Row], cached: int) -> list[Row]:
    """A cache holds the beginning of what was read, up to where that has changed."""
    found, used = [], 0
    for row in rows:
        if row.fate in ("dropped", "makes room"):
            cached = 0
        used += row.tokens if row.fate == "read" else 0
        found.append(row._replace(cached=row.fate == "read" and used <= cached))
    return found


def _first_to_go(rows: list[Row]) -> list[Row]:
    """Mark it: the oldest that is read, but neither pinned nor the last."""
    for at, row in enumerate(rows[:-1]):
        if row.fate == "read" and row.role != "system" and not row.pinned:
            rows[at] = row._replace(goes_first=True)
            break
    return rows
