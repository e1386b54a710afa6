"""What all dialogs share: they can be left, and their result has a type."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Generic, Protocol, TypeVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import ModalScreen

from llmtui.ui.widgets.notice_line import NoticeLine

R = TypeVar("R")


class Dialog(ModalScreen[R | None], Generic[R]):
    """Dismissed with a result, or with None when it was left.

    A subclass composes its own box; a dialog that must ask before it is left
    overrides ``action_leave``.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False),
    ]

    class Ready(Message):
        """Keys need not wait any longer."""

    LEAVING_KEYS = frozenset({"escape"})

    def keys_wait(self, key: str) -> bool:
        """Whether keys wait for what this dialog waits for; ``Ready`` ends that."""
        return False

    def on_mount(self) -> None:
        self.mount(NoticeLine())

    def action_leave(self) -> None:
        """esc: close without a result."""
        self.dismiss(None)


class Ask(Protocol):
    """Shows a dialog, above others if there are any.

    ``done`` is called with its result, unless it was left.
    """

    def __call__(self, dialog: Dialog[R], done: Callable[[R], object]) -> None: ...
