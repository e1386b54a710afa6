"""The image in the clipboard of the desktop, by the tools that there are."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping

from llmtui.desktop import tool

_SECONDS = 5.0
"""Time that a tool may take."""
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
    there = [command for command in tools if shutil.which(command[0])]
    if not there:
        return b"", f"{tools[0][0]} is needed to read an image from the clipboard"
    for command in there:
        image = tool.ask(command, seconds=_SECONDS)
        if image and len(image) <= _MOST:
            return image, ""
    return b"", "there is no image in the clipboard"
