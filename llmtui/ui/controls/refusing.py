"""Commands that cannot be carried out as they were typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from llmtui.chat.pasted import Typed
from llmtui.ui.notices import Say
from llmtui.ui.widgets.prompt import Prompt

Refuse = Callable[[str], object]
"""Says why a command is not carried out; the line that asked for it stays."""

_LINE: ContextVar[Typed | None] = ContextVar("line", default=None)
"""What was typed for what is being done; a job that it begins inherits that."""


@contextmanager
def carrying_out(line: Typed) -> Iterator[None]:
    """Whatever is refused here, or by what begins here, was asked for by ``line``."""
    token = _LINE.set(line)
    try:
        yield
    finally:
        _LINE.reset(token)


class Refusing:
    """Puts a line that was refused back into the input, to be mended there."""

    def __init__(self, prompt: Callable[[], Prompt], say: Say) -> None:
        self._prompt = prompt
        self._say = say

    def refuse(self, why: str) -> None:
        self._say(why, warning=True)
        line, prompt = _LINE.get(), self._prompt()
        if line is not None and not prompt.text:
            prompt.put(line)
