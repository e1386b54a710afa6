"""What was read to be attached, and why something cannot be."""

from __future__ import annotations

from typing import NamedTuple

from llmtui.chat.message import Attachment

TEXT = "text/plain"
"""The media type of what models read, whatever it was made from."""

LARGEST_TEXT = 10_000_000
"""Bytes of text that are attached at a time: more fits into no context."""


class CannotAttach(Exception):
    """Something cannot be attached; ``str()`` is a sentence that says what and why.

    It may hold names of files as they are: whoever shows it cleans it.
    """


class Loaded(NamedTuple):
    """A text or an image as it will be kept and sent."""

    name: str
    type: str
    """The media type: ``text/plain`` or an image's."""
    content: bytes
    """A text in UTF-8, whatever it was in; an image as the model gets it."""
    notes: tuple[str, ...] = ()
    """What the user should know of how it was read: phrases that follow ``in NAME``."""

    @property
    def is_image(self) -> bool:
        """Whether models look at it, rather than read it."""
        return self.type.startswith("image/")

    def sentences(self, typed: str = "") -> tuple[str, ...]:
        """The notes, for who sees them alone and may know it by what was ``typed``."""
        return tuple(f"in {typed or self.name} {note}" for note in self.notes)

    @property
    def as_text(self) -> tuple[str, str]:
        """Its name, and what a model reads."""
        return self.name, self.content.decode("utf-8")

    def attachment(self, sha256: str = "") -> Attachment:
        """It as a message refers to it, by the hash under which it is kept."""
        return Attachment(sha256, self.name, self.type, len(self.content))
