"""What is known of a reply: what it was asked with, what it cost, how it ended."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from llmtui.chat.outcome import lack_of
from llmtui.chat.request import think_word
from llmtui.human import context_size, count, duration, rate

if TYPE_CHECKING:
    from llmtui.chat.message import Message, Sent
    from llmtui.chat.usage import Usage

UNKNOWN = "unknown"


class Fact(NamedTuple):
    """One row."""

    name: str
    value: str


def facts_of(reply: Message) -> list[Fact]:
    """The rows about a reply; raw text, as all of it may be anybody's."""
    return [
        *(_asked(reply.request) if reply.request else [Fact("asked with", UNKNOWN)]),
        *_ended(reply),
        *(_cost(reply.usage) if reply.usage else [Fact("cost", UNKNOWN)]),
    ]


def _asked(sent: Sent) -> Iterator[Fact]:
    yield Fact("model", sent.model or UNKNOWN)
    yield Fact("digest", sent.digest[:12] or UNKNOWN)
    yield Fact("host", sent.host or UNKNOWN)
    options = ", ".join(f"{n} {_json(v)}" for n, v in sent.options.items())
    yield Fact("options", options or "the model's own")
    yield Fact("thinking", think_word(sent.think))
    if sent.format is not None:
        is_schema = isinstance(sent.format, Mapping)
        yield Fact("format", "a JSON schema" if is_schema else "JSON")


def _ended(reply: Message) -> Iterator[Fact]:
    how: str = reply.status
    if reply.done_reason:
        how += f" ({reply.done_reason})"
    yield Fact("ended", how)
    if reply.error:
        yield Fact("error", reply.error)
    if lack := lack_of(reply):
        yield Fact("lacks", lack.sentence)


def _cost(usage: Usage) -> Iterator[Fact]:
    yield Fact("in all", _span(usage.total_duration))
    queued = usage.queued_duration
    waited = "not at all" if usage.total_duration and not queued else _span(queued)
    yield Fact("in the queue", waited)
    yield Fact("loading", _span(usage.load_duration))
    yield Fact("first token", _span(usage.first_token_duration) + _after(usage))
    cached = usage.prompt_eval_cached_count
    read = usage.prompt_eval_count - (cached or 0)
    yield Fact(
        "prompt",
        _work(usage.prompt_eval_count, usage.prompt_eval_duration, read),
    )
    yield Fact("cached", UNKNOWN if cached is None else f"{count(cached)} tokens")
    yield Fact("answer", _work(usage.eval_count, usage.eval_duration, usage.eval_count))
    if usage.thinking_duration:
        yield Fact("thought for", _span(usage.thinking_duration))
    if usage.context_length:
        window = context_size(usage.context_length)
        yield Fact("context", f"{count(usage.context_used)} of {window} tokens")


def _after(usage: Usage) -> str:
    return " after sending" if usage.first_token_duration else ""


def _span(nanoseconds: int) -> str:
    """A time; Ollama leaves zeros out, so there is no telling what is none."""
    return _time(nanoseconds) if nanoseconds else UNKNOWN


def _time(nanoseconds: int) -> str:
    """Also what is shorter than a person notices: here it is compared.

    >>> _time(1_334_875), _time(4_883_583_458)
    ('1 ms', '4.9 s')
    """
    if nanoseconds < 100_000_000:
        return f"{nanoseconds / 1e6:.0f} ms"
    return duration(nanoseconds / 1e9)


def _work(tokens: int, nanoseconds: int, worked_on: int) -> str:
    """Tokens, the time for those that were worked on, and how many a second."""
    if not tokens:
        return UNKNOWN
    parts = [f"{count(tokens)} token{'s' if tokens > 1 else ''}"]
    if nanoseconds:
        parts.append(_time(nanoseconds))
        parts.append(rate(max(0, worked_on) / nanoseconds * 1e9))
    return ", ".join(parts)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
