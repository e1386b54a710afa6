"""Out of the alternate screen, and back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from weakref import WeakSet

from textual.app import App, SuspendNotSupported

NOT_HERE = "this terminal cannot be left for a moment"

T = TypeVar("T")

_AWAY: WeakSet[App[Any]] = WeakSet()
"""The apps that have given their terminal back for now."""


class CannotLeave(Exception):
    """``str()`` says why the terminal cannot be given back."""


def is_away(app: App[Any]) -> bool:
    """Whether the terminal is somebody else's: what asks for it again came too late.

    Giving it back twice would leave two threads that read the same keys.
    """
    return app in _AWAY


async def outside(app: App[Any], run: Callable[[], Awaitable[T]]) -> T:
    """Run something while the program has given the terminal back.

    Nothing is painted meanwhile, but replies and signals go on. Returns what
    ``run`` does; raises ``CannotLeave``.
    """
    if is_away(app):
        raise CannotLeave(NOT_HERE)
    _AWAY.add(app)
    try:
        with app.batch_update(), app.suspend():
            result = await run()
    except SuspendNotSupported:
        raise CannotLeave(NOT_HERE) from None
    finally:
        _AWAY.discard(app)
    app.refresh(layout=True)
    return result
