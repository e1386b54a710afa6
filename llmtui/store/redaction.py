"""Taking texts out of other ones, and of bytes that nobody can read any more."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from llmtui.store.file_format import encode

LONG = 6
"""Characters from which a text is looked for in others: shorter ones are anywhere."""
_SHORTEST = 6
"""Bytes of a text's beginning that are taken out at the end of a torn file."""


def without(text: str, gone: Iterable[str]) -> str:
    """A text less others; a short one goes only where it is all of it.

    >>> without("say secret-word now", ["secret-word"])
    'say  now'
    >>> without("say no", ["no"]), without("no\\n", ["no"])
    ('say no', '')
    """
    for one in gone:
        if text.strip() == one.strip():
            return ""
        if len(one) >= LONG:
            text = text.replace(one, "")
    return text


def redacted(data: bytes, texts: Iterable[str]) -> bytes:
    """``data`` without the texts, however JSON wrote them, nor a beginning of one that
    the end cuts off; a short one goes only where it is a whole value.

    >>> redacted(b'{"text":"my \\xc3\\xa9clair"}', ["my \\xe9clair"])
    b'{"text":""}'
    >>> redacted(b'{"text":"say: hunter', ["hunter2 is it"])
    b'{"text":"say: '
    >>> redacted(b'{"text":"text", "by": "context"', ["text"])
    b'{"text":"", "by": "context"'
    """
    for text in texts:
        for form in _forms(text):
            if len(text) >= LONG:
                data = _without_end(data.replace(form, b""), form)
            else:
                value = rb'(:\s*)"' + re.escape(form) + b'"'
                data = re.sub(value, rb'\1""', data)
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
