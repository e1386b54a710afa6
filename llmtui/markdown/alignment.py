"""Which piece of a source each character stands for that is shown of it.

A renderer drops marks, writes entities and formulas as characters and turns line
ends into blanks. It need not say where each character came from: what is shown
is found again here, when somebody copies it.
"""

from __future__ import annotations

import re
from html import unescape
from typing import NamedTuple

from llmtui.markdown.formulas import formulas

_DESTINATION = r"""\]\([ \n]*(?:<[^>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)
    (?:[ \n]+(?:"[^"]*"|'[^']*'))?[ \n]*\)"""
_ATOM = re.compile(
    rf"""(?P<escape>\\[!-/:-@\[-`{{-~])
    |(?P<entity>&(?:\#[0-9]{{1,7}}|\#[xX][0-9a-fA-F]{{1,6}}|[a-zA-Z][a-zA-Z0-9]{{1,31}});)
    |(?P<drawn>\[\^[^\]\[\s^]{{1,40}}\](?![(\[])|<su[bp]>[^<>]*</su[bp]>)
    |(?P<hidden>{_DESTINATION}|\]\[[^\]\n]*\]|</?[a-zA-Z][\w-]*(?:\s[^<>]*)?/?>|!\[)
    |(?P<mark>\*+|_+|~+|`+|[\[\]<>\\])
    |(?P<blank>\s)""",
    re.VERBOSE | re.DOTALL,
)
_FAR = 400
"""Pieces of the source that are tried for one character."""
_SURE = 3
"""Characters in a row that make a place the right one."""
_MARKS = 24
"""Pieces that are read to be sure, those that are not shown among them."""
_MISSES = 60
"""Characters that are nowhere in the source before it is given up."""


class Stretch(NamedTuple):
    """The piece of a source that a shown character stands for."""

    start: int
    end: int


class _Atom(NamedTuple):
    """A piece of the source that is shown as one of ``forms``, "" for not at all."""

    start: int
    end: int
    forms: tuple[str, ...]
    free: bool = False
    """Whether it may be shown as anything, as formulas and marks of notes are."""

    @property
    def may_hide(self) -> bool:
        return self.forms[-1] == ""


def align(shown: str, source: str) -> list[Stretch] | None:
    """For each character of ``shown`` its place; None if it is not made of ``source``.

    Places never go back. A character that is not in the source has an empty one.

    >>> [source[a:b] for source in ["a **b** &lt;"] for a, b in align("a b <", source)]
    ['a', ' ', 'b', ' ', '&lt;']
    """
    atoms = _atoms(source)
    places: list[Stretch] = []
    at = misses = 0
    end = 0
    while len(places) < len(shown):
        here = len(places)
        found = _next(atoms, at, shown, here)
        if found is None:
            places.append(Stretch(end, end))
            misses += not shown[here].isspace()
            if misses > _MISSES:
                return None
            continue
        at, size = found
        atom = atoms[at]
        places += [Stretch(atom.start, atom.end)] * size
        at, end = at + 1, atom.end
    return places


def _atoms(source: str) -> list[_Atom]:
    """The pieces of a source: its formulas, and those between them."""
    atoms: list[_Atom] = []
    at = 0
    for start, end, _ in formulas(source):
        if end > at:
            raw = source[start:end]
            atoms += _text_atoms(source, at, start)
            atoms.append(_Atom(start, end, (raw, raw.strip("$")), free=True))
            at = end
    return atoms + _text_atoms(source, at, len(source))


def _text_atoms(source: str, at: int, stop: int) -> list[_Atom]:
    atoms: list[_Atom] = []

    def letters(end: int) -> None:
        atoms.extend(_Atom(n, n + 1, (source[n],)) for n in range(at, end))

    for match in _ATOM.finditer(source, at, stop):
        letters(match.start())
        start, at = match.span()
        raw, kind = match[0], match.lastgroup
        if kind == "escape":
            atoms.append(_Atom(start, at, (raw, raw[1])))
        elif kind == "drawn":
            atoms.append(_Atom(start, at, (raw,), free=True))
        elif kind == "entity":
            atoms.append(_Atom(start, at, (raw, unescape(raw))))
        elif kind == "blank":
            atoms.append(_Atom(start, at, _blanks(raw)))
        elif kind == "mark" and len(raw) > 1:
            # Of several equal ones some may be shown.
            atoms.extend(_Atom(n, n + 1, (source[n], "")) for n in range(start, at))
        else:
            atoms.append(_Atom(start, at, (raw, "")))
    letters(stop)
    return atoms


def _blanks(raw: str) -> tuple[str, ...]:
    if raw == "\t":
        return ("\t", "    ", "   ", "  ", " ", "")
    return (raw, " ", "\n", "")


def _next(atoms: list[_Atom], at: int, shown: str, here: int) -> tuple[int, int] | None:
    """The atom that shows the character at ``here``, and how many from there on."""
    if at < len(atoms) and not atoms[at].may_hide and not atoms[at].free:
        for form in atoms[at].forms:
            if shown.startswith(form, here):
                return at, len(form)
    for index in range(at, min(at + _FAR, len(atoms))):
        atom = atoms[index]
        for form in filter(None, atom.forms):
            if shown.startswith(form, here) and _agrees(
                atoms, index + 1, shown, here + len(form)
            ):
                return index, len(form)
        if atom.free:
            size = _free_size(atoms, index, shown, here)
            return (index, size) if size else None
    return None


def _free_size(atoms: list[_Atom], at: int, shown: str, here: int) -> int:
    """How many characters an atom has that is shown as anything, 0 if none."""
    for stop in range(here + 1, min(here + _FAR, len(shown)) + 1):
        if _agrees(atoms, at + 1, shown, stop):
            return stop - here
    return 0


def _agrees(atoms: list[_Atom], at: int, shown: str, here: int) -> bool:
    """Whether what is shown from ``here`` on can be the atoms from ``at`` on."""
    sure = 0
    for index in range(at, at + _MARKS):
        if sure == _SURE:
            return True
        if here >= len(shown):
            return all(a.may_hide for a in atoms[index : index + _SURE])
        if index >= len(atoms):
            return False
        atom = atoms[index]
        if atom.free:
            return True
        form = next((f for f in atom.forms if shown.startswith(f, here)), None)
        if form is None:
            return False
        here += len(form)
        sure += bool(form)
    return False
