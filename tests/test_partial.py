"""Half files: kept over runs, never two writers, nothing of them left over."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.files.partial import Stopped, open_partial
from llmtui.providers.local.blobs import Blobs
from llmtui.providers.local.manifest import Layer
from llmtui.providers.local.model_name import BadName, is_name, parse_name

DIGEST = "sha256:" + "a" * 64


def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file-partial"
    for number in (1, 2):
        partial = open_partial(path)
        assert partial is not None
        with partial:
            assert partial.size == 3 * (number - 1)
            partial.write(b"abc")
            assert partial.size == 3 * number
            assert open_partial(path) is None  # one writer at a time
    partial = open_partial(path)
    assert partial is not None
    with partial:
        assert partial.digest() == hashlib.sha256(b"abcabc").hexdigest()
        partial.settle(tmp_path / "whole")
        partial.close()
        partial.close()
    assert (tmp_path / "whole").read_bytes() == b"abcabc"
    assert os.listdir(path.parent) == []
    assert (tmp_path / "whole").stat().st_mode & 0o777 == 0o600


def test_what_waited_for_a_file_that_is_done_begins_anew(tmp_path: Path) -> None:
    """The name belongs to the next file once the first one has moved away."""
    path = tmp_path / "a-partial"
    first = open_partial(path)
    assert first is not None
    first.write(b"x")
    first.settle(tmp_path / "a")
    second = open_partial(path)
    assert second is not None
    assert second.size == 0
    first.close()
    assert path.exists()
    second.close()
    assert not path.exists()  # nothing came, nothing stays


def test_checking_can_be_given_up(tmp_path: Path) -> None:
    partial = open_partial(tmp_path / "a-partial")
    assert partial is not None
    with partial:
        partial.write(b"x")
        left = threading.Event()
        left.set()
        with pytest.raises(Stopped):
            partial.digest(left.is_set)


def test_old_halves_are_swept(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    month = time.time() - 40 * 86_400
    kept = []
    for number, at in enumerate((month, month, time.time())):
        partial = blobs.open_partial(f"{DIGEST}{number}")
        assert partial is not None
        with partial:
            partial.write(b"x")
        os.utime(partial.path, (at, at))
        kept.append(partial.path)
    held = open_partial(kept[1])
    blobs.sweep()
    assert [path.exists() for path in kept] == [False, True, True]
    assert held is not None
    held.close()


def test_a_blob_is_whole_or_not_there(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    assert not blobs.has(Layer("", DIGEST, 3))
    layer = blobs.put(b"abc")
    assert blobs.put(b"abc") == layer
    assert blobs.has(layer)
    assert not blobs.has(layer._replace(size=4))
    assert os.listdir(blobs.folder) == [layer.digest.replace(":", "-")]


@given(st.text(alphabet="ab./:-_~@%\\ \0é", max_size=20))
def test_no_name_leaves_its_folder(text: str) -> None:
    try:
        name = parse_name(text)
    except BadName:
        return
    assert is_name(name.parts)
    path = Path("/models").joinpath(*name.parts)
    assert Path(os.path.normpath(path)) == path
    assert len(path.parts) == 6
    assert parse_name(name.shown).key == name.key
