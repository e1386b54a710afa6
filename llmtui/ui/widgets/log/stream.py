"""Reading a living reply: what has come since one looked last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from llmtui.ui.widgets.log.entry import Entry
from llmtui.ui.widgets.log.unread import Turn, Unread

if TYPE_CHECKING:
    from llmtui.chat.message import Message


class Living(Protocol):
    """What the log needs of a reply (``llmtui.jobs.reply_state.ReplyState``)."""

    @property
    def message(self) -> Message: ...

    @property
    def text_pieces(self) -> Sequence[str]: ...

    @property
    def thinking_pieces(self) -> Sequence[str]: ...

    @property
    def first_token(self) -> float | None: ...

    @property
    def advice(self) -> str: ...

    @property
    def fetchable(self) -> bool: ...

    @property
    def signin_url(self) -> str: ...

    @property
    def done(self) -> bool: ...


class Feed:
    """Carries a reply into its entry, a few times a second.

    It reads the reply's pieces behind a cursor: the cost is that of the new
    ones, and the reply never knows or waits.
    """

    def __init__(
        self, reply: Living, entry: Entry, new_turn: Callable[[], Turn] = Turn
    ) -> None:
        self.reply = reply
        self.entry = entry
        self._new_turn = new_turn
        self._begin()

    def _begin(self) -> None:
        """Read from the beginning on."""
        self._source = self.entry.begin(self._so_far)
        self._texts = self.reply.text_pieces
        self._text = 0
        self._thinking = 0
        self._unread = Unread()

    def _so_far(self) -> tuple[str, str]:
        """What was taken of the reply."""
        thoughts = self.reply.thinking_pieces[: self._thinking]
        return "".join(self._texts[: self._text]), "".join(thoughts)

    @property
    def is_behind(self) -> bool:
        """Whether some of what has come is to be read in the next turns."""
        return len(self._unread) > 0

    def pull(self, now: float) -> bool:
        """Take what is new (``now`` is monotonic); says whether there was any."""
        reply = self.reply
        if reply.text_pieces is not self._texts:  # what was the answer is thinking
            self._begin()
        source = self._source
        texts = reply.text_pieces[self._text :]
        thoughts = reply.thinking_pieces[self._thinking :]
        self._unread.add("".join(texts), "".join(thoughts))
        if not len(self._unread):
            return False
        self._text += len(texts)
        self._thinking += len(thoughts)
        if thoughts and source.thoughts is None:
            source.thinking_began(reply.first_token or now)
        self._unread.read(source, self._new_turn(), now)
        return True
