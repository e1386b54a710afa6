"""Sequences that are meant for the terminal outside of tmux or screen."""

from __future__ import annotations

from collections.abc import Mapping

_DCS_BYTES = 240
"""screen passes device control strings of about 250 bytes on, no longer ones."""


def handed_through(sequence: str, env: Mapping[str, str]) -> str:
    """``sequence`` so wrapped that a multiplexer passes it on.

    tmux does with ``allow-passthrough on``. Nothing is wrapped without one.

    >>> handed_through("\\x1b]9;x\\x07", {"TMUX": "/tmp/tmux-1000/default,1,0"})
    '\\x1bPtmux;\\x1b\\x1b]9;x\\x07\\x1b\\\\'
    """
    if env.get("TMUX"):
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    if env.get("STY"):
        return "".join(
            f"\x1bP{sequence[at : at + _DCS_BYTES]}\x1b\\"
            for at in range(0, len(sequence), _DCS_BYTES)
        )
    return sequence
