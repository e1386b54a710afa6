"""What all dialogs share: they can be left, and their result has a type."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Generic, Protocol, TypeVar

from textual.await_complete import AwaitComplete
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

    _ended = False
    _is_there = False
    """Whether what is in it is there already."""

    def dismiss(self, result: R | None = None) -> AwaitComplete:
        """End it, once; what lies above it is left first.

        A double click, or a key that comes while it closes, would end it again, and
        Textual takes away whatever screen is on top by then.
        """
        if self._ended or not self.is_attached:
            return AwaitComplete()
        self._ended = True
        while (above := self.app.screen) is not self and isinstance(above, Dialog):
            above.dismiss()
        return super().dismiss(result)

    def keys_wait(self, key: str) -> bool:
        """Whether keys wait for what this dialog waits for; ``Ready`` ends that."""
        return False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys are the app's to dispatch: they reach a dialog that has nothing in it
        yet, or nothing any longer."""
        if self._ended or not self._is_there:
            return False
        return super().check_action(action, parameters)

    def on_mount(self) -> None:
        self._is_there = True
        if self.is_attached:  # it may have been left before it was there
            self.mount(NoticeLine())

    def action_leave(self) -> None:
        """esc: close without a result."""
        self.dismiss(None)


class Ask(Protocol):
    """Shows a dialog, above others if there are any.

    ``done`` is called with its result, unless it was left.
    """

    def __call__(self, dialog: Dialog[R], done: Callable[[R], object]) -> None: ...
