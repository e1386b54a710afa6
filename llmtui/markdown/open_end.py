"""The end of a text that still grows: what of it can be drawn already.

A mark that has no partner yet would be drawn as text, and a moment later as what
it means. So what may become one is held back, which takes a moment, and code that
has begun is drawn as if it ended here; emphasis that has begun is the inline
parser's. Only the last two lines are open: before them, a mark without a partner is
text.
"""

from __future__ import annotations

import re
from functools import cached_property

from llmtui.markdown.autolinks import settled_addresses
from llmtui.markdown.formulas import formula_at

_LABEL = 160
"""Characters that a label in brackets is held back for."""
_ADDRESS = 2_000
_TAG = 400
_FORMULA = 60
_TEX = 1_000
"""The same of a formula that has TeX in it or is set apart."""

_MARKS = "*_~"
_ENDS_ADDRESS = "<`\\["
_SPECIAL = re.compile(r"[\\`\[!<&]|\$+|[*_~]+")
_BRACKET = re.compile(r"\\.|[\[\]]", re.DOTALL)
_DESTINATION = re.compile(r"\((?:[^()\\\n]|\\.|\([^()\n]*\))*\)")
_OPEN_DESTINATION = re.compile(
    r"\(\s*(?:<[^<>\n]*>?|\S*)(?:\s+(?:[\"'(].*)?)?\Z", re.DOTALL
)
_ENVIRONMENT = re.compile(r"\\(?:b|be|beg|begi|begin|begin\{[a-zA-Z]*\*?)?\Z")
_NO_FORMULA = re.compile(
    r"[0-9]\S*\s+[^\s\\<>=+*/^-]|\s|[A-Z]{2}|_|[A-Z]_[A-Z]{2}|[a-z_]{2,}[=/.:]"
    r"|[^\W\d_]{3,}\s+[^\W\d_]{3,}\s"
)
"""What is behind a dollar that is money, a variable or a sentence."""
_COMMAND = re.compile(r"\\[A-Za-z]|\^")
_CLOSED_TAG = re.compile(r"</?[a-zA-Z][^<>\n]*>")
_NAMES = (
    "a", "b", "br", "del", "details", "em", "i", "img", "kbd", "s", "strong", "sub",
    "summary", "sup", "u", "http", "https", "mailto",
)  # fmt: skip
_OPEN_TAG = re.compile(
    rf"</?(?:([a-zA-Z]*)|(?:{'|'.join(_NAMES)})[\s:/][^<>\n]*)\Z", re.IGNORECASE
)
_ENTITY = re.compile(r"&#?\w{0,31}\Z")


def settled(text: str) -> str:
    """A text without what may still change its meaning.

    >>> settled("a *b* and *"), settled("see [this](htt"), settled("use `co")
    ('a *b* and ', 'see ', 'use `co`')
    """
    return _End(text).settled()


class _End:
    """Goes through a text from mark to mark, up to the first that is open."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._size = len(text)
        self._first = text.rfind("\n", 0, max(0, text.rfind("\n"))) + 1
        """Where what may be open begins."""
        self._code: str | None = None

    def settled(self) -> str:
        text, at, whole = self._text, 0, 0
        while found := _SPECIAL.search(text, at):
            start = found.start()
            at = self._behind(found[0], start)
            if at < 0:
                if self._code is not None:
                    return self._code
                text = text[:start]
                if found[0] in _ENDS_ADDRESS:
                    return _without_marks(text)
                break
            if at > found.end():
                whole = at
        return _without_marks(settled_addresses(text, whole))

    def _behind(self, mark: str, at: int) -> int:
        """Where to go on behind the mark at ``at``; -1 if what it begins is open."""
        match mark:
            case "\\" | "$" | "$$":
                return self._formula(at)
            case "`":
                return self._code_span(at)
            case "[":
                return self._link(at)
            case "!":
                is_last = at + 1 == self._size
                is_image = self._text[at + 1 : at + 2] == "["
                return -1 if is_last else self._link(at + 1) if is_image else at + 1
            case "<":
                return self._tag(at)
            case "&":
                return -1 if _ENTITY.match(self._text, at) else at + 1
        end = at + len(mark)
        return -1 if end == self._size else end

    def _may_be_open(self, at: int, most: int) -> bool:
        """Whether what begins at ``at`` is waited for."""
        return at >= self._first and self._size - at <= most

    def _formula(self, at: int) -> int:
        text = self._text
        found = formula_at(text, at)
        if found is not None and not found.is_open:
            return found.end
        if found is not None and found.closing != "$":
            return -1 if self._size - at <= _TEX else at + 2
        if text[at] == "\\":
            begins = text.startswith(("\\(", "\\["), at)
            is_open = begins and self._may_be_open(at, _LABEL)
            return -1 if is_open or _ENVIRONMENT.match(text, at) else at + 2
        if self._may_be_open(at, _TEX if _COMMAND.search(text, at) else _FORMULA):
            return at + 1 if _NO_FORMULA.match(text, at + 1) else -1
        return at + 1

    def _code_span(self, at: int) -> int:
        text = self._text
        run = re.compile("`+").match(text, at)
        assert run is not None
        closing = re.compile(rf"(?<!`){run[0]}(?!`)").search(text, run.end())
        if closing is not None:
            return closing.end()
        if at < self._first:
            return run.end()
        if text[run.end() :].strip(" `"):
            self._code = text.rstrip("`") + run[0]
        return -1

    def _link(self, at: int) -> int:
        text = self._text
        end = self._label(at)
        if end < 0:
            return -1 if self._may_be_open(at, _LABEL) else at + 1
        if end == self._size:
            return -1
        if text[end] == "(":
            if found := _DESTINATION.match(text, end):
                return found.end()
            if self._may_be_open(at, _ADDRESS) and _OPEN_DESTINATION.match(text, end):
                return -1
        elif text[end] == "[":
            second = self._label(end)
            if second < 0 and self._may_be_open(end, _LABEL):
                return -1
            return max(second, at + 1)
        return at + 1

    def _label(self, at: int) -> int:
        """Behind the bracket that closes the one at ``at``, -1 if it is not there."""
        return self._labels.get(at, -1)

    @cached_property
    def _labels(self) -> dict[int, int]:
        opened: list[int] = []
        found = {}
        for bracket in _BRACKET.finditer(self._text):
            if bracket[0] == "[":
                opened.append(bracket.start())
            elif bracket[0] == "]" and opened:
                found[opened.pop()] = bracket.end()
        return found

    def _tag(self, at: int) -> int:
        if found := _CLOSED_TAG.match(self._text, at):
            return found.end()
        found = _OPEN_TAG.match(self._text, at)
        if found is None or not self._may_be_open(at, _TAG):
            return at + 1
        name = found[1]
        if name is None or any(n.startswith(name.lower()) for n in _NAMES):
            return -1
        return at + 1


def _without_marks(text: str) -> str:
    """A text without the marks at its end: they open or close with what comes next."""
    bare = text.rstrip(_MARKS)
    return text[: len(bare) + 1] if bare.endswith("\\") else bare
