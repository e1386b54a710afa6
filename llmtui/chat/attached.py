"""What is attached to a message, and the one form in which a model gets it.

Each text stands above the prompt, under its name and in a fence::

    notes.txt:
    ```
    what the file says
    ```

    the prompt

The fence is longer than any run of backquotes in the text, so that no text can end
its own. Pictures go beside the words, as the server's protocol has them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

from llmtui.chat.message import Attachment, Message
from llmtui.sanitise import clean_line

Contents = Callable[[Attachment], bytes]
"""Gives the bytes of an attachment; raises ``AttachmentGone``."""


class AttachmentGone(Exception):
    """What was attached is no longer there; ``str()`` says what, and what to do."""


class AttachedText(NamedTuple):
    """A text that a message has attached."""

    name: str
    sha256: str
    read: Callable[[], str]
    """Gives the text as the model gets it; raises ``AttachmentGone``. Blocking."""


def attached_texts(message: Message, contents: Contents) -> list[AttachedText]:
    """The texts that are attached to a message, in their order."""
    return [
        AttachedText(one.name, one.sha256, partial(_text, one, contents))
        for one in message.attachments
        if not one.is_image
    ]


def as_sent(message: Message, contents: Contents) -> tuple[str, tuple[bytes, ...]]:
    """The words and the images of a message as a model gets them.

    Raises ``AttachmentGone``. Blocking where something is attached.
    """
    if not message.attachments:
        return message.text, ()
    texts = [(t.name, t.read()) for t in attached_texts(message, contents)]
    images = tuple(contents(a) for a in message.attachments if a.is_image)
    return with_texts(message.text, texts), images


def with_texts(prompt: str, texts: Iterable[tuple[str, str]]) -> str:
    """A prompt below texts that have names.

    >>> print(with_texts("why?", [("a.log", "Error 7\\n")]))
    a.log:
    ```
    Error 7
    ```
    <BLANKLINE>
    why?
    """
    parts = [quoted(name, text) for name, text in texts]
    return "\n\n".join([*parts, prompt] if prompt.strip() else parts)


def quoted(name: str, text: str) -> str:
    """A text under its name, in a fence that it cannot end.

    >>> print(quoted("a\\nb.md", "```\\nx\\n```\\n"))
    a b.md:
    ````
    ```
    x
    ```
    ````
    """
    longest = max(map(len, re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    body = text.rstrip("\n")
    return f"{clean_line(name)}:\n{fence}\n{body}\n{fence}"


def _text(attachment: Attachment, contents: Contents) -> str:
    return contents(attachment).decode("utf-8", "replace")
