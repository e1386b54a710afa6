"""Vim's text objects: what ``iw``, ``a"`` or ``i(`` mean at a place. Pure."""

from __future__ import annotations

from llmtui.ui.vim import lines
from llmtui.ui.vim.motions import word_class

Range = tuple[int, int]

_BRACKETS = {
    key: pair
    for keys, pair in (("()b", "()"), ("[]", "[]"), ("{}B", "{}"), ("<>", "<>"))
    for key in keys
}
QUOTES = frozenset("\"'`")
OBJECTS = frozenset("wW") | QUOTES | frozenset(_BRACKETS)


def text_object(which: str, key: str, text: str, at: int) -> Range | None:
    """Where it begins and ends; ``which`` is ``i`` for inside, ``a`` for around.

    >>> text = 'say "hello, you" (or not)'
    >>> [text[slice(*text_object(w, k, text, 7))] for w, k in ('iw', 'aw', 'i"', 'a"')]
    ['hello', 'hello', 'hello, you', '"hello, you"']
    >>> text[slice(*text_object("i", "(", text, 20))]
    'or not'
    """
    around = which == "a"
    if key in "wW":
        return _word(text, at, key == "W", around)
    if key in QUOTES:
        return _quoted(text, at, key, around)
    return _bracketed(text, at, _BRACKETS[key], around)


def _word(text: str, at: int, big: bool, around: bool) -> Range | None:
    start, stop = lines.start(text, at), lines.end(text, at)
    if at >= stop:
        return at, at
    first = at
    kind = word_class(text[at], big)
    while first > start and word_class(text[first - 1], big) == kind:
        first -= 1
    last = _run(text, at, stop, big)
    if around and not kind:  # blanks go with the word behind them
        return (first, _run(text, last, stop, big)) if last < stop else None
    if around:
        end = _run(text, last, stop, big) if text[last : last + 1].isspace() else last
        if last == end:
            while first > start and text[first - 1].isspace():
                first -= 1
        last = end
    return first, last


def _run(text: str, at: int, stop: int, big: bool) -> int:
    """Where characters of one class end."""
    kind = word_class(text[at], big)
    while at < stop and word_class(text[at], big) == kind:
        at += 1
    return at


def _quoted(text: str, at: int, quote: str, around: bool) -> Range | None:
    """The pair around the place, or the next one in the line."""
    start, stop = lines.start(text, at), lines.end(text, at)
    places = [i for i in range(start, stop) if text[i] == quote]
    for first, last in zip(places[::2], places[1::2], strict=False):
        if at <= last:
            return (first, last + 1) if around else (first + 1, last)
    return None


def _bracketed(text: str, at: int, pair: str, around: bool) -> Range | None:
    opening, closing = pair[0], pair[1]
    depth, first = 0, min(at, len(text) - 1)
    if text[first : first + 1] == closing:
        first -= 1
    while first >= 0 and (text[first] != opening or depth):
        depth += (text[first] == closing) - (text[first] == opening)
        first -= 1
    if first < 0:
        return None
    depth, last = 0, first + 1
    while last < len(text) and (text[last] != closing or depth):
        depth += (text[last] == opening) - (text[last] == closing)
        last += 1
    if last == len(text):
        return None
    return (first, last + 1) if around else (first + 1, last)
