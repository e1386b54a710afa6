"""Changing one table of a TOML text, and not a character of anything else.

The text is cut into statements: a header, a pair, or lines that say nothing. Each is
read by ``tomllib`` alone, so that nothing of TOML has to be known here, and comments
stay with the lines that they stand beside or above. A parser that keeps comments
(tomlkit) counts those above a header to the table before it, and takes them along.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

Path = tuple[str, ...]
"""The keys from the root of a document to a value."""


class Uneditable(Exception):
    """A text in which the change cannot be made without harm to other parts."""


class Statement(NamedTuple):
    """Some whole lines of a text."""

    text: str
    """With its line end, unless the text ends without one."""
    table: Path = ()
    """The table in which it stands; for a header the one that it begins."""
    path: Path | None = None
    """What it says something of; None for empty lines and comments."""
    key: str = ""
    """For a pair, what stands before its ``=``."""


def set_table(text: str, path: Path, table: Mapping[str, Any]) -> str:
    """The text with ``table`` at ``path``: what is the same stays, what is not in it
    goes.

    Raises ``Uneditable``, and ``tomllib.TOMLDecodeError`` for what is no TOML.

    >>> print(set_table("[a.b]  # x\\nurl = 1 # y\\nz = 2", ("a", "b"), {"url": 3}))
    [a.b]  # x
    url = 3 # y
    <BLANKLINE>
    """
    before, found = tomllib.loads(text), list(statements(text))
    was = _at(before, path)
    if was is None:
        parts = _with_new(found, path, table)
    elif any(s.table == path for s in found):
        parts = _with_changed(found, path, table, was)
    else:
        raise Uneditable  # it is written within a line of another table
    return _checked("".join(parts), before, path, table)


def remove_table(text: str, path: Path) -> str:
    """The text without the table at ``path`` and the comments that stand above it.

    Raises as ``set_table``.

    >>> remove_table("# mine\\n[a.b]\\nurl = 1\\n\\n# next\\n[c]\\n", ("a", "b"))
    '\\n# next\\n[c]\\n'
    """
    before, found = tomllib.loads(text), list(statements(text))
    about = [n for n, s in enumerate(found) if _is_about(s, path)]
    own = [n for n in about if found[n].table == path]
    # What stands between its own lines is its own.
    gone = {*about, *range(own[0], own[-1])} if own else set(about)
    above = own[0] - 1 if own else -1
    while above >= 0 and found[above].text.lstrip().startswith("#"):
        gone.add(above)
        above -= 1
    if above >= 0 and not found[above].text.strip():
        gone.add(above)
    kept = (s.text for number, s in enumerate(found) if number not in gone)
    return _checked("".join(kept), before, path, None)


def statements(text: str) -> Iterator[Statement]:
    """The parts of a text, in order; together they are the text."""
    table: Path = ()
    gathered = ""
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        gathered += line
        try:
            data = tomllib.loads(gathered)
        except tomllib.TOMLDecodeError:
            continue  # a text or a list of several lines
        if gathered.lstrip().startswith("["):
            table = _keys(data)
            yield Statement(gathered, table, table)
        elif data:
            key = _before_equals(gathered)
            path = (*table, *_keys(tomllib.loads(f"{key}= 0")))
            yield Statement(gathered, table, path, key)
        else:
            yield Statement(gathered, table)
        gathered = ""


def as_toml(value: Any) -> str:
    """A text, number, truth, list or table in one line.

    >>> print(as_toml({"X-A": "b", "y z": [1, True]}))
    { X-A = "b", "y z" = [1, true] }
    """
    if isinstance(value, Mapping):
        return f"{{ {', '.join(_pair(*item) for item in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(as_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


# -- what is changed -------------------------------------------------------------


def _with_changed(
    found: list[Statement],
    path: Path,
    table: Mapping[str, Any],
    was: Mapping[str, Any],
) -> Iterator[str]:
    same = {key for key in table if key in was and was[key] == table[key]}
    rest = {key: value for key, value in table.items() if key not in same}
    last = max(n for n, s in enumerate(found) if s.table == path and s.path)
    for number, statement in enumerate(found):
        inner = _below(statement, path)
        if not inner or inner[0] in same:
            yield _ended(statement) if number == last and rest else statement.text
        elif inner[0] in rest and len(inner) == 1 and statement.key:
            yield _with_value(statement, rest.pop(inner[0]))
        if number == last:
            yield from (f"{_pair(*item)}\n" for item in rest.items())


def _with_new(
    found: list[Statement], path: Path, table: Mapping[str, Any]
) -> Iterator[str]:
    """The table stands behind its siblings, else at the end."""
    header = f"[{'.'.join(map(_quoted, path))}]"
    new = "".join(f"{line}\n" for line in (header, *map(_pair, table, table.values())))
    siblings = [n for n, s in enumerate(found) if s.path and s.table[:1] == path[:1]]
    last = siblings[-1] if siblings else len(found) - 1
    for number, statement in enumerate(found):
        if number != last:
            yield statement.text
            continue
        yield _ended(statement)
        yield "\n" if statement.text.strip() else ""
        yield new
        below = found[number + 1].text if number + 1 < len(found) else ""
        yield "\n" if below.strip() else ""
    if not found:
        yield new


def _with_value(pair: Statement, value: Any) -> str:
    """A pair with another value; the comment beside it stays."""
    comment = ""
    for at in (m.start() for m in re.finditer("#", pair.text)):
        if _reads(pair.text[:at]):
            comment = pair.text[len(pair.text[:at].rstrip()) :].rstrip("\n")
            break
    gap = re.match(r"[ \t]*", pair.text[len(pair.key) + 1 :])
    return f"{pair.key}={gap[0] if gap else ' '}{as_toml(value)}{comment}\n"


def _ended(statement: Statement) -> str:
    return statement.text.removesuffix("\n") + "\n"


def _pair(key: str, value: Any) -> str:
    return f"{_quoted(key)} = {as_toml(value)}"


def _quoted(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key)


# -- what is there ---------------------------------------------------------------


def _is_about(statement: Statement, path: Path) -> bool:
    return statement.path is not None and statement.path[: len(path)] == path


def _below(statement: Statement, path: Path) -> Path:
    """What a statement is about, seen from a table; () for other things."""
    return (statement.path or ())[len(path) :] if _is_about(statement, path) else ()


def _keys(data: Mapping[str, Any]) -> Path:
    """The keys of a document with one value, down to it."""
    path: list[str] = []
    at: Any = data
    while isinstance(at, Mapping) and at:
        ((key, at),) = at.items()
        path.append(key)
    return tuple(path)


def _before_equals(pair: str) -> str:
    """A key may be in quotes, and have a = in them."""
    equals = (m.start() for m in re.finditer("=", pair))
    return next(pair[:at] for at in equals if _reads(f"{pair[:at]}= 0"))


def _reads(text: str) -> bool:
    try:
        return bool(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        return False


def _at(data: Mapping[str, Any], path: Iterable[str]) -> Any:
    """The value at a path, None if there is none."""
    found: Any = data
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _checked(
    text: str, before: Mapping[str, Any], path: Path, table: Mapping[str, Any] | None
) -> str:
    """The text, if it says what it is to say and nothing else."""
    try:
        after = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise Uneditable from None
    same = _without(before, path) == _without(after, path)
    if not same or _at(after, path) != table:
        raise Uneditable
    return text


def _without(data: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """A document but for one value, and for tables that hold nothing else."""
    key, *deeper = path
    rest = {name: value for name, value in data.items() if name != key}
    if deeper and isinstance(inner := data.get(key), Mapping):
        inner = _without(inner, tuple(deeper))
        return rest | {key: inner} if inner else rest
    return rest
