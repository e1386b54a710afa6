"""The image in the clipboard of the desktop, by the tools that there are."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping

TOOL_SECONDS = 5.0
_MOST = 50_000_000
"""Bytes of an image."""


def image_tools(
    env: Mapping[str, str], platform: str = sys.platform
) -> list[list[str]]:
    """The commands that print the clipboard's image as a PNG, best first.

    >>> image_tools({"DISPLAY": ":0"}, "linux")
    [['xclip', '-selection', 'clipboard', '-t', 'image/png', '-o']]
    """
    if platform == "darwin" and not env.get("SSH_CONNECTION"):
        return [["pngpaste", "-"]]
    found = []
    if env.get("WAYLAND_DISPLAY"):
        found.append(["wl-paste", "--type", "image/png"])
    if env.get("DISPLAY"):
        found.append(["xclip", "-selection", "clipboard", "-t", "image/png", "-o"])
    return found


def read_image(env: Mapping[str, str] | None = None) -> tuple[bytes, str]:
    """The image as a PNG, or nothing and a sentence that says why. Blocking, for some
    seconds at most."""
    tools = image_tools(os.environ if env is None else env)
    if not tools:
        return b"", "there is no desktop here whose clipboard could be read"
    there = [tool for tool in tools if shutil.which(tool[0])]
    if not there:
        return b"", f"{tools[0][0]} is needed to read an image from the clipboard"
    for tool in there:
        try:
            done = subprocess.run(
                tool,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=TOOL_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0 and done.stdout and len(done.stdout) <= _MOST:
            return done.stdout, ""
    return b"", "there is no image in the clipboard"
