"""What the screen lends to its controls."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

from llmtui.ui.controls.refusing import Refuse
from llmtui.ui.dialogs.dialog import Ask
from llmtui.ui.notices import Say


class ScreenServices(NamedTuple):
    """How controls speak, ask, and have something done."""

    say: Say
    refuse: Refuse
    ask: Ask
    run_command: Callable[[str, str], object]
    run_job: Callable[[Coroutine[Any, Any, None]], object]
    """Does what takes a moment, while keys wait for its end."""
    spawn: Callable[[Coroutine[Any, Any, None]], object]
    """Does what takes long; what came of it is painted at its end."""
