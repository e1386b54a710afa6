"""One file, or what came of a page: a text, an image, or the text of a document."""

from __future__ import annotations

from pathlib import Path

from llmtui.attachments.decoding import decode
from llmtui.attachments.image_header import read_header
from llmtui.attachments.images import load_image
from llmtui.attachments.loaded import LARGEST_TEXT, TEXT, CannotAttach, Loaded
from llmtui.attachments.pdf import PDF_MAGIC, load_pdf
from llmtui.attachments.regular_file import read_regular
from llmtui.files.text import NotText
from llmtui.human import size

LARGEST_FILE = 50_000_000
"""Bytes of a file of any kind; what models read of it is much less."""


def load_file(path: Path, name: str, *, streams: bool = False) -> Loaded:
    """Read a file whatever it is; raises ``CannotAttach``.

    ``name`` is what the model knows it by. ``streams``: see ``read_regular``. May
    take some seconds.
    """
    content = read_regular(path, limit=LARGEST_FILE, streams=streams)
    return load_content(name, str(path), content)


def load_content(name: str, shown: str, content: bytes) -> Loaded:
    """The same of bytes; ``shown`` is what they are called in sentences."""
    if (header := read_header(content)) is not None:
        return load_image(name, shown, content, header)
    if content.startswith(PDF_MAGIC):
        return load_pdf(name, shown, content)
    try:
        text, note = decode(content)
    except NotText as kind:
        raise CannotAttach(f"{shown} is {kind}, not text") from None
    return load_text(name, shown, text, note)


def load_text(name: str, shown: str, text: str, note: str = "") -> Loaded:
    """A text that is not too long; raises ``CannotAttach``."""
    content = text.encode("utf-8", "replace")
    if len(content) > LARGEST_TEXT:
        raise CannotAttach(
            f"{shown} has {size(len(content))} of text, which fits into no context: "
            f"at most {size(LARGEST_TEXT)} can be attached"
        )
    return Loaded(name, TEXT, content, (note,) if note else ())
