"""What a reply lacks although it came to its end: decided here for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from llmtui.chat.message import Message
    from llmtui.chat.misfit import Misfit
    from llmtui.chat.request import Format

REPEATING = "repeating"
"""The ``done_reason`` of a reply that this program ended."""
REPEATING_WORDS = "it was repeating itself"


class Lack(NamedTuple):
    """What is missing in a reply that ended by itself."""

    sentence: str
    """For a person; in one line, without a full stop."""
    goes_on: bool
    """Whether going on with the reply can help; else only another one can."""
    misfits: bool = False
    """Whether it is whole, but not in the format that was asked for."""


def lack(
    done_reason: str,
    text: str,
    thinking: str = "",
    *,
    calls: bool = False,
    format: Format = None,  # noqa: A002
    misfit: Misfit | None = None,
    options: Mapping[str, Any] | None = None,
) -> Lack | None:
    """What a complete reply lacks, None if nothing.

    ``done_reason`` is as Ollama (``stop``, ``length``) and OpenAI's API
    (``content_filter``) have it; ``format`` and ``options`` were asked for, and
    ``misfit`` is what was found against the format.

    >>> lack("stop", "Hello.")
    >>> lack("length", "He", options={"num_predict": 1}).sentence
    'length limit reached (num_predict 1)'
    >>> lack("stop", "", "hm").sentence, lack("stop", " ").sentence
    ('it thought, but gave no answer', 'the answer is empty')
    >>> lack("length", '{"a": [1', format="json").sentence
    'length limit reached (the JSON is cut)'
    """
    empty = not text.strip()
    if done_reason == "content_filter":
        return Lack("the content filter of the server ended it", goes_on=not empty)
    broken = format is not None and not empty and not _is_json(text)
    if misfit is not None and not (empty or calls or done_reason == "length"):
        return Lack(f"does not fit: {misfit.sentence}", goes_on=False, misfits=True)
    if done_reason == "length":
        return Lack(f"length limit reached{_where(empty, broken, options)}", not empty)
    if calls or not (empty or broken):
        return None
    if broken:
        return Lack("the JSON is cut or wrong", goes_on=False, misfits=True)
    if thinking.strip():
        return Lack("it thought, but gave no answer", goes_on=False)
    return Lack("the answer is empty", goes_on=False)


def lack_of(message: Message) -> Lack | None:
    """What a stored reply lacks; None also where its status says how it ended."""
    if message.role != "assistant" or message.status != "complete":
        return None
    sent = message.request
    return lack(
        message.done_reason,
        message.text,
        message.thinking,
        calls=bool(message.tool_calls),
        format=sent.format if sent else None,
        misfit=message.misfit,
        options=sent.options if sent else None,
    )


def _where(empty: bool, broken: bool, options: Mapping[str, Any] | None) -> str:
    """What there is to say about a length limit."""
    if empty:
        return " before the answer began"
    if broken:
        return " (the JSON is cut)"
    limit = (options or {}).get("num_predict")
    return f" (num_predict {limit})" if isinstance(limit, int) else ""


def _is_json(text: str) -> bool:
    import json

    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
