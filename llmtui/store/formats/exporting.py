"""Exporting: sessions as a document of one of several formats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from llmtui.chat.session import Session
from llmtui.sanitise import encodable
from llmtui.store.blobs import Blobs
from llmtui.store.formats import html, markdown, own, plain
from llmtui.store.formats.attached import with_contents

Document = Callable[[Iterable[Session]], Iterator[str]]


def _encodable(document: Document) -> Document:
    """A document that can be written as UTF-8, whatever scripts put into sessions."""
    return lambda sessions: map(encodable, document(sessions))


FORMATS: Mapping[str, Document] = {
    "md": _encodable(markdown.document),
    "html": _encodable(html.document),
    "json": own.document,
    "text": _encodable(plain.document),
}
"""What makes a document, by the name of its format. JSON has all branches and can be
imported; the others have the branch that is shown."""


def document_of(name: str, sessions: Iterable[Session], blobs: Blobs) -> Iterator[str]:
    """Sessions in a format; JSON has in it what is attached to messages."""
    if name == "json":
        sessions = (with_contents(session, blobs) for session in sessions)
    return FORMATS[name](sessions)


def text_of(session: Session, name: str, blobs: Blobs) -> str:
    """One session in a format, for the clipboard."""
    return "".join(document_of(name, [session], blobs))
