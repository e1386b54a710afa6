"""Waiting for conditions in a piloted app."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.pilot import Pilot

PATIENCE = 20.0
"""Seconds that something may take on a busy machine before it counts as hung."""


async def until(pilot: Pilot[Any], condition: Callable[[], object]) -> None:
    """Wait until ``condition`` is true; fails with the screen if it never is."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await pilot.pause(0.01)
    except TimeoutError:
        raise AssertionError(
            f"never came true; the screen:\n{frame(pilot.app)}"
        ) from None


def frame(app: App[Any]) -> str:
    """The screen as text, a line each."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)
