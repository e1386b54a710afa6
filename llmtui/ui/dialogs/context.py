"""The context: what the next request holds, and what can be done where it is full."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label

from llmtui.sanitise import clean_line
from llmtui.ui.dialogs.dialog import Ask, Dialog
from llmtui.ui.glyphs import filled, terminal_glyphs
from llmtui.ui.widgets.context_list import ContextList

if TYPE_CHECKING:
    from llmtui.chat.context_view import ContextView

_KEYS = (
    "x leaves out · m pins · enter goes there · r request · p prompt · esc closes",
    "c summarises · n sets num_ctx, which loads the model again · s strict",
)


_MESSAGES = r'"messages":\[|\},(?=\{"role":)'
"""Before each message of a request."""

COMPACT = "/compact"
"""What the dialog is dismissed with to have the session summarised."""


class Hands(NamedTuple):
    """What the dialog has done for it; what is asynchronous raises ``ContextError``."""

    view: Callable[[], Awaitable[ContextView]]
    counted: Callable[[], Awaitable[ContextView | None]]
    body: Callable[[], Awaitable[bytes]]
    rendered: Callable[[], Awaitable[str]]
    toggle: Callable[[str, str], object]
    """Gives a message the other value of a flag: ``excluded``, ``pinned``."""
    set_window: Callable[[str], object]
    """Sets ``num_ctx``; raises ``OptionError``."""
    strict: Callable[[], bool]
    """Switches strict mode, and says whether it is on."""
    copy: Callable[[str], object]


class ContextDialog(Dialog[str]):
    """Dismissed with the id of a message to go to, or with ``COMPACT``."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "mark('excluded')", show=False),
        Binding("m", "mark('pinned')", show=False),
        Binding("r", "request", show=False),
        Binding("p", "prompt", show=False),
        Binding("c", "compact", show=False),
        Binding("n", "window", show=False),
        Binding("s", "strict", show=False),
        Binding("q", "leave", show=False),
    ]

    def __init__(self, hands: Hands, ask: Ask) -> None:
        super().__init__()
        self._hands = hands
        self._ask = ask
        self.shown: ContextView | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog context") as box:
            box.border_title = Content("context")
            yield Label("counting …", id="summary", markup=False)
            yield Label("", id="verdict", markup=False)
            yield ContextList()
            yield Label("", id="words", classes="quiet", markup=False)
            for keys in _KEYS:
                yield Label(keys, classes="quiet", markup=False)

    def on_mount(self) -> None:
        self.query_one(ContextList).focus()
        self._look()

    @work(exclusive=True, group="look")
    async def _look(self) -> None:
        """Show an estimate, then the server's own count where it has one."""
        from llmtui.jobs.context_look import ContextError

        try:
            self._show(await self._hands.view())
            if (counted := await self._hands.counted()) is not None:
                self._show(counted)
        except ContextError as error:
            self.say(str(error))

    def _show(self, view: ContextView) -> None:
        if not self.is_there:
            return
        self.shown = view
        self.call_after_refresh(self._paint_summary)
        verdict = self.query_one("#verdict", Label)
        verdict.update(clean_line(view.verdict))
        verdict.display = bool(view.verdict)
        self.query_one(ContextList).show(view)

    def on_resize(self) -> None:
        self.call_after_refresh(self._paint_summary)

    def _paint_summary(self) -> None:
        if self.shown is not None and self.is_there:
            label = self.query_one("#summary", Label)
            label.update(self._summary(self.shown, label.size.width))

    @staticmethod
    def _summary(view: ContextView, width: int) -> Content:
        """In words, and as a bar of what is there."""
        if not view.window:
            return Content(view.summary)
        bar = filled(view.tokens / view.window, width, terminal_glyphs())
        over = "$text-error" if view.overflow in ("drops", "refuses") else "$accent"
        return Content.assemble(view.summary, "\n", (bar, over))

    # -- the messages -----------------------------------------------------------------

    def action_mark(self, flag: str) -> None:
        """x, m: leave the message out or pin it, or no longer."""
        row = self.query_one(ContextList).row
        if row is None or not row.id or row.is_draft:
            self.say("that is for messages: /system changes the system prompt")
            return
        self._hands.toggle(row.id, flag)
        self._look()

    @on(ContextList.Chosen)
    def _chosen(self) -> None:
        row = self.query_one(ContextList).row
        if row is not None and row.id and not row.is_draft:
            self.dismiss(row.id)

    # -- what is sent -----------------------------------------------------------------

    @work(exclusive=True, group="page")
    async def action_request(self) -> None:
        """r: the request as it goes out."""
        from llmtui.jobs.context_look import ContextError

        try:
            body = await self._hands.body()
        except ContextError as error:
            self.say(str(error))
            return
        hint = "sent byte for byte; that each message begins a line is for the eye"
        self._page("request", body.decode("utf-8"), hint, cuts=_MESSAGES)

    @work(exclusive=True, group="page")
    async def action_prompt(self) -> None:
        """p: what the server makes of it; it may load the model for that."""
        from llmtui.jobs.context_look import ContextError

        self.say("asking the server …")
        try:
            prompt = await self._hands.rendered()
        except ContextError as error:
            self.say(str(error))
            return
        self.say("")
        self._page("prompt", prompt, "this is what the model reads, as the server says")

    def _page(self, title: str, text: str, hint: str, cuts: str = "") -> None:
        from llmtui.ui.dialogs.page import PageDialog

        dialog = PageDialog(title, text, self._hands.copy, hint=hint, cuts=cuts)
        self._ask(dialog, lambda _: None)

    # -- what helps -------------------------------------------------------------------

    def action_compact(self) -> None:
        """c: go on with a summary in a new session."""
        self.dismiss(COMPACT)

    def action_strict(self) -> None:
        """s: have the server refuse what does not fit, or leave it out again."""
        strict = self._hands.strict()
        what = "refused, nothing is left out" if strict else "left out"
        self.say(f"what does not fit is {what}, from the next turn on")
        self._look()

    def action_window(self) -> None:
        """n: ask for a longer context."""
        from llmtui.ui.dialogs.text import LineDialog

        now = self.shown
        wanted = str(roomy(now.tokens, now.window)) if now else ""
        hint = "tokens; the model is loaded again with the next turn"
        self._ask(LineDialog("num_ctx", wanted, hint=hint), self._use_window)

    def _use_window(self, text: str) -> None:
        from llmtui.chat.options import OptionError

        try:
            self._hands.set_window(text.strip())
        except OptionError as error:
            self.say(str(error))
            return
        self.say(f"num_ctx is {text.strip()}: the next turn loads the model again")
        self._look()


def roomy(tokens: int, window: int) -> int:
    """A context that has room for so many tokens and an answer: a power of two.

    >>> roomy(2300, 1024), roomy(500, 4096), roomy(0, 0)
    (4096, 8192, 2048)
    """
    found = 2048
    while found <= window or found < tokens * 1.25:
        found *= 2
    return found
