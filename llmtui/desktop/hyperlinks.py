"""Whether the terminal makes links of the words that OSC 8 puts an address to.

A terminal that does not know the sequence should read over it, but old ones print
it. See "Hyperlinks in terminal emulators" (gist egmontkob/eb114294efbcd5adb1944c9f).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PROGRAMS = {"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio"}
_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm", "contour")
_VARIABLES = ("KITTY_WINDOW_ID", "WT_SESSION", "KONSOLE_VERSION", "DOMTERM")
_TMUX = (3, 4)
"""The first version that hands links on to the terminal outside."""
_VTE = 5000
"""The first version with links that have an id, 0.50."""


def hyperlinks(setting: str, env: Mapping[str, str]) -> bool:
    """Whether links are written as links; ``setting`` is ``on``, ``off`` or ``auto``.

    >>> hyperlinks("auto", {"TERM": "xterm-kitty"}), hyperlinks("auto", {})
    (True, False)
    >>> env = {"TMUX": "/tmp/x", "TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.3a"}
    >>> hyperlinks("auto", env)
    False
    """
    if setting != "auto":
        return setting == "on"
    program = env.get("TERM_PROGRAM", "")
    if env.get("TMUX"):
        version = re.match(r"(\d+)\.(\d+)", env.get("TERM_PROGRAM_VERSION", ""))
        if program != "tmux" or version is None:
            return False
        return (int(version[1]), int(version[2])) >= _TMUX
    if env.get("STY"):
        return False
    vte = env.get("VTE_VERSION", "")
    return (
        program in _PROGRAMS
        or env.get("TERM", "").startswith(_TERMS)
        or env.get("LC_TERMINAL") == "iTerm2"  # which ssh hands on
        or (vte.isdecimal() and int(vte) >= _VTE)
        or any(map(env.get, _VARIABLES))
    )


def describe(setting: str, env: Mapping[str, str]) -> tuple[str, str]:
    """What becomes of links here, and what to do if the terminal knows more.

    >>> describe("off", {})
    ('links are text for the terminal (hyperlinks is off)', '')
    """
    if hyperlinks(setting, env):
        return "the terminal gets links as links (OSC 8)", ""
    if setting == "off":
        return "links are text for the terminal (hyperlinks is off)", ""
    words = "links are text for this terminal, as far as it says what it knows"
    return words, 'If it knows OSC 8: hyperlinks = "on" in the settings.'
