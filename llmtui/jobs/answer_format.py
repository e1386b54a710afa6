"""The format that answers are asked for in, as people give it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from llmtui.attachments.loaded import CannotAttach
from llmtui.attachments.regular_file import read_regular
from llmtui.files.faults import fault_of
from llmtui.files.text import NotText, read_text

if TYPE_CHECKING:
    from llmtui.chat.request import Format

_LARGEST = 1_000_000
"""Bytes of a file that may be a schema."""


class FormatError(ValueError):
    """No format; ``str()`` says why and what would be one."""


def read_format(value: str, *, streams: bool = False) -> Format:
    """``json``, a JSON schema as it is, or the file that holds one.

    ``streams``: see ``read_regular``. Raises ``FormatError``, also for a schema by
    which nothing can be checked. Blocking, and slow for a schema.
    """
    if value.strip().lower() == "json":
        return "json"
    inline = value.lstrip().startswith("{")
    where = "the schema" if inline else value
    try:
        found = json.loads(value if inline else _file(value, streams))
    except (ValueError, RecursionError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(f"{where} is no valid JSON: {fault_of(error)}") from None
    if not isinstance(found, dict):
        raise FormatError(
            f"{where} is no JSON schema: a schema is an object, like {{}}"
        )
    from llmtui.chat.json_schema import AnswerSchema, CheckerMissing, SchemaError

    try:
        AnswerSchema(found)
    except CheckerMissing as error:
        raise FormatError(str(error)) from None
    except SchemaError as error:
        raise FormatError(f"{where} is no JSON schema: {error}") from None
    return found


def _file(name: str, streams: bool) -> str:
    if not name.strip():
        raise FormatError(f"{name!r} cannot be read: it is no name of a file")
    path = Path(os.path.expanduser(name.strip()))
    try:
        content = read_regular(path, limit=_LARGEST, streams=streams)
    except CannotAttach as error:
        raise FormatError(str(error)) from None
    try:
        return read_text(content).text
    except NotText as kind:
        raise FormatError(f"{name} is {kind}, not a JSON schema") from None


def format_words(format: Format) -> str:  # noqa: A002
    """A format in a word or two.

    >>> format_words(None), format_words("json"), format_words({"title": "Person"})
    ('free text', 'JSON', 'JSON by the schema Person')
    """
    if format is None or isinstance(format, str):
        return "JSON" if format else "free text"
    title = format.get("title")
    return (
        f"JSON by the schema {title}" if isinstance(title, str) else "JSON by a schema"
    )
