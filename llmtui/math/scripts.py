"""Small letters: what can be an index or an exponent within its line."""

from __future__ import annotations

from functools import cache

_UNCHANGED = "*†‡′″‴°,"
"""What stands as it is beside small letters."""
_VULGAR = {
    "1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾", "1/5": "⅕", "2/5": "⅖",
    "3/5": "⅗", "4/5": "⅘", "1/6": "⅙", "5/6": "⅚", "1/8": "⅛", "3/8": "⅜", "5/8": "⅝",
    "7/8": "⅞",
}  # fmt: skip


_CORRECTED = {"_": {"ϕ": "ᵩ"}, "^": {"ϕ": "ᵠ", "V": "ⱽ", "∘": "°", "θ": "ᶿ"}}
_NO_LETTERS = "<>.∫*"
"""What the table has only something similar for."""


@cache
def _small() -> dict[str, dict[str, str]]:
    """Small characters by the usual ones: lowered under ``_``, raised under ``^``."""
    from unicodeit.data import SUBSUPERSCRIPTS

    tables: dict[str, dict[str, str]] = {"_": {}, "^": {}}
    for source, small in SUBSUPERSCRIPTS:
        if source[1:] not in _NO_LETTERS:
            tables[source[0]][source[1:]] = small
    for which, table in tables.items():
        table.update(_CORRECTED[which])
        table.update({sign: sign for sign in _UNCHANGED})
    return tables


def lowered(text: str) -> str | None:
    """``text`` as an index, None where a character has no such form.

    >>> lowered("i+1"), lowered("max"), lowered("B")
    ('ᵢ₊₁', 'ₘₐₓ', None)
    """
    return _mapped(text, _small()["_"])


def raised(text: str) -> str | None:
    """``text`` as an exponent.

    >>> raised("n−1"), raised("T"), raised("ab/q")
    ('ⁿ⁻¹', 'ᵀ', None)
    """
    return _mapped(text, _small()["^"])


def _mapped(text: str, table: dict[str, str]) -> str | None:
    found = [table.get(character) for character in text]
    return None if None in found else "".join([f or "" for f in found])


def vulgar(over: str, under: str) -> str | None:
    """A fraction that is one character.

    >>> vulgar("1", "2"), vulgar("1", "7")
    ('½', None)
    """
    return _VULGAR.get(f"{over}/{under}")
