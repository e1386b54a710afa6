"""Arrays of objects in an answer, as rows and columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from llmtui.chat.misfit import path_of

_FENCE = "```"


class Table(NamedTuple):
    """One array of objects."""

    path: str
    """Where it stands: ``$`` or ``$.people``."""
    columns: tuple[str, ...]
    """All keys, in the order in which they come first."""
    rows: tuple[tuple[str, ...], ...]
    """Texts as they are, other values as JSON; "" where a key is missing."""


def tables_of(text: str) -> list[Table]:
    """The arrays of objects in a text that is JSON, or has JSON in its fences.

    Those inside of other arrays are cells and not tables of their own.

    >>> tables_of('{"people": [{"name": "Ann", "age": 7}, {"name": "Bob"}]}')
    [Table(path='$.people', columns=('name', 'age'), rows=(('Ann', '7'), ('Bob', '')))]
    """
    found = []
    for source in _sources(text):
        try:
            value = json.loads(source)
        except (ValueError, RecursionError):
            continue
        found += [_table(path, array) for path, array in _arrays(value, ())]
    return found


def _sources(text: str) -> Iterator[str]:
    yield text
    if _FENCE in text:
        from llmtui.markdown.blocks import Blocks
        from llmtui.markdown.code import codes

        yield from (code.text for code in codes(Blocks(text).all()))


def _arrays(
    value: Any, steps: tuple[str, ...]
) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    if isinstance(value, list):
        if value and all(isinstance(row, Mapping) for row in value):
            yield path_of(steps), value
    elif isinstance(value, Mapping) and len(steps) < 20:
        for name, inner in value.items():
            yield from _arrays(inner, (*steps, name))


def _table(path: str, array: list[Mapping[str, Any]]) -> Table:
    columns = tuple(dict.fromkeys(name for row in array for name in row))
    rows = tuple(tuple(_cell(row.get(name, "")) for name in columns) for row in array)
    return Table(path, columns, rows)


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def csv_of(table: Table) -> str:
    """A table for spreadsheets (RFC 4180, with line feeds).

    >>> print(csv_of(Table("$", ("a", "b"), (("1", "so, so"),))), end="")
    a,b
    1,"so, so"
    """
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(table.rows)
    return out.getvalue()
