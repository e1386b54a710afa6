"""The room that writes: whole files or nothing, one at a time."""

from __future__ import annotations

import os
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.files.disk import Stamp, make_folder
from llmtui.files.errors import Busy, why
from llmtui.files.lock import is_held, locked
from llmtui.files.reading import NotAFile, open_regular, read_file
from llmtui.files.text import NotText, read_text
from llmtui.files.writing import (
    create_file,
    move_file,
    open_log,
    replace_file,
    settle_file,
    write_where_told,
)
from tests.support.chatting import FillingDisk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "folder"
    found.mkdir()
    return found


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_file_is_replaced_for_the_user_alone(folder: Path) -> None:
    path = folder / "a.json"
    path.write_text("old")
    stamp = replace_file(path, [b"n", b"ew"])
    assert (path.read_bytes(), mode(path)) == (b"new", 0o600)
    assert stamp == Stamp.at(path)
    assert os.listdir(folder) == ["a.json"]


def test_what_fails_in_the_middle_leaves_the_old_file_and_nothing_else(
    folder: Path,
) -> None:
    path = folder / "a.json"
    path.write_text("old")

    def data() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace_file(path, data())
    disk = FillingDisk()
    disk.full = True
    with pytest.raises(OSError, match="No space"):
        replace_file(path, [b"new"], disk=disk)
    with pytest.raises(OSError, match="No space"):
        create_file(folder / "b.txt", "new", disk=disk)
    assert os.listdir(folder) == ["a.json"]
    assert path.read_text() == "old"


def test_a_new_file_never_replaces_one(folder: Path) -> None:
    path = folder / "a.txt"
    create_file(path, "mine \ud800")
    with pytest.raises(FileExistsError):
        create_file(path, "other")
    assert (path.read_text(), mode(path)) == ("mine ?", 0o600)


def test_a_log_is_emptied_and_then_appended_to(folder: Path) -> None:
    path = folder / "logs" / "a.log"
    for _ in range(2):
        handle = open_log(path)
        os.write(handle, b"said")
        os.close(handle)
    assert (path.read_bytes(), mode(path)) == (b"said", 0o600)
    assert mode(path.parent) == 0o700


def test_moving_replaces_nothing(folder: Path) -> None:
    there = folder / "there"
    make_folder(there)
    for text in ("one", "two", "three"):
        (folder / "a.json").write_text(text)
        move_file(folder / "a.json", there / "a.json")
    found = {path.name: path.read_text() for path in there.iterdir()}
    assert found == {"a.json": "three", "a.1.json": "one", "a.2.json": "two"}


def test_what_others_wrote_is_settled_once_the_disk_has_it(folder: Path) -> None:
    (folder / "part").write_text("weights")
    settle_file(folder / "part", folder / "model.gguf")
    assert os.listdir(folder) == ["model.gguf"]


def test_a_lock_is_held_by_one_and_waited_for_by_the_next(folder: Path) -> None:
    path = folder / "a.lock"
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with locked(path):
            inside.set()
            leave.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait(10)
    assert is_held(path)
    with pytest.raises(Busy, match="another window") as caught, locked(path, 0.01):
        pass
    assert why(caught.value, path) == str(caught.value)
    leave.set()
    with locked(path):
        holder.join()
    assert not is_held(path)


@given(st.binary())
def test_bytes_are_text_as_far_as_they_can_be(content: bytes) -> None:
    try:
        text, replaced = read_text(content)
    except NotText:
        return
    text.encode()
    if not replaced and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        assert text.encode() == content.removeprefix(b"\xef\xbb\xbf")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_all_text_is_text(text: str) -> None:
    text = f" {text}"
    assert read_text(text.encode()) == (text, 0)
    assert read_text(text.encode("utf-16")) == (text, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes with names")
def test_what_is_no_file_is_not_even_opened(tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to("/dev/zero")
    for path, kind in ((pipe, "a pipe"), (link, "a device"), (tmp_path, "a folder")):
        with pytest.raises(NotAFile, match=f"it is {kind}, not a file"):
            read_file(path)
        with pytest.raises(NotAFile):
            open_regular(path, os.O_RDWR | os.O_CREAT)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such links")
def test_a_device_never_makes_way_for_a_file(tmp_path: Path) -> None:
    pipe, link, text = tmp_path / "pipe", tmp_path / "link", tmp_path / "text"
    os.mkfifo(pipe)
    with pytest.raises(NotAFile):
        replace_file(pipe, [b"x"])
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    link.symlink_to(os.devnull)
    write_where_told(link, [b"x"])
    assert link.is_symlink()
    assert stat.S_ISCHR(link.stat().st_mode)
    link.unlink()
    text.write_bytes(b"old")
    link.symlink_to(text)
    write_where_told(link, [b"new"])
    assert link.is_symlink()
    assert text.read_bytes() == b"new"
