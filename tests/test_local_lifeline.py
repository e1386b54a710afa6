"""The watcher that ends a child where the kernel does not (macOS), on any POSIX."""

from __future__ import annotations

import asyncio
import sys

import pytest

from llmtui.providers.local import lifeline
from tests.support.processes import gone

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")

WATCHED = f"""
import os, sys
sys.path.insert(0, {str(lifeline.__file__.rpartition("/")[0])!r})
from lifeline import watch_input
watch_input()
code = "print(1, flush=True); import time; time.sleep(600)"
os.execv(sys.executable, [sys.executable, "-c", code])
"""


async def watched() -> asyncio.subprocess.Process:
    """A command that pays no attention to its input, and is running now."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", WATCHED),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"1\n"
    return process


async def test_the_end_of_the_input_ends_the_command() -> None:
    process = await watched()
    assert process.stdin is not None
    process.stdin.write(b"an order that nobody has read\n")
    await process.stdin.drain()
    process.stdin.close()
    assert await process.wait() == -9
    await gone(process.pid)


async def test_the_output_ends_with_the_command() -> None:
    process = await watched()
    process.kill()
    assert process.stdout is not None
    assert await process.stdout.read() == b""
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()
