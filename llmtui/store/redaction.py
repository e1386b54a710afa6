"""Taking texts out of bytes that nobody can read as what they were."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from llmtui.store.file_format import encode

_SHORTEST = 6
"""Bytes of a text's beginning that are taken out at the end of a torn file."""


def redacted(data: bytes, texts: Iterable[str]) -> bytes:
    """``data`` without the texts, however JSON wrote them, nor a beginning of one that
    the end cuts off.

    >>> redacted(b'{"text":"my \\xc3\\xa9clair"}', ["my \\xe9clair"])
    b'{"text":""}'
    >>> redacted(b'{"text":"say: hunter', ["hunter2 is it"])
    b'{"text":"say: '
    """
    for text in texts:
        for form in _forms(text):
            data = _without_end(data.replace(form, b""), form)
    return data


def _forms(text: str) -> Iterator[bytes]:
    yield encode(text)[1:-1]
    yield json.dumps(text)[1:-1].encode()
    yield text.encode("utf-8", "surrogatepass")


def _without_end(data: bytes, form: bytes) -> bytes:
    """A power cut leaves zeros where the rest of a file was to be."""
    whole = data.rstrip(b"\0")
    start = form[:_SHORTEST]
    at = whole.find(start, max(0, len(whole) - len(form)))
    while len(start) == _SHORTEST and at >= 0:
        if form.startswith(whole[at:]):
            return whole[:at]
        at = whole.find(start, at + 1)
    return data
