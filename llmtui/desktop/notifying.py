"""Telling somebody who looks elsewhere, by way of the terminal.

* ``bell``: BEL, which every terminal has; many mark the window or the tab with it.
* ``osc9``: ``OSC 9 ; TEXT`` (iTerm2, WezTerm, ghostty).
* ``osc777``: ``OSC 777 ; notify ; TITLE ; TEXT`` (urxvt, foot, WezTerm, ghostty).
* ``osc99``: ``OSC 99`` (kitty's desktop notifications, foot).

A terminal that does not know a sequence reads over it.
"""

from __future__ import annotations

from collections.abc import Mapping

from llmtui.desktop import tmux
from llmtui.desktop.multiplexer import handed_through
from llmtui.sanitise import clean_line

BELL = "\x07"
_LONGEST = 200
"""Characters of a text that are shown."""


def way_for(env: Mapping[str, str]) -> str:
    """What the terminal of an environment can show, by what it says of itself.

    A multiplexer is rung: it marks its window and rings on, while it hands
    sequences to the terminal outside only where it was told to.

    >>> way_for({"TERM": "xterm-kitty"}), way_for({"TERM_PROGRAM": "iTerm.app"})
    ('osc99', 'osc9')
    >>> way_for({"TERM": "xterm-kitty", "TMUX": "/tmp/x"}), way_for({})
    ('bell', 'bell')
    """
    term, program = env.get("TERM", ""), env.get("TERM_PROGRAM", "")
    if env.get("TMUX") or env.get("STY"):
        return "bell"
    if env.get("KITTY_WINDOW_ID") or term == "xterm-kitty":
        return "osc99"
    if program in ("iTerm.app", "WezTerm", "ghostty"):
        return "osc9"
    if env.get("LC_TERMINAL") == "iTerm2":  # which ssh hands on
        return "osc9"
    return "osc777" if term.startswith(("foot", "rxvt-unicode")) else "bell"


def notice(way: str, title: str, text: str, env: Mapping[str, str]) -> str:
    """What to write to the terminal, "" if nothing. The texts may be anybody's.

    >>> notice("osc777", "a;b", "done\\x1b[2J", {})
    '\\x1b]777;notify;a,b;done␛[2J\\x07'
    >>> notice("bell", "", "", {}), notice("off", "", "", {})
    ('\\x07', '')
    """
    if way == "auto":
        way = way_for(env)
    title, text = _plain(title), _plain(text)
    match way:
        case "bell":
            return BELL
        case "osc9":
            # What begins with a digit may be a progress bar or another command.
            sequence = f"\x1b]9;llmtui: {title}: {text}\x07"
        case "osc777":
            sequence = f"\x1b]777;notify;{title.replace(';', ',')};{text}\x07"
        case "osc99":
            sequence = (
                f"\x1b]99;i=llmtui:d=0:p=title;{title}\x07"
                f"\x1b]99;i=llmtui:d=1:p=body;{text}\x07"
            )
        case _:
            return ""
    return handed_through(sequence, env)


_WORDS = {
    "bell": "rings the terminal",
    "osc9": "shows a notice (OSC 9)",
    "osc777": "shows a notice (OSC 777)",
    "osc99": "shows a notice (OSC 99)",
}


def describe(way: str, env: Mapping[str, str]) -> tuple[str, str]:
    """What becomes of a notice here, and how it could be better ("" if all is well).

    May take some tenths of a second.
    """
    way = way_for(env) if way == "auto" else way
    if way == "off":
        return "the end of a reply is told nobody (notify is off)", ""
    words = f"the end of a reply that nobody looks at {_WORDS[way]}"
    if not env.get("TMUX"):
        return words, ""
    if not tmux.is_on("focus-events"):
        words = "tmux does not tell whether one looks, so no end of a reply is told"
        return words, "tmux set -g focus-events on"
    if way != "bell" and not tmux.is_on("allow-passthrough"):
        words = "tmux keeps notices to itself: its allow-passthrough is off"
        return words, "tmux set -g allow-passthrough on"
    return words, ""


def _plain(text: str) -> str:
    return clean_line(text)[:_LONGEST]
