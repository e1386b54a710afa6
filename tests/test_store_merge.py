"""Two windows on one session."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat import tree
from llmtui.chat.message import Message
from llmtui.chat.session import Session
from llmtui.clock import new_id, now
from llmtui.files.disk import Stamp
from llmtui.files.lock import locked
from llmtui.places import Places
from llmtui.store.codec.messages import message_to
from llmtui.store.errors import SaveError, SessionGone
from llmtui.store.merge import merge_fields, merge_lists, merge_messages
from llmtui.store.session_file import SessionFile, Snapshot, adopt
from tests.support.chatting import FillingDisk

NAMES = st.sampled_from(["model", "system", "pinned", "think", "new_field"])
FIELDS = st.dictionaries(NAMES, st.integers(0, 2) | st.none())
ENTRIES = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3))


@given(FIELDS, FIELDS)
def test_a_window_that_changed_nothing_changes_nothing(
    base: dict[str, Any], theirs: dict[str, Any]
) -> None:
    assert merge_fields(base, base, theirs) == theirs
    assert merge_fields(base, theirs, base) == theirs


@given(FIELDS, FIELDS, FIELDS)
def test_a_window_writes_what_it_changed_and_only_that(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    merged = merge_fields(base, ours, theirs)
    for name in {*base, *ours, *theirs}:
        source = theirs if ours.get(name, ...) == base.get(name, ...) else ours
        assert merged.get(name, ...) == source.get(name, ...)


@given(ENTRIES, ENTRIES, ENTRIES, st.sets(st.sampled_from("abcdef")))
def test_messages_are_the_union_less_what_was_removed(
    base: dict[str, int], ours: dict[str, int], theirs: dict[str, int], gone: set[str]
) -> None:
    merged = merge_messages(base, ours, theirs, gone)
    assert merged.keys() == (ours.keys() | theirs.keys()) - gone
    assert all(value in (ours.get(k), theirs.get(k)) for k, value in merged.items())


def test_options_are_merged_one_by_one() -> None:
    merged = merge_fields(
        {"options": {"seed": 1, "top_k": 5}},
        {"options": {"seed": 2, "top_k": 5}},
        {"options": {"seed": 1, "num_ctx": 99}},
    )
    assert merged == {"options": {"seed": 2, "num_ctx": 99}}


def test_a_title_of_the_users_stays_above_one_that_a_program_made() -> None:
    base = {"title": "", "title_by": "prompt"}
    theirs = {"title": "mine", "title_by": "user"}
    ours = {"title": "Hello", "title_by": "prompt"}
    assert merge_fields(base, ours, theirs) == theirs
    assert merge_fields(base, theirs, ours) == theirs


def test_removed_ids_are_united_and_the_later_time_counts() -> None:
    merged = merge_fields(
        {"removed": ["a"], "updated": "1"},
        {"removed": ["a", "b"], "updated": "2"},
        {"removed": ["a", "c"], "updated": "3"},
    )
    assert merged == {"removed": ["a", "c", "b"], "updated": "3"}


LISTS = st.lists(st.sampled_from("abcd"), unique=True)


@given(LISTS, LISTS, LISTS)
def test_an_entry_of_a_list_is_where_the_last_change_put_it(
    base: list[str], ours: list[str], theirs: list[str]
) -> None:
    merged = merge_lists(base, ours, theirs)
    assert len(set(merged)) == len(merged)
    for name in "abcd":
        changed = (name in ours) != (name in base)
        assert (name in merged) == (name in (ours if changed else theirs))


# -- the file ---------------------------------------------------------------------


def add(session: Session, text: str) -> Message:
    message = Message(new_id(), session.head, "user", text, now())
    session.add(message)
    return message


def save(file: SessionFile, session: Session) -> None:
    snapshot = Snapshot.of(session)
    changes = file.save(snapshot)
    if changes is not None:
        adopt(session, snapshot, changes)


@pytest.fixture
def folder(places: Places) -> Path:
    return places.sessions


def two_windows(folder: Path) -> tuple[Session, SessionFile, Session, SessionFile]:
    session = Session(id="s", title="old", model="m")
    first = SessionFile(folder, "s")
    add(session, "start")
    save(first, session)
    second = SessionFile(folder, "s")
    return session, first, second.read(), second


def test_files_are_for_the_user_alone(folder: Path) -> None:
    two_windows(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600


def test_what_both_windows_wrote_is_in_the_file_and_in_both(folder: Path) -> None:
    ours, our_file, theirs, their_file = two_windows(folder)
    mine, yours = add(ours, "from one"), add(theirs, "from two")
    ours.model, theirs.system = "other", "Be brief."
    save(our_file, ours)
    save(their_file, theirs)
    save(our_file, ours)
    for session in (ours, theirs, SessionFile(folder, "s").read()):
        assert {mine.id, yours.id} <= session.messages.keys()
        assert (session.model, session.system) == ("other", "Be brief.")
    assert (ours.head, theirs.head) == (mine.id, yours.id)


def test_the_head_belongs_to_the_window(folder: Path) -> None:
    ours, our_file, theirs, their_file = two_windows(folder)
    yours = add(theirs, "two")
    save(their_file, theirs)
    ours.pinned = True
    save(our_file, ours)
    assert ours.head != yours.id
    assert SessionFile(folder, "s").read().head == yours.id


def test_what_changed_here_during_a_save_stays(folder: Path) -> None:
    ours, our_file, theirs, their_file = two_windows(folder)
    theirs.title, theirs.title_by, theirs.model = "theirs", "user", "theirs"
    save(their_file, theirs)
    snapshot = Snapshot.of(ours)
    ours.model = "meanwhile"
    changes = our_file.save(snapshot)
    assert changes is not None
    adopt(ours, snapshot, changes)
    assert (ours.title, ours.model) == ("theirs", "meanwhile")
    save(our_file, ours)
    assert SessionFile(folder, "s").read().model == "meanwhile"


def test_a_removed_message_goes_in_both_windows(folder: Path) -> None:
    ours, our_file, theirs, their_file = two_windows(folder)
    first = ours.path()[0]
    add(theirs, "two")
    theirs.removed.append(first.id)
    del theirs.messages[first.id]
    save(their_file, theirs)
    ours.pinned = True
    save(our_file, ours)
    assert first.id not in ours.messages
    assert first.id not in SessionFile(folder, "s").read().messages


def test_a_branch_that_was_pruned_and_put_back_is_back_in_both_windows(
    folder: Path,
) -> None:
    ours, our_file, theirs, their_file = two_windows(folder)
    add(ours, "kept")
    branch = add(ours, "pruned")
    for file, session in ((our_file, ours), (their_file, theirs)):
        theirs.pinned = not theirs.pinned
        save(file, session)
    pruned = tree.prune(ours, branch.id)
    save(our_file, ours)
    theirs.model = "other"
    save(their_file, theirs)
    assert branch.id not in theirs.messages
    tree.graft(ours, pruned)
    save(our_file, ours)
    theirs.model = "another"
    save(their_file, theirs)
    for session in (ours, theirs, SessionFile(folder, "s").read()):
        assert branch.id in session.messages
        assert session.removed == []


def test_what_was_taken_out_for_good_stays_out(folder: Path) -> None:
    ours, our_file, theirs, their_file = two_windows(folder)
    [first] = ours.messages
    tree.erase(ours, first)
    save(our_file, ours)
    tree.change(theirs, first, pinned=True)
    save(their_file, theirs)
    assert "start" not in (folder / "s.json").read_text()
    assert theirs.messages[first].text == ""


def test_a_save_without_a_change_writes_nothing(folder: Path) -> None:
    disk = FillingDisk()
    file = SessionFile(folder, "s", disk=disk)
    session = Session(id="s")
    add(session, "x")
    save(file, session)
    save(file, session)
    assert disk.replaced == ["s.json"]


def test_unknown_fields_of_a_message_survive_saves_of_others(folder: Path) -> None:
    two_windows(folder)
    path = folder / "s.json"
    data = json.loads(path.read_bytes())
    data["mood"] = {"a": [1]}
    data["messages"][0]["tool_calls"] = [{"name": "f", "arguments": {}, "why": 1}]
    path.write_text(json.dumps(data, indent=1))
    file = SessionFile(folder, "s")
    session = file.read()
    add(session, "more")
    save(file, session)
    again = json.loads(path.read_bytes())
    assert again["mood"] == {"a": [1]}
    assert again["messages"][0]["tool_calls"][0]["why"] == 1


def test_complete_messages_are_not_encoded_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, file, *_ = two_windows(folder)
    encoded: list[str] = []

    def counting(message: Message) -> dict[str, Any]:
        encoded.append(message.text)
        return message_to(message)

    monkeypatch.setattr("llmtui.store.file_format.message_to", counting)
    for number in range(3):
        add(session, f"{number}")
        save(file, session)
    assert encoded == ["0", "1", "2"]


def test_a_session_in_the_trash_is_not_made_again_unasked(folder: Path) -> None:
    session, file, *_ = two_windows(folder)
    (folder / "s.json").unlink()
    add(session, "late")
    with pytest.raises(SessionGone, match="trash"):
        file.save(Snapshot.of(session))
    assert not (folder / "s.json").exists()
    file.save(Snapshot.of(session), recreate=True)
    assert SessionFile(folder, "s").read().path()[-1].text == "late"


def test_a_newer_file_is_read_and_never_written(folder: Path) -> None:
    ours, our_file, *_ = two_windows(folder)
    path = folder / "s.json"
    data = json.loads(path.read_bytes()) | {"version": 2, "shape": "new"}
    path.write_text(json.dumps(data))
    before = path.read_bytes()
    session = SessionFile(folder, "s").read()
    assert "newer" in session.read_only
    assert session.path()[0].text == "start"
    add(ours, "from an old window")
    with pytest.raises(SaveError, match="newer"):
        our_file.save(Snapshot.of(ours))
    assert path.read_bytes() == before


def test_a_full_disk_leaves_the_old_file(folder: Path) -> None:
    disk = FillingDisk()
    file = SessionFile(folder, "s", disk=disk)
    session = Session(id="s")
    add(session, "kept")
    save(file, session)
    before = Stamp.at(file.path)
    add(session, "lost for now")
    disk.full = True
    with pytest.raises(SaveError, match="disk is full"):
        save(file, session)
    assert Stamp.at(file.path) == before
    assert sorted(p.name for p in folder.iterdir()) == ["s.json", "s.lock"]
    disk.full = False
    save(file, session)
    assert len(SessionFile(folder, "s").read().messages) == 2


def test_a_window_that_hangs_in_a_save_does_not_hang_the_others(folder: Path) -> None:
    session, file, *_ = two_windows(folder)
    add(session, "x")
    with (
        locked(folder / "s.lock"),
        pytest.raises(SaveError, match="another window"),
    ):
        file.save(Snapshot.of(session), patience=0.01)


APPENDER = """
import sys
from pathlib import Path
from tests.test_store_merge import add, save
from llmtui.store.session_file import SessionFile

file = SessionFile(Path(sys.argv[1]), "s")
session = file.read()
for number in range(100):
    add(session, f"{sys.argv[2]} {number}")
    save(file, session)
"""


def test_two_programs_appending_at_once_lose_nothing(folder: Path) -> None:
    two_windows(folder)
    root = Path(__file__).parent.parent
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", APPENDER, str(folder), name],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
        )
        for name in ("one", "two")
    ]
    assert [program.wait(60) for program in programs] == [0, 0]
    texts = [m.text for m in SessionFile(folder, "s").read().messages.values()]
    assert sorted(texts) == sorted(
        ["start", *(f"{name} {n}" for name in ("one", "two") for n in range(100))]
    )
