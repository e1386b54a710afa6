"""Opening an address the user clicked: which ones, and whether there is a browser."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping

from llmtui.desktop import tool
from llmtui.markdown.addresses import allowed

_OPEN = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"
_SECONDS = 10.0
"""That a browser may take to say whether it opened something."""


def has_display(env: Mapping[str, str], platform: str) -> bool:
    """Whether a browser would get a window of its own.

    >>> has_display({"DISPLAY": ":0"}, "linux"), has_display({}, "linux")
    (True, False)
    >>> has_display({}, "darwin"), has_display({"SSH_CONNECTION": "…"}, "darwin")
    (True, False)
    """
    if platform in ("darwin", "win32"):
        return "SSH_CONNECTION" not in env
    return bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"))


def open_in_browser(url: str, opener: Callable[[str], bool] | None = None) -> bool:
    """Open ``url``, if it is of the web and there is a browser; says whether it was.

    May take some seconds: call it in a thread.
    """
    if not allowed(url) or not has_display(os.environ, sys.platform):
        return False
    return (opener or _opened)(url)


def _opened(url: str) -> bool:
    """By Python's own module, in a child: browsers print to the terminal, which would
    be over what is painted there."""
    return tool.give([sys.executable, "-P", "-c", _OPEN, url], "", seconds=_SECONDS)
