"""Out of the alternate screen, and back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from textual.app import App, SuspendNotSupported

NOT_HERE = "this terminal cannot be left for a moment"

T = TypeVar("T")


class CannotLeave(Exception):
    """``str()`` says why the terminal cannot be given back."""


async def outside(app: App[Any], run: Callable[[], Awaitable[T]]) -> T:
    """Run something while the program has given the terminal back.

    Nothing is painted meanwhile, but replies and signals go on. Returns what
    ``run`` does; raises ``CannotLeave``.
    """
    try:
        with app.batch_update(), app.suspend():
            result = await run()
    except SuspendNotSupported:
        raise CannotLeave(NOT_HERE) from None
    app.refresh(layout=True)
    return result
