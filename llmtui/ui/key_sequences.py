"""What terminals send for keys, brought into the form that Textual reads.

Three forms are sent beside the legacy one. Kitty's protocol, ``CSI code ; modifiers ;
text u``, is Textual's own, but for what it does not ask for and some terminals send
all the same: a colon before other codes of the key, or before the kind of event.
xterm's modifyOtherKeys, ``CSI 27 ; modifiers ; code ~``, it takes for a text, so that
alt+enter loses its alt (measured with Textual 8.2). A number that is no character
would end it with a traceback.
"""

from __future__ import annotations

import re

_OTHER_KEYS = re.compile("\x1b\\[27;(\\d+);(\\d+)~")
_EXTENDED = re.compile("\x1b\\[([\\d:;]*)([u~ABCDEFHPQRS])")
_SHIFT, _NONE = 2, 1
"""Modifiers that leave a character one that is typed."""
_RELEASED = "3"
_MOST_DIGITS = 7


def textual_form(sequence: str) -> str:
    """A whole sequence as Textual reads it, "" for one that is no key press.

    >>> textual_form("\\x1b[27;3;13~"), textual_form("\\x1b[106:74;5:1u")
    ('\\x1b[13;3u', '\\x1b[106;5u')
    >>> textual_form("\\x1b[27;2;65~"), textual_form("\\x1b[A"), textual_form("a")
    ('\\x1b[65;2;65u', '\\x1b[A', 'a')
    >>> textual_form("\\x1b[106;5:3u"), textual_form("\\x1b[99999999u")
    ('', '')
    >>> textual_form("\\x1b[:9u"), textual_form("\\x1b[48;0:0R")
    ('\\x1b[u', '\\x1b[48;0R')
    """
    if match := _OTHER_KEYS.fullmatch(sequence):
        modifiers, code = match.groups()
        typed = modifiers in (str(_NONE), str(_SHIFT)) and _is_character(code)
        sequence = f"\x1b[{code};{modifiers}{f';{code}' if typed else ''}u"
    if not (match := _EXTENDED.fullmatch(sequence)):
        return sequence
    code, modifiers, text = f"{match[1]};;".split(";")[:3]
    modifiers, _, kind = modifiers.partition(":")
    code = code.partition(":")[0]
    numbers = (code, modifiers, *text.split(":"))
    if kind == _RELEASED or not all(map(_may_be, numbers)):
        return ""
    codes = ";".join((code, modifiers, text)).rstrip(";")
    return f"\x1b[{codes}{match[2]}"


def _may_be(number: str) -> bool:
    """Whether it can be the code of a character, or none."""
    if len(number) > _MOST_DIGITS:
        return False
    code = int(number or 0)
    return code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF


def _is_character(code: str) -> bool:
    return _may_be(code) and chr(int(code)).isprintable()
