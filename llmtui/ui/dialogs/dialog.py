"""What all dialogs share: they can be left, and their result has a type."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Generic, Protocol, TypeVar

from rich.style import Style
from textual import events
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.errors import NoWidget
from textual.geometry import Offset
from textual.message import Message
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from llmtui.sanitise import clean_line
from llmtui.ui.widgets.notice_line import NoticeLine

if TYPE_CHECKING:
    from rich.console import RenderableType

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
    _is_composed = False

    @property
    def is_there(self) -> bool:
        """Whether what is in it is there: what was sent to it may come before, or
        when it is closing."""
        return self._is_composed and self.is_attached and not self._ended

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

    async def on_event(self, event: events.Event) -> None:
        """Left before it was composed there is nothing in it, and nothing begins."""
        if isinstance(event, events.Mount):
            self._is_composed = True
            if not self.is_there:
                return
        await super().on_event(event)

    def render(self) -> RenderableType:
        """What is below it, dimmed.

        Textual takes that from a list that the screens use up as they are painted;
        when some are painted anew and some are not, each finds another one's, and two
        of them each other.
        """
        stack, background = self.app.screen_stack, self.styles.background
        if self not in stack[1:] or background.a == 1:
            return super().render()
        return BackgroundScreen(stack[stack.index(self) - 1], background)

    def get_style_at(self, x: int, y: int) -> Style:
        """Around the box it has no meaning; for each move of the mouse Textual would
        paint all that is below, where something has changed there."""
        return Style.null() if self._is_around(x, y) else super().get_style_at(x, y)

    def get_widget_and_offset_at(
        self, x: int, y: int
    ) -> tuple[Widget | None, Offset | None]:
        """What is selected; around the box there is nothing to."""
        if self._is_around(x, y):
            return self, None
        return super().get_widget_and_offset_at(x, y)

    def _is_around(self, x: int, y: int) -> bool:
        try:
            return self.get_widget_at(x, y)[0] is self
        except NoWidget:
            return False

    def keys_wait(self, key: str) -> bool:
        """Whether keys wait for what this dialog waits for; ``Ready`` ends that."""
        return False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys are the app's to dispatch: they reach a dialog that has nothing in it
        yet, or nothing any longer."""
        if not self.is_there:
            return False
        return super().check_action(action, parameters)

    def on_mount(self) -> None:
        self.mount(NoticeLine())

    def say(self, words: str) -> None:
        """Words (of any origin) in the line for them, if there is one."""
        for line in self.query("#words").results(Static):
            line.update(clean_line(words))

    def action_leave(self) -> None:
        """esc: close without a result."""
        self.dismiss(None)


class Ask(Protocol):
    """Shows a dialog, above others if there are any.

    ``done`` is called with its result, unless it was left.
    """

    def __call__(self, dialog: Dialog[R], done: Callable[[R], object]) -> None: ...
