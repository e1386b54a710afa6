"""``llmtui sessions search``: where something was said."""

from __future__ import annotations

import os
import re
import time

from llmtui.chat.names import short
from llmtui.chat.query import parse_query
from llmtui.chat.search_results import Found, Hit
from llmtui.cli.context import Context, say, say_json
from llmtui.cli.options import UsageError
from llmtui.cli.output import STDOUT, is_terminal
from llmtui.cli.progress import StatusLine, width
from llmtui.human import age
from llmtui.sanitise import clean_line
from llmtui.store.search.session_search import SessionSearch
from llmtui.store.session_store import SessionStore

NOTHING_FOUND = 1
_PATIENCE = 2.0
"""Seconds that may go into the index before the search; the next one goes on."""
_SHOWN = 5
"""Hits of one session that are shown to a person; programs get all."""


def search(context: Context, store: SessionStore, words: list[str]) -> int:
    """Print what is found, best first; 1 if that is nothing."""
    query = parse_query(" ".join(words))
    if query.problems:
        raise UsageError("; ".join(query.problems))
    if query.empty:
        raise UsageError("there is nothing to search for; give words or a filter")
    store.recover()
    search = SessionSearch(store)
    _index(search)
    search.update()
    found = search.find(
        query,
        limit=_limit(context),
        order="newest" if context.parsed.given("newest") else "best",
    ).found
    if context.parsed.given("json"):
        say_json([_json(one, hit) for one in found for hit in one.hits])
    elif found:
        say("\n".join(_shown(one) for one in found))
    return 0 if found else NOTHING_FOUND


def _index(search: SessionSearch) -> None:
    """Bring the index up to date, as far as that goes in a moment."""
    line = StatusLine()
    until = time.monotonic() + _PATIENCE

    def progress(done: int, total: int) -> None:
        if line.terminal and total > 100:
            line.show(f"indexing sessions, {done} of {total}", "")

    search.refresh_index(progress, lambda: time.monotonic() > until)
    line.clear()


def _limit(context: Context) -> int:
    text = context.parsed.text("limit", "1000")
    if not re.fullmatch(r"0*[1-9][0-9]{0,8}", text):
        raise UsageError(f"--limit takes a number of sessions, not {text!r}")
    return int(text)


def _json(found: Found, hit: Hit) -> dict[str, object]:
    return {
        "session": found.session.id,
        "title": found.session.title,
        "message": hit.message,
        "role": hit.role,
        "part": hit.part,
        "line": hit.line,
        "spans": [list(span) for span in hit.spans],
        "updated": found.session.updated,
    }


def _shown(found: Found) -> str:
    session = found.session
    facts = (session.id, age(session.updated), short(session.model))
    lines = [
        f"{clean_line(session.title) or 'untitled'}\n",
        f"  {clean_line('   '.join(fact for fact in facts if fact))}\n",
    ]
    hits = [hit for hit in found.hits if hit.part != "title"]
    lines += [f"    {clean_line(hit.role)}: {_marked(hit)}\n" for hit in hits[:_SHOWN]]
    if len(hits) > _SHOWN:
        lines.append(f"    and {len(hits) - _SHOWN} more\n")
    return "".join(lines)


def _marked(hit: Hit) -> str:
    """The line around what was found, on a terminal with that in bold."""
    room = max(40, (width() if is_terminal(STDOUT) else 200) - 20)
    start = max(0, hit.spans[0][0] - room // 3) if hit.spans else 0
    end = start + room
    bold = is_terminal(STDOUT) and not os.environ.get("NO_COLOR")
    parts, at = ["…" if start else ""], start
    for first, last in hit.spans if bold else ():
        if last <= end:
            parts += [hit.line[at:first], "\x1b[1m", hit.line[first:last], "\x1b[22m"]
            at = last
    parts += [hit.line[at:end], "…" if end < len(hit.line) else ""]
    return "".join(parts)
