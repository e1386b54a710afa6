"""Looking for a query in sessions: which messages, which line, where in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from llmtui.chat.folding import fold
from llmtui.chat.lenient import as_mapping, as_text
from llmtui.chat.query import Query
from llmtui.chat.search_results import Found, Hit
from llmtui.chat.summary import Summary
from llmtui.chat.texts import texts_of
from llmtui.files.reading import read_file
from llmtui.sanitise import clean_line
from llmtui.store.errors import Unreadable
from llmtui.store.file_format import decode, message_lines

_LONGEST = 2_000
"""Characters of a line that are kept."""
_BEFORE = 200
"""Of these so many before the first word that was found."""


def look_through(
    query: Query,
    sessions: Iterable[Summary],
    folder: Path,
    *,
    most: int | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Found]:
    """The sessions in which ``query`` is found, as they come. Reads their files.

    Of each no more than ``most`` hits.
    """
    for summary in sessions:
        if stopped():
            return
        if not _may_have(query, summary):
            continue
        titled = bool(query.words) and query.matches([summary.title])
        if query.in_title and not titled:
            continue
        try:
            lines = message_lines(read_file(folder / f"{summary.id}.json"))
        except OSError:
            continue  # the list of sessions says so
        hits = [_title_hit(query, summary, lines)] if titled else []
        if not query.in_title:
            hits += islice(_hits(query, lines, summary), most)
        if hits:
            yield Found(summary, tuple(hits))


def _may_have(query: Query, summary: Summary) -> bool:
    return (
        query.allows("tag", summary.tags)
        and summary.updated >= query.after
        and (not query.before or summary.created < query.before)
    )


def _title_hit(query: Query, summary: Summary, lines: Sequence[bytes]) -> Hit:
    first = as_text(_message(lines[0]).get("id")) if lines else ""
    line, spans = _line(query, summary.title)
    return Hit(first, "title", "title", line, spans, _score(query, line) + 4)


def _hits(query: Query, lines: Sequence[bytes], summary: Summary) -> Iterator[Hit]:
    models = _models(lines, summary) if query.asks("model") else {}
    for data in lines:
        if not query.may_match(data.decode("utf-8", "replace")):
            continue
        message = _message(data)
        message_id, role = as_text(message.get("id")), as_text(message.get("role"))
        said = list(texts_of(message))
        if (
            said
            and query.allows("role", [role])
            and query.allows("model", models.get(message_id, ()))
            and query.in_time(as_text(message.get("created")))
            and query.matches([text for _, text in said])
        ):
            part, text = said[0]
            if len(said) > 1:
                part, text = max(said, key=lambda one: len(query.spans(one.text)))
            line, spans = _line(query, text)
            yield Hit(message_id, role, part, line, spans, _score(query, line))


def _message(data: bytes) -> Mapping[str, Any]:
    try:
        return as_mapping(decode(data))
    except Unreadable:
        return {}


def _models(lines: Sequence[bytes], summary: Summary) -> dict[str, list[str]]:
    """Of each message which model wrote it, of a prompt those that answered it."""
    messages = [_message(line) for line in lines]
    wrote: dict[str, list[str]] = {}
    answered: dict[str, list[str]] = {}
    for message in messages:
        model = as_text(as_mapping(message.get("request")).get("model"))
        wrote[as_text(message.get("id"))] = [model] if model else []
        if model:
            answered.setdefault(as_text(message.get("parent")), []).append(model)
    return {i: m or answered.get(i) or [summary.model] for i, m in wrote.items()}


def _line(query: Query, text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The line with the most of what is wanted (else the first), and where."""
    starts = Counter(text.rfind("\n", 0, at) + 1 for at, _ in query.spans(text))
    start = max(starts, key=starts.__getitem__) if starts else 0
    if not starts:
        start = len(text) - len(text.lstrip())
    end = text.find("\n", start)
    line = clean_line(text[start : end if end >= 0 else len(text)].strip())
    spans = query.spans(line)
    cut = max(0, spans[0][0] - _BEFORE) if spans and len(line) > _LONGEST else 0
    line = line[cut : cut + _LONGEST]
    return line, tuple((a - cut, b - cut) for a, b in spans if b - cut <= _LONGEST)


def _score(query: Query, line: str) -> int:
    """How well a line fits: whole words before beginnings before parts of words."""
    folded, score = fold(line), 0
    for word in query.wanted:
        escaped = re.escape(word.text)
        if re.search(rf"(?<!\w){escaped}(?!\w)", folded):
            score += 3
        elif re.search(rf"(?<!\w){escaped}", folded):
            score += 2
        elif word.text in folded:
            score += 1
    return score
