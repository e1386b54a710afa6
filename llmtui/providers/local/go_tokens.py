"""Go's language of templates (``text/template``), token by token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class TemplateError(ValueError):
    """The template is wrong, or says more than is understood here."""


class Token(NamedTuple):
    kind: str
    """``text``, ``open``, ``close``, or what ``_ACTION`` calls it."""
    text: str


_TAG = re.compile(r"\{\{(-(?=\s))?")
_ACTION = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<close>-?\}\})
  | (?P<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)
  | (?P<number>[+-]?\d+(?:\.\d+)?)
  | (?P<variable>\$\w*)
  | (?P<field>\.\w+)
  | (?P<dot>\.)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<sign>:=|[=|(),])
    """,
    re.VERBOSE,
)
_COMMENT = re.compile(r"\s*/\*.*?\*/\s*-?\}\}", re.DOTALL)
_BLANK = " \t\r\n"


def tokens(template: str) -> Iterator[Token]:
    at, trim = 0, False
    while tag := _TAG.search(template, at):
        text = template[at : tag.start()]
        text = text.lstrip(_BLANK) if trim else text
        yield Token("text", text.rstrip(_BLANK) if tag[1] else text)
        at, trim = tag.end(), False
        if comment := _COMMENT.match(template, at):
            at, trim = comment.end(), template[: comment.end()].endswith("-}}")
            continue
        yield Token("open", "")
        while True:
            found = _ACTION.match(template, at)
            if not found or found.lastgroup is None:
                raise TemplateError(f"not understood: {template[at : at + 20]!r}")
            at = found.end()
            yield Token(found.lastgroup, found[0])
            if found.lastgroup == "close":
                trim = found[0].startswith("-")
                break
    text = template[at:]
    yield Token("text", text.lstrip(_BLANK) if trim else text)
