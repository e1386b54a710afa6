"""Searching all sessions: the query, the index, and what is found where."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.message import Message, Sent
from llmtui.chat.query import Query, Word, parse_query
from llmtui.chat.session import Session
from llmtui.clock import stamp
from llmtui.places import Places
from llmtui.store.file_format import encode
from llmtui.store.search.database import fts5_works
from llmtui.store.search.index import SearchIndex
from llmtui.store.search.session_search import Order, SessionSearch
from llmtui.store.search.words import index_words, lookups
from llmtui.store.session_file import Snapshot
from llmtui.store.session_store import SessionStore

TEXTS = st.text(
    st.sampled_from("abÄäéßİ日本語한ก_.-+/\"\\'\n\t \x1b\u2028\u00851")
    | st.characters(),
    max_size=40,
)


# -- the query ----------------------------------------------------------------------


@given(TEXTS, TEXTS)
def test_any_line_is_a_query(line: str, text: str) -> None:
    query = parse_query(line)
    query.matches([text])
    for start, end in query.spans(text):
        assert 0 <= start < end <= len(text)


@given(TEXTS, st.integers(0, 40), st.integers(1, 40))
def test_every_part_of_a_text_is_found_in_it(text: str, at: int, size: int) -> None:
    part = text[at : at + size]
    if not part.strip() or set(part) & set(' "\n\t') or part != part.strip():
        return
    query = Query((Word(parse_query(f'"{part}"').words[0].text),))
    assert query.matches([text])
    assert query.spans(text)


@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=2), st.booleans())
def test_the_index_and_the_quick_look_miss_nothing(
    text: str, parts: list[str], exact: bool
) -> None:
    for part in (*parts, text[2:9], text[5:6]):
        if not part.strip():
            continue
        query = Query(tuple(Word(w.text, exact) for w in parse_query(part).words))
        if not query.matches([text]):
            continue
        assert query.may_match(encode({"text": text}).decode())
        assert query.may_match(json.dumps({"text": text}))
        known = index_words(text)
        for word in query.wanted:
            for one in lookups(word):
                assert (
                    one.text in known
                    if one.whole
                    else any(one.text in word for word in known)
                )


def test_a_part_of_a_long_run_is_found_wherever_it_begins() -> None:
    run = "".join(f"{n:x}z" for n in range(400))
    known = index_words(f"key {run} end")
    assert max(map(len, known)) <= 48
    for at in range(0, len(run) - 40, 7):
        for one in lookups(Word(run[at : at + 40])):
            assert any(one.text in word for word in known)


def test_quotes_mean_words_and_not_parts_of_them() -> None:
    query = parse_query('"art of"')
    assert query.matches(["the Art\n of it"])
    assert not query.matches(["a start of it"])
    assert parse_query('"日本"').matches(["これは日本語です"])
    assert parse_query('"c++"').matches(["in C++, mostly"])


def test_filters_and_words_without() -> None:
    query = parse_query("disk -windows model:mist -tag:old")
    assert query.matches(["a full Disk"])
    assert not query.matches(["a disk of Windows"])
    assert query.allows("model", ["Mistral:7b"])
    assert not query.allows("model", [])
    assert query.allows("tag", ["new"])
    assert not query.allows("tag", ["Older"])


def test_dates_are_those_of_the_place_where_it_is_typed() -> None:
    query = parse_query("after:2026-10 before:2026-11-05")
    start = stamp(datetime(2026, 10, 1).astimezone())
    assert query.after == start
    assert query.in_time(start)
    assert not query.in_time("2026-09-29T00:00:00.000000Z")
    assert not query.in_time("2026-11-06T00:00:00.000000Z")


def test_what_is_half_typed_is_said_and_does_not_stop_the_rest() -> None:
    query = parse_query("disk before:20")
    assert query.problems == ("before: takes a date like 2026-10 or 2026-10-31",)
    assert [word.text for word in query.words] == ["disk"]


# -- sessions --------------------------------------------------------------------------

Save = Callable[..., Session]


@pytest.fixture
def store(places: Places) -> SessionStore:
    return SessionStore(places)


@pytest.fixture
def save(store: SessionStore) -> Save:
    """Write a session of these texts, prompt and reply in turns."""

    def saving(
        *texts: str, session: Session | None = None, **fields: object
    ) -> Session:
        session = session or Session()
        for name, value in fields.items():
            setattr(session, name, value)
        for number, text in enumerate(texts, len(session.messages)):
            day = f"2026-01-{number + 1:02}T00:00:00.000000Z"
            sent = Sent(model="mistral:7b") if number % 2 else None
            role = "assistant" if number % 2 else "user"
            message_id = f"{session.id}-{number}"
            session.add(
                Message(message_id, session.head, role, text, day, request=sent)  # type: ignore[arg-type]
            )
        store.file_of(session).save(Snapshot.of(session))
        return session

    return saving


def found(search: SessionSearch, line: str, order: Order = "newest") -> list[list[str]]:
    """For each session the lines of its hits."""
    search.update()
    results = search.find(parse_query(line), order=order)
    return [[hit.line for hit in one.hits] for one in results.found]


@pytest.fixture(params=["indexed", "without an index"])
def search(store: SessionStore, save: Save, request: pytest.FixtureRequest) -> object:
    """Some sessions to search in, and one that came after the index was made."""
    search = SessionSearch(store)
    save("How full is the disk?", "Look with df:\n  df -h /home", title="Disks")
    save("Wo liegt Köln?", "Am Rhein, in 日本語 auch.", tags=["travel"], title="Rhein")
    if request.param == "indexed":
        assert search.refresh_index()
        assert search.index.candidates(parse_query("disk"), {}) is not None
    save("Later: a disk again", "Yes.", title="After")
    return search


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("disk", [["Later: a disk again"], ["Disks", "How full is the disk?"]]),
        ("DF", [["Look with df:"]]),
        ('"df -h"', [["df -h /home"]]),
        ("koln", [["Wo liegt Köln?"]]),
        ("本", [["Am Rhein, in 日本語 auch."]]),
        ("日本", [["Am Rhein, in 日本語 auch."]]),
        ("disk -later in:title", [["Disks"]]),
        ("disk -later", [["Disks", "How full is the disk?"]]),
        ("tag:trav rhein", [["Rhein", "Am Rhein, in 日本語 auch."]]),
        ("model:mistral role:user koln", [["Wo liegt Köln?"]]),
        ("model:llama koln", []),
        ("full home", []),
        ("before:2025 disk", []),
        ("", []),
        ("nowhere", []),
    ],
)
def test_what_is_found(
    search: SessionSearch, line: str, lines: list[list[str]]
) -> None:
    assert found(search, line) == lines


def test_marks_are_where_the_words_are(search: SessionSearch) -> None:
    search.update()
    [one] = search.find(parse_query("rhein auch")).found
    [hit] = one.hits
    assert [hit.line[a:b] for a, b in hit.spans] == ["Rhein", "auch"]
    assert (hit.role, hit.part) == ("assistant", "text")


def test_the_best_one_comes_first(store: SessionStore, save: Save) -> None:
    save("disk")
    save("diskette")
    save("a floppydisk", title="")
    assert found(SessionSearch(store), "disk", "best")[0] == ["disk"]
    assert found(SessionSearch(store), "disk")[0] == ["a floppydisk"]


def test_thinking_calls_and_hidden_branches_are_found(
    store: SessionStore, save: Save
) -> None:
    session = save("prompt", "shown")
    first = session.path()[0].id
    for number, part in enumerate(("thinking", "text")):
        session.replace(
            Message(
                f"{session.id}-h{number}",
                first,
                "assistant",
                "hidden words" if part == "text" else "",
                "2026-01-05",
                thinking="secret thought" if part == "thinking" else "",
            )
        )
    save(session=session)
    search = SessionSearch(store)
    search.refresh_index()
    assert found(search, "hidden") == [["hidden words"]]
    assert found(search, "secret") == [["secret thought"]]


# -- the index ----------------------------------------------------------------------


@pytest.fixture
def index(places: Places) -> SearchIndex:
    return SearchIndex(places.sessions, places.search_index)


def known(index: SearchIndex, places: Places, word: str) -> set[str] | None:
    from llmtui.store.summaries import stamps

    return index.candidates(parse_query(word), stamps(places.sessions))


def test_only_new_messages_are_read_again(
    index: SearchIndex, places: Places, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = save("one two", "three")
    other = save("else")
    assert index.refresh()
    indexed: list[str] = []

    def counting(text: str) -> set[str]:
        indexed.append(text)
        return index_words(text)

    monkeypatch.setattr("llmtui.store.search.writer.index_words", counting)
    save("four", session=session)
    assert index.refresh()
    assert indexed == ["four"]
    assert known(index, places, "four") == {session.id}
    assert known(index, places, "one") == {session.id}
    assert known(index, places, "els") == {other.id}


def test_a_session_that_went_is_not_found(
    index: SearchIndex, places: Places, save: Save, store: SessionStore
) -> None:
    session = save("gone soon")
    index.refresh()
    store.trash(session.id)
    index.refresh()
    assert known(index, places, "gone") == set()


@pytest.mark.parametrize("damage", ["missing", "broken", "another version", "empty"])
def test_it_is_made_again_by_itself(
    index: SearchIndex, places: Places, save: Save, damage: str
) -> None:
    session = save("something")
    index.refresh()
    assert known(index, places, "something") == {session.id}
    file = places.search_index
    match damage:
        case "missing":
            file.unlink()
        case "broken":
            file.write_bytes(os.urandom(20_000))
        case "empty":
            file.write_bytes(b"")
        case _:
            with sqlite3.connect(file) as database:
                database.execute("PRAGMA user_version = 99")
            database.close()
    assert known(index, places, "something") in (None, {session.id})
    again = SearchIndex(places.sessions, file)
    assert again.refresh()
    for one in (index, again):
        assert known(one, places, "something") == {session.id}
        assert known(one, places, "nothing") == set()


def test_many_changes_do_not_make_it_grow_for_ever(
    index: SearchIndex, places: Places, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("llmtui.store.search.index._SPARE", 5)
    session = save("first")
    for number in range(12):
        [message] = session.messages.values()
        session.messages[message.id] = Message(
            message.id, None, "user", f"version{number}", "2026"
        )
        save(session=session)
        assert index.refresh()
    with sqlite3.connect(places.search_index) as database:
        [[rows]] = database.execute("SELECT rows FROM written")
    database.close()
    assert rows <= 7
    assert known(index, places, "version11") == {session.id}


def test_nothing_of_it_stays_when_it_is_to_forget(
    index: SearchIndex, places: Places, save: Save
) -> None:
    session = save("hunter2secret")
    index.refresh()
    files = list(places.cache.glob("search*"))
    assert any(b"hunter2" in file.read_bytes() for file in files)
    assert index.forget()
    files = list(places.cache.glob("search*"))
    assert not any(b"hunter2" in file.read_bytes() for file in files)
    assert known(index, places, "hunter2") == {session.id}  # not known: looked at


def test_one_window_writes_it_and_the_other_reads(
    index: SearchIndex, places: Places, save: Save
) -> None:
    other = SearchIndex(places.sessions, places.search_index)
    session = save("shared")
    assert known(other, places, "shared") is None
    assert index.refresh()
    assert known(other, places, "shared") == {session.id}
    later = save("more")
    seen: list[bool] = []

    def meanwhile(done: int, total: int) -> None:
        seen.append(other.refresh())

    assert index.refresh(meanwhile)
    assert not any(seen)
    assert known(other, places, "more") == {later.id}


def test_it_can_be_stopped_and_goes_on_from_there(
    index: SearchIndex, places: Places, save: Save
) -> None:
    ids = {save(f"word{n} common").id for n in range(5)}
    steps = iter([False, False, True])
    assert not index.refresh(stopped=lambda: next(steps, True))
    assert known(index, places, "common") == ids
    assert index.refresh()
    assert known(index, places, "word3") != ids


def test_without_fts5_or_a_place_for_it_there_is_none(
    places: Places, save: Save, store: SessionStore
) -> None:
    save("findable")
    places.cache.mkdir(parents=True, exist_ok=True)
    places.search_index.mkdir()
    search = SessionSearch(store)
    assert not search.refresh_index()
    assert found(search, "findable") == [["findable"]]
    assert fts5_works()


@pytest.mark.parametrize("data", [b"", b"\x00\xff", b'{"messages": [1]}', b"[" * 9999])
def test_files_that_are_no_sessions_do_not_stop_it(
    index: SearchIndex, places: Places, save: Save, data: bytes
) -> None:
    session = save("good one")
    Path(places.sessions / "bad.json").write_bytes(data)
    assert index.refresh()
    assert known(index, places, "good") == {session.id}


def test_a_file_whose_name_is_no_text_is_looked_through(
    places: Places, save: Save, store: SessionStore
) -> None:
    session = save("good one")
    (places.sessions / "\udcff.json").write_bytes(
        (places.sessions / f"{session.id}.json").read_bytes()
    )
    search = SessionSearch(store)
    assert search.refresh_index()
    assert found(search, "good") == [["good one"], ["good one"]]


def test_a_date_in_another_zone_is_what_it_is_here() -> None:
    assert datetime.fromisoformat(parse_query("after:2026").after).tzinfo == UTC
