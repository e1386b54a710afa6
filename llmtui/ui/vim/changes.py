"""What vim's changes make of a text. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from llmtui.ui.vim import lines


class Register(NamedTuple):
    """What was taken last."""

    text: str = ""
    whole_lines: bool = False


class Range(NamedTuple):
    """A part of a text; of lines it has no line feed at its end."""

    start: int
    end: int
    whole_lines: bool = False
    cursor: int | None = None
    """Where the cursor is once it was yanked, if not at its start."""


class Changed(NamedTuple):
    """A text, and where the cursor is in it."""

    text: str
    at: int


def taken(text: str, part: Range) -> Register:
    """What a register holds of a part."""
    return Register(text[part.start : part.end], part.whole_lines)


def delete(text: str, part: Range) -> Changed:
    """Without a part; of lines their line feed goes too."""
    start, end = part.start, part.end
    if not part.whole_lines:
        return Changed(text[:start] + text[end:], start)
    if end < len(text):
        end += 1
    elif start:
        start -= 1
    left = text[:start] + text[end:]
    return Changed(left, lines.first_word(left, start))


def put(text: str, at: int, what: Register, count: int, *, before: bool) -> Changed:
    """With what was taken, behind the cursor or ``before`` it."""
    if not what.text and not what.whole_lines:
        return Changed(text, at)
    if what.whole_lines:
        block = "\n".join([what.text] * count)
        if before:
            place = lines.start(text, at)
            changed = f"{text[:place]}{block}\n{text[place:]}"
        else:
            place = lines.end(text, at) + 1
            changed = f"{text[: place - 1]}\n{block}{text[place - 1 :]}"
        return Changed(changed, lines.first_word(changed, place))
    block = what.text * count
    place = at if before or lines.is_empty(text, at) else at + 1
    changed = text[:place] + block + text[place:]
    return Changed(changed, place if "\n" in block else place + len(block) - 1)


def replace(text: str, at: int, character: str, count: int) -> Changed:
    """With one character in the place of so many, if the line has them."""
    if at + count > lines.end(text, at):
        return Changed(text, at)
    if character == "\n":
        return Changed(text[:at] + "\n" + text[at + count :], at + 1)
    return Changed(text[:at] + character * count + text[at + count :], at + count - 1)


def join(text: str, at: int, count: int) -> Changed:
    """With so many lines made one, at least two; a space between them."""
    for _ in range(max(1, count - 1)):
        end = lines.end(text, at)
        if end == len(text):
            break
        before, after = text[:end], text[end + 1 :]
        rest = after.lstrip(" \t")
        line = before[lines.start(before, end) :]
        space = not (line[-1:] in ("", " ", "\t") or rest[:1] in ("", "\n", ")"))
        text, at = before + " " * space + rest, end
    return Changed(text, at)


def mapped(text: str, part: Range, how: Callable[[str], str]) -> Changed:
    """With a part as ``how`` makes it."""
    made = how(text[part.start : part.end])
    return Changed(text[: part.start] + made + text[part.end :], part.start)


def open_line(text: str, at: int, *, above: bool) -> Changed:
    """With an empty line beside the one that a place is in."""
    place = lines.start(text, at) if above else lines.end(text, at)
    changed = f"{text[:place]}\n{text[place:]}"
    return Changed(changed, place if above else place + 1)


def begin_insert(key: str, text: str, at: int) -> Changed:
    """The text, and the place in it, that a command begins to write at."""
    match key:
        case "a":
            return Changed(text, min(at + 1, lines.end(text, at)))
        case "I":
            return Changed(text, lines.first_word(text, at))
        case "A":
            return Changed(text, lines.end(text, at))
        case "o" | "O":
            return open_line(text, at, above=key == "O")
    return Changed(text, at)


def put_over(text: str, part: Range, what: Register) -> Changed:
    """With what was taken in the place of a part."""
    left = delete(text, part)
    if part.whole_lines and not left.text:
        return Changed(what.text, 0)
    if part.whole_lines and part.end == len(text):
        return put(*left, what, 1, before=False)
    return put(*left, what, 1, before=True)


def fill(text: str, part: Range, character: str) -> Changed:
    """With one character in the place of each in a part, but for line feeds."""
    filled = "".join(
        old if old == "\n" else character for old in text[part.start : part.end]
    )
    return Changed(text[: part.start] + filled + text[part.end :], part.start)
