"""Whatever lies in the sessions folder, a start does not fail, and nothing is lost."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from llmtui.chat.query import parse_query
from llmtui.places import Places
from llmtui.store.errors import SaveError, SessionError
from llmtui.store.search.session_search import SessionSearch
from llmtui.store.session_store import SessionStore
from tests.test_session_format import JSON, sessions, whole

NAMES = st.sampled_from(
    ["s", "a.b", ".hidden", "x" * 100, "\udcff", "größe", "s.r1", "-", "new"]
)
ENDINGS = st.sampled_from([".json", ".jsonl", ".lock", "", ".tmp", ".json.tmp"])
BYTES = (
    st.binary(max_size=80)
    | JSON.map(lambda value: repr(value).encode("utf-8", "replace"))
    | st.sampled_from([b"", b"\x00" * 50, b"[" * 3000, b'{"version":1', b"\n", b"{}"])
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good session with some bytes cut out of it, or put in."""
    data = whole(draw(sessions))
    start = draw(st.integers(0, len(data)))
    end = draw(st.integers(start, len(data)))
    return data[:start] + draw(st.binary(max_size=10)) + data[end:]


FILES = st.dictionaries(st.tuples(NAMES, ENDINGS), BYTES | damaged(), max_size=6)


def tried(act: Callable[[], object]) -> None:
    """What cannot be opened or written is said in a sentence, in no other way."""
    with suppress(SessionError, SaveError):
        act()


@settings(max_examples=60)
@given(FILES, st.sampled_from([False] * 9 + [True]))
def test_any_bytes_may_lie_there(
    files: dict[tuple[str, str], bytes], fresh: bool
) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        places = Places(root / "data", root / "config", root / "cache", root / "state")
        places.sessions.mkdir(parents=True)
        (places.sessions / "folder.json").mkdir()
        for (name, ending), data in files.items():
            path = places.sessions / f"{name}{ending}"
            path.write_bytes(data)
            if not fresh:
                long_ago = time.time() - 3600
                os.utime(path, (long_ago, long_ago))
        store = SessionStore(places)
        store.check_writable()
        store.recover()
        for summary in store.summaries():
            tried(lambda: store.open(summary.id))  # noqa: B023
        search = SessionSearch(store)
        search.refresh_index()
        search.update()
        search.find(parse_query("a"))
        store.latest()
        store.problems()
        tried(lambda: store.trash("s"))
        store.trashed.entries()
        there = [path for path in root.rglob("*") if path.is_file()]
        kept = [path.read_bytes() for path in there]
        for (_, ending), data in files.items():
            if ending == ".json":
                assert data in kept
