"""A small app around the message log, and a reply to follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from textual.app import App, ComposeResult
from textual.filter import LineFilter
from textual.pilot import Pilot
from textual.widgets import TextArea

from llmtui.chat.message import Message, Sent, Status
from llmtui.chat.usage import Usage
from llmtui.places import stylesheet
from llmtui.ui.output_filter import ControlFilter
from llmtui.ui.widgets.log.view import MessageLog


def message(
    name: str,
    text: str,
    role: Literal["user", "assistant", "system", "tool"] = "assistant",
    *,
    thinking: str = "",
    status: Status = "complete",
) -> Message:
    """A message; its id is ``name``."""
    return Message(
        id=name,
        parent=None,
        role=role,
        text=text,
        created="2026-11-22T18:50:01.000000Z",
        thinking=thinking,
        status=status,
        request=Sent(model="smollm2") if role == "assistant" else None,
    )


def talk(turns: int, text: str = "An answer.") -> list[Message]:
    """A conversation of so many prompts and answers."""
    found = []
    for n in range(turns):
        found.append(message(f"u{n}", f"question {n}", "user"))
        found.append(message(f"a{n}", f"{text} ({n})"))
    return found


class LivingReply:
    """What the log sees of a reply; the test says what comes when."""

    def __init__(self, name: str = "live") -> None:
        self.message = message(name, "", status="streaming")
        self.text_pieces: list[str] = []
        self.thinking_pieces: list[str] = []
        self.first_token: float | None = None
        self.advice = ""
        self.fetchable = False
        self.signin_url = ""
        self.done = False

    def end(self, status: Status = "complete") -> Message:
        self.message = message(
            self.message.id,
            "".join(self.text_pieces),
            thinking="".join(self.thinking_pieces),
            status=status,
        )
        self.message = replace(self.message, usage=Usage(eval_count=5))
        self.done = True
        return self.message


class LogHost(App[None]):
    """The log above an input, as in the program."""

    CSS_PATH = stylesheet()

    def __init__(self, messages: Sequence[Message] = ()) -> None:
        super().__init__()
        self._messages = messages
        self.links: list[str] = []

    def compose(self) -> ComposeResult:
        yield MessageLog()
        yield TextArea()

    def on_mount(self) -> None:
        area = self.query_one(TextArea)
        area.styles.height = 3
        area.focus()
        self.log_view.set_messages(self._messages)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), ControlFilter()]

    @property
    def log_view(self) -> MessageLog:
        return self.query_one(MessageLog)

    @property
    def rows(self) -> list[str]:
        """The rows of the log as they are on the screen."""
        log = self.log_view
        while not log.window.layout.is_read:
            log.window.read_on()
        return [line.text.rstrip() for line in log.render_lines(log.size.region)]

    @property
    def page(self) -> str:
        return "\n".join(self.rows)

    def on_message_log_link_clicked(self, event: MessageLog.LinkClicked) -> None:
        self.links.append(event.link.url)


async def until(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    """Wait for a condition; fails loudly when it does not come."""
    for _ in range(600):
        if condition():
            return
        await pilot.pause(0.01)
    raise AssertionError("it did not come to pass")
