"""Whether an answer is in the format that was asked for, said while it comes.

An ``AnswerSchema`` is made once and slowly; a ``FormatCheck`` belongs to one answer
and takes microseconds a token.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from llmtui.chat.events import Event, Text, WasThinking
from llmtui.chat.json_reader import JsonReader, NotJson, Place
from llmtui.chat.json_schema import AnswerSchema, SchemaError
from llmtui.chat.misfit import Misfit, path_of
from llmtui.chat.schema_check import SchemaCheck

if TYPE_CHECKING:
    from llmtui.chat.request import Format


def open_check(format: Format) -> FormatCheck | None:  # noqa: A002
    """The check of an answer that was asked for in a format; None for free text.

    Slow where the format is a schema. One that cannot be used is a misfit.
    """
    if format is None:
        return None
    if isinstance(format, str):
        return FormatCheck(None)
    try:
        return FormatCheck(AnswerSchema(format))
    except SchemaError as error:
        check = FormatCheck(None)
        check.misfit = Misfit("$", f"cannot be checked: the schema is wrong, {error}")
        return check


class FormatCheck:
    """Reads one answer as it comes. Nothing here raises."""

    def __init__(self, schema: AnswerSchema | None) -> None:
        """Without a schema any JSON will do."""
        self.misfit: Misfit | None = None
        """What is certain by now; nothing is read after it."""
        self._schema = schema
        self._begin()

    def _begin(self) -> None:
        schema = self._schema
        self._check = SchemaCheck(schema) if schema is not None else None
        self._place: Place = self._check or Place()
        self._reader = JsonReader(self._place)

    def take(self, event: Event) -> None:
        """Read what there is of the answer in an event."""
        if isinstance(event, Text):
            self.feed(event.delta)
        elif isinstance(event, WasThinking):  # so the answer only begins
            self.misfit = None
            self._begin()

    def feed(self, delta: str) -> None:
        """Read the next piece."""
        if self.misfit is None:
            self._read(lambda: self._reader.feed(delta))

    def end(self) -> Misfit | None:
        """All has come: why it does not fit, None if it does."""
        if self.misfit is None:
            self._read(self._reader.end)
        return self.misfit

    def _read(self, step: Callable[[], None]) -> None:
        try:
            step()
        except NotJson as problem:
            here = path_of(self._place.steps)
            self.misfit = Misfit(here, f"is no JSON: {problem}")
        if self._check is not None and self._check.misfit is not None:
            self.misfit = self._check.misfit
