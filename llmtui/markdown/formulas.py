"""Where formulas stand in a text, and what only looks like one.

Five ways to write them: ``$…$`` and ``\\(…\\)`` within a sentence, ``$$…$$``,
``\\[…\\]`` and ``\\begin{…}…\\end{…}`` on their own. A dollar is mostly money or a
variable of a shell; the rules for it are those of pandoc, and some more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from llmtui.markdown.lines import heading_of

LINES = 64
CHARS = 4_000
"""A longer formula is text."""
_INLINE_LINES = 8

_MARK = re.compile(r"`+|\\begin\{[A-Za-z]+\*?\}|\\.|\$+")
_INNER = re.compile(r"\\(?:begin|end)\{[^{}\n]*\}|\\.|\$\$?")
_ENVIRONMENT = re.compile(
    r"(?:align|alignat|aligned|alignedat|array|[bBpvV]?matrix|[dr]?cases|drcases|"
    r"displaymath|eqnarray|equation|flalign|gather|gathered|math|multline|multlined|"
    r"smallmatrix|split)\*?\Z"
)
_CLOSING = {"$$": "$$", "$": "$", "\\[": "\\]", "\\(": "\\)"}
_TEX = re.compile(r"\\[A-Za-z{},;|\\]|[\^_={}]|\A[^A-Za-z]*\Z")
"""What is in formulas and rarely in a sentence."""
_SURE = re.compile(r"\\[A-Za-z]|[\^_]\{|\A\^")
"""What makes one of what stands between letters too: ``km s$^{-1}$``."""
_WORD = re.compile("[A-Za-z]{3,}")
_UNFINISHED = re.compile(r"\\[A-Za-z]|\^| = |[-+*/=<>(,]\s*\Z")
"""What tells a formula behind a dollar from money and from variables."""
_AMOUNT = re.compile(r"[0-9][^\\^_={}+<>]*[\s,;][^\\^_={}]*\Z")
"""What begins with a number and goes on with words: ``$5 for a, or 6$``."""
_ORDINAL = re.compile(r"(?:st|nd|rd|th|s)(?![A-Za-z0-9])")
_WORDS = re.compile(r"(?:[A-Za-z]{2,}[,;:.]?\s+){4}[A-Za-z]{2,}")
_STOP = re.compile(r"[\s.,;:!?。，；：！？、)]*\Z")
"""What may follow a formula that stands on its own."""


class Formula(NamedTuple):
    """One in a text."""

    start: int
    """Where its opening delimiter stands."""
    end: int
    """Behind its closing one, -1 while there is none."""
    closing: str

    @property
    def is_open(self) -> bool:
        return self.end < 0

    @property
    def is_inline(self) -> bool:
        """Whether it belongs into a sentence."""
        return self.closing in ("$", "\\)")


def formulas(text: str, at: int = 0) -> Iterator[Formula]:
    """The formulas in a text from ``at`` on. If one is open, there may be others
    in what may be its inside.

    >>> [(found.start, found.end) for found in formulas("$5 and $x^2$, `$y$`")]
    [(7, 12)]
    """
    while mark := _MARK.search(text, at):
        at = mark.end()
        if mark[0][0] == "`":
            close = re.compile(rf"(?<!`){mark[0]}(?!`)").search(text, at)
            at = close.end() if close else at
        elif found := formula_at(text, mark.start()):
            yield found
            at = at if found.is_open else found.end


def formula_at(
    text: str, at: int, stop: int | None = None, *, closed: bool = False
) -> Formula | None:
    """The formula that begins at ``at``, None if there is none.

    One that is not closed in ``text`` is found where it looks like one, unless only
    ``closed`` ones are asked for.
    """
    stop = len(text) if stop is None else stop
    mark = _MARK.match(text, at, stop)
    closing = _closing(mark[0]) if mark else ""
    if not mark or not closing:
        return None
    start = mark.end()
    # Looked for at once: a text of nothing but openings would be read for each of them.
    end = -1
    if text.find(closing, start, stop) >= 0:
        end = closed_at(text[:stop], start, closing)
    if end < 0 and closed:
        return None
    if end < 0:
        rest = text[start:stop]
        return Formula(at, -1, closing) if _may_open(text, at, rest, closing) else None
    body = text[start : end - len(closing)]
    if not body.strip() or (closing == "$" and not _is_formula(text, at, body, end)):
        return None
    return Formula(at, end, closing)


def _closing(mark: str) -> str:
    """What closes what ``mark`` opens, "" if it opens nothing."""
    if mark.startswith("\\begin"):
        name = mark[len("\\begin{") : -1]
        return f"\\end{{{name}}}" if _ENVIRONMENT.match(name) else ""
    return _CLOSING.get(mark, "")


def opening_of(closing: str) -> str:
    """The delimiter that is closed by ``closing``.

    >>> opening_of("\\\\]"), opening_of("\\\\end{align}")
    ('\\\\[', '\\\\begin{align}')
    """
    if closing.startswith("\\end"):
        return closing.replace("\\end", "\\begin")
    return {"\\]": "\\[", "\\)": "\\("}.get(closing, closing)


def closed_at(text: str, start: int, closing: str) -> int:
    """Behind the delimiter that closes a formula whose inside begins at ``start``;
    -1 if it is not there."""
    if text.find(closing, start) < 0:
        return -1
    depth = 1
    within = opening_of(closing) if closing.startswith("\\end") else ""
    for mark in _INNER.finditer(text, start):
        if mark[0] == closing:
            depth -= 1
            if not depth:
                return mark.end()
        elif mark[0] == within:
            depth += 1
        elif closing == "$" and mark[0] == "$$":
            return -1
    return -1


def _is_formula(text: str, at: int, body: str, end: int) -> bool:
    """Whether what two single dollars enclose is a formula rather than prices."""
    if body[0].isspace() or body[-1].isspace() or "\n\n" in body:
        return False
    if body[0] == body[-1] == "`" and len(body) > 2:
        return True  # as GitHub has it: $`…`$
    if "`" in body or _AMOUNT.match(body) or body.count("\n") > _INLINE_LINES:
        return False
    if _SURE.search(body):
        return True
    before, after = text[at - 1 : at], text[end : end + 1]
    if after.isascii() and after.isalnum() and not _ORDINAL.match(text, end):
        return False
    return not (before.isascii() and before.isalnum())


def _may_open(text: str, at: int, rest: str, closing: str) -> bool:
    """Whether a formula that is not closed in its line may be one all the same."""
    if closing.startswith("\\end"):
        return True
    if closing == "$":
        before = text[at - 1 : at]
        glued = before.isascii() and before.isalnum()
        if not rest or rest[0].isspace() or "$" in rest or glued:
            return False
        return _UNFINISHED.search(rest) is not None
    return _TEX.search(rest) is not None or _WORD.search(rest) is None


class Part(NamedTuple):
    """A piece of a line of text: words, or a formula that is set apart from them."""

    start: int
    stop: int
    is_formula: bool = False
    awaited: str = ""
    """What closes the formula that is open at its end, "" if none is."""


def parts_of(line: str, read: int = 0, *, multiline: bool = True) -> Iterator[Part]:
    """The parts of a line, of which ``read`` characters begin no formula.

    ``multiline`` says whether a formula may go on in the next line.

    >>> [line[p.start : p.stop] for line in ["So $$x$$."] for p in parts_of(line)]
    ['So ', '$$x$$.']
    """
    at = 0
    for found in formulas(line, read):
        if found.is_open and not multiline:
            continue
        if not _stands_alone(line, found):
            if found.is_open:
                yield Part(at, len(line), awaited=found.closing)
                return
            continue
        if line[at : found.start].strip():
            yield Part(at, found.start)
        if found.is_open:
            yield Part(found.start, len(line), True, found.closing)
            return
        at = len(line) if ends_sentence(line[found.end :]) else found.end
        yield Part(found.start, at, True)
    if line[at:].strip() or not at:
        yield Part(at, len(line))


def _stands_alone(text: str, formula: Formula) -> bool:
    """Whether a formula of a line is set apart from the words around it.

    Dollars in pairs are sometimes written within sentences: they are set apart at
    the end of a line only.
    """
    if formula.is_inline:
        return False
    if formula.is_open or formula.closing != "$$":
        return True
    return ends_sentence(text[formula.end :])


def begins_formula(line: str) -> bool:
    """Whether a line begins with a formula that is set apart."""
    line = line.lstrip(" ")
    found = formula_at(line, 0) if line[:1] in ("$", "\\") else None
    return found is not None and _stands_alone(line, found)


def may_hold_formula(line: str) -> bool:
    """Whether a line is worth a closer look."""
    return "$" in line or "\\(" in line or "\\[" in line or "\\begin{" in line


def ends_sentence(text: str) -> bool:
    """Whether a text is nothing but what may stand behind a formula."""
    return _STOP.match(text) is not None


def goes_on(line: str, closing: str, lines: int, chars: int) -> bool:
    """Whether a formula of so many lines and characters may go on with ``line``.

    >>> goes_on("- y = 0", "$$", 1, 20), goes_on("so it is not what it was", "$$", 1, 9)
    (True, False)
    """
    inline = closing in ("$", "\\)")
    if lines >= (_INLINE_LINES if inline else LINES) or chars + len(line) > CHARS:
        return False
    if inline and not line.strip():
        return False
    if heading_of(line) and not _TEX.search(line):
        return False
    return "\\" in line or _WORDS.search(line) is None


def is_likely(body: str) -> bool:
    """Whether the inside of a formula that is not closed looks like one.

    >>> is_likely(" x = 1"), is_likely("and so on")
    (True, False)
    """
    return _TEX.search(body) is not None or _WORD.search(body) is None


def parted(source: str) -> tuple[str, str] | None:
    """A whole formula without its delimiters, and what stands behind it.

    >>> parted("$$x$$."), parted("\\\\begin{gather}x\\\\end{gather}"), parted("$$x")
    (('x', '.'), ('\\\\begin{gather}x\\\\end{gather}', ''), None)
    """
    found = formula_at(source, 0)
    if found is None or found.is_open:
        return None
    behind = source[found.end :].strip()
    if found.closing.startswith("\\end"):
        return source[: found.end], behind
    size = len(found.closing)
    body = source[size : found.end - size]
    if body[0] == body[-1] == "`" and size == 1:
        body = body[1:-1]
    return body, behind
