"""Commands that cannot be carried out as they were typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from llmtui.chat.pasted import Typed
from llmtui.ui.notices import Say
from llmtui.ui.widgets.prompt import Prompt

Refuse = Callable[[str], object]
"""Says why a command is not carried out; the line that asked for it stays."""


class _Asked(NamedTuple):
    """What was typed for what is being done."""

    line: Typed
    stays: Callable[[], bool]


_ASKED: ContextVar[_Asked | None] = ContextVar("asked", default=None)
"""A job that is begun meanwhile inherits it."""


@contextmanager
def carrying_out(line: Typed, stays: Callable[[], bool]) -> Iterator[None]:
    """Whatever is refused here, or by what begins here, was asked for by ``line``;
    ``stays`` tells whether the input is still the one in which it was typed."""
    token = _ASKED.set(_Asked(line, stays))
    try:
        yield
    finally:
        _ASKED.reset(token)


class Refusing:
    """Puts a line that was refused back into the input, to be mended there."""

    def __init__(self, prompt: Callable[[], Prompt], say: Say) -> None:
        self._prompt = prompt
        self._say = say

    def refuse(self, why: str) -> None:
        self._say(why, warning=True)
        asked, prompt = _ASKED.get(), self._prompt()
        if asked is not None and asked.stays() and not prompt.text:
            prompt.put(asked.line)
