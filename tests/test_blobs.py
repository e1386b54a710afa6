"""What is attached is kept once, and as long as anything refers to it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from llmtui.attachments.loaded import Loaded
from llmtui.chat import tree
from llmtui.chat.attached import AttachmentGone
from llmtui.chat.message import Attachment, Message
from llmtui.chat.session import Session
from llmtui.clock import new_id, now
from llmtui.commands.keymap import keymap
from llmtui.files.disk import Disk
from llmtui.jobs.attachments import Attachments
from llmtui.places import Places
from llmtui.store.blobs import Blobs
from llmtui.store.erasing import erase_message, remove_sessions
from llmtui.store.errors import SaveError
from llmtui.store.session_file import Snapshot
from llmtui.store.session_store import SessionStore


@pytest.fixture
def store(places: Places) -> SessionStore:
    return SessionStore(places)


def keep(store: SessionStore, session: Session, *texts: str) -> tuple[Attachment, ...]:
    loaded = [Loaded(text, "text/plain", text.encode()) for text in texts]
    return Attachments(store).keep(session.id, loaded)


def say(store: SessionStore, session: Session, *texts: str) -> Message:
    """Add a message with texts attached, and save the session."""
    attached = keep(store, session, *texts)
    message = Message(
        new_id(), session.head, "user", "look", now(), attachments=attached
    )
    session.add(message)
    if store.keeps(session.id):
        store.file_of(session).save(Snapshot.of(session))
    return message


def kept(places: Places) -> set[str]:
    return {p.read_text() for p in places.attachments.rglob("*") if p.is_file()}


def test_a_content_is_kept_once_and_read_again(
    store: SessionStore, places: Places
) -> None:
    session = store.new()
    one, two = keep(store, session, "same", "same")
    assert (one.sha256, one.size) == (two.sha256, 4)
    [path] = [p for p in places.attachments.rglob("*") if p.is_file()]
    assert path.name == one.sha256
    assert path.stat().st_mode & 0o777 == 0o600
    assert Attachments(SessionStore(places)).content(one) == b"same"


@pytest.mark.parametrize("how", ["removed", "changed", "no digest"])
def test_what_is_gone_or_changed_is_never_taken_for_it(
    store: SessionStore, places: Places, how: str
) -> None:
    [one] = keep(store, store.new(), "mine")
    [path] = [p for p in places.attachments.rglob("*") if p.is_file()]
    if how == "removed":
        path.unlink()
    elif how == "changed":
        path.write_text("else")
    else:
        one = Attachment("../../etc/passwd", "x", "text/plain")
    with pytest.raises(AttachmentGone, match="no longer in") as gone:
        Attachments(store).content(one)
    keys = keymap().keys("exclude").in_log
    assert f"leave its message out ({keys[0]} in the log)" in str(gone.value)


def test_a_private_session_writes_nothing(store: SessionStore, places: Places) -> None:
    session = store.new(memory_only=True)
    message = say(store, session, "secret")
    assert Attachments(store).content(message.attachments[0]) == b"secret"
    assert not places.data.exists() or kept(places) == set()
    erase_message(store, session.id, message.id)
    with pytest.raises(AttachmentGone):
        Attachments(store).content(message.attachments[0])


def test_what_is_erased_takes_what_is_attached_to_it_alone(
    store: SessionStore, places: Places
) -> None:
    session, other = store.new(), store.new()
    message = say(store, session, "alone", "shared")
    say(store, other, "shared")
    erased = erase_message(store, session.id, message.id)
    assert kept(places) == {"shared"}
    assert erased.elsewhere == (other.id,)
    assert session.messages[message.id].attachments == ()


def test_what_goes_from_the_trash_takes_what_is_attached(
    store: SessionStore, places: Places
) -> None:
    session, other = store.new(), store.new()
    say(store, session, "first")
    branch = say(store, session, "of a branch")
    say(store, other, "other")
    store.trashed.put_branch(session, tree.cut(session, branch.id))
    tree.prune(session, branch.id)
    store.file_of(session).save(Snapshot.of(session))
    store.collect()
    assert kept(places) == {"first", "of a branch", "other"}
    store.trash(session.id)
    assert kept(places) == {"first", "of a branch", "other"}
    remove_sessions(store, [session.id])
    assert kept(places) == {"other"}


def test_what_nobody_refers_to_goes_once_it_is_old(
    store: SessionStore, places: Places
) -> None:
    session = store.new()
    say(store, session, "referred to")
    keep(store, session, "young", "old")
    for path in places.attachments.rglob("*"):
        if path.is_file() and path.read_text() != "young":
            os.utime(path, (0, time.time() - 7200))
    assert store.collect() == 1
    assert kept(places) == {"referred to", "young"}
    # A draft or a prompt that waits is somebody too.
    [one] = keep(store, session, "young")
    places.drafts.mkdir(parents=True)
    (places.drafts / "x.draft").write_text("x" * (1 << 20) + one.sha256)
    assert store.collect([one.sha256]) == 0


def test_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    class Full(Disk):
        def write(self, handle: int, data: bytes) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(SaveError, match="the disk is full"):
        Blobs(tmp_path, Full()).put(b"x")
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
