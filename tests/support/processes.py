"""Waiting for processes: for a condition, never for a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import psutil

T = TypeVar("T")


async def until(what: Callable[[], T], seconds: float = 20) -> T:
    """Wait until ``what()`` is true, and give it; raises ``TimeoutError``."""
    async with asyncio.timeout(seconds):
        while True:
            if found := what():
                return found
            await asyncio.sleep(0.02)


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be fetched does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def gone(pid: int) -> None:
    """Wait until a process has ended."""
    await until(lambda: not alive(pid))
