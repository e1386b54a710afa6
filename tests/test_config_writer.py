"""Changing config.toml: what was asked for, and not a character of anything else."""

from __future__ import annotations

import errno
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from llmtui.config_writer import ConfigChange, undo, write_host
from llmtui.files.disk import Disk
from llmtui.settings import SettingsError
from llmtui.toml_edit import Uneditable, remove_table, set_table, statements

MINE = """\
# mine
host = "box"   # the box

[options]
temperature = 1

# for box
[hosts.box]  # b
# the big one
url = "http://me:pw@box:11434"   # secret
kind = "ollama"
key_env = "K"
colour = "red"

# other
[hosts.gpu]
url = 'b'

[local]
threads = 4
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "config" / "config.toml"
    found.parent.mkdir()
    found.write_text(MINE)
    return found


def test_what_is_not_changed_stays(file: Path) -> None:
    write_host(file, "box", {"url": "http://x", "headers": {"X": "y"}, "verify": False})
    assert file.read_text() == MINE.replace(
        '"http://me:pw@box:11434"', '"http://x"'
    ).replace('key_env = "K"\n', "").replace(
        'colour = "red"\n', 'colour = "red"\nheaders = { X = "y" }\nverify = false\n'
    )
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_new_one_stands_behind_the_others(file: Path) -> None:
    write_host(file, "new", {"url": "http://x"})
    new = '[hosts.new]\nurl = "http://x"\n\n[local]'
    assert file.read_text() == MINE.replace("[local]", new)


def test_one_goes_with_its_own_comments(file: Path) -> None:
    write_host(file, "box", None)
    start, end = MINE.index("\n# for box"), MINE.index("\n# other")
    assert file.read_text() == MINE[:start] + MINE[end:]


def test_what_was_taken_away_comes_back(file: Path) -> None:
    change = write_host(file, "box", None)
    undo(change)
    assert file.read_text() == MINE
    change = write_host(file, "box", None)
    file.write_text(file.read_text() + "max_loaded = 2  # meanwhile\n")
    undo(change)
    assert "# meanwhile" in file.read_text()
    box = tomllib.loads(file.read_text())["hosts"]["box"]
    assert box == tomllib.loads(MINE)["hosts"]["box"]


def test_a_first_one(tmp_path: Path) -> None:
    file = tmp_path / "a" / "config.toml"
    change = write_host(file, "the box", {"url": "x"})
    assert file.read_text() == '[hosts."the box"]\nurl = "x"\n'
    undo(change)
    assert file.read_text() == ""


def test_line_ends_and_marks_of_windows(file: Path) -> None:
    file.write_bytes(b'\xef\xbb\xbfmodel = "m"\r\n[hosts.a]\r\nurl = "b"')
    write_host(file, "a", {"url": "c", "kind": "openai"})
    assert file.read_bytes() == (
        b'\xef\xbb\xbfmodel = "m"\r\n[hosts.a]\r\nurl = "c"\r\nkind = "openai"\r\n'
    )


def test_a_link_stays_one(file: Path, tmp_path: Path) -> None:
    """Who keeps the file in a repository of settings has a link to it."""
    link = tmp_path / "link.toml"
    link.symlink_to(file)
    write_host(link, "box", None)
    assert link.is_symlink()
    assert "[hosts.box]" not in file.read_text()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"model = ", "is no valid TOML"),
        (b"\xff", "is not UTF-8"),
        (b'[hosts]\nbox = {url = "x"}\n', "llmtui config edit"),
        (b'hosts = {box = {url = "x"}}\n', "llmtui config edit"),
        (b'hosts.box.url = "x"\n', "llmtui config edit"),
    ],
)
def test_what_cannot_be_changed_is_left_alone(
    file: Path, text: bytes, words: str
) -> None:
    file.write_bytes(text)
    with pytest.raises(SettingsError, match=words):
        write_host(file, "box", {"url": "y"})
    assert file.read_bytes() == text


def test_a_disk_that_is_full(file: Path) -> None:
    class Full(Disk):
        def write(self, handle: int, data: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(SettingsError, match="the disk is full"):
        write_host(file, "box", None, disk=Full())
    assert file.read_text() == MINE


def test_where_there_is_nothing_nothing_is_taken_away(file: Path) -> None:
    assert write_host(file, "none", None) == ConfigChange(
        file, "none", MINE, MINE, None
    )


def test_hosts_in_other_spellings_can_be_taken_away() -> None:
    path = ("hosts", "box")
    dotted = 'hosts.box.url = "x"\n[local]\nthreads = 4\n'
    assert remove_table(dotted, path) == "[local]\nthreads = 4\n"
    assert remove_table('[hosts]\nbox = {url = "x"}\n', path) == "[hosts]\n"
    apart = '[hosts.box.headers]\nX = "1"\n[local]\nn = 1\n[hosts.box]\nurl = "x"\n'
    assert remove_table(apart, path) == "[local]\nn = 1\n"
    with pytest.raises(Uneditable):
        remove_table('hosts = {box = {url = "x"}}\n', path)


def test_a_table_inside_a_host() -> None:
    text = '[hosts.a]\nurl = "x"\n[hosts.a.headers]\nX = "1"\nY = "2" # y\n'
    path = ("hosts", "a")
    same = {"url": "z", "headers": {"X": "1", "Y": "2"}}
    assert set_table(text, path, same) == text.replace('"x"', '"z"')
    other = {"url": "x", "headers": {"Y": "3"}}
    assert set_table(text, path, other) == (
        '[hosts.a]\nurl = "x"\nheaders = { Y = "3" }\n'
    )


words = st.text("ab #=\"'[].\\é\t\n", max_size=8)
values = st.one_of(
    words, st.booleans(), st.integers(0, 9), st.dictionaries(words, words, max_size=2)
)
keys = st.sampled_from(["url", "kind", "verify", "a b", "headers", "=#"])
tables = st.dictionaries(keys, values, min_size=1, max_size=4)
names = st.sampled_from(["box", "a.b", "x y", "é"])
around = st.sampled_from(
    [
        "",
        "# a comment\n\n",
        'text = """\n[hosts.box]\n# no comment\n"""\n',
        "list = [\n  1, # one\n  2,\n]\n",
        "'a = b' = 1 # [x]\n",
        "[other]\nn = 1979-05-27T07:32:00Z\n\n",
        "[[many]]\nn = 1\n[[many]]\n",
    ]
)


@given(around, tables, around, names, tables)
def test_any_table_in_any_text(
    above: str, first: dict[str, Any], below: str, name: str, second: dict[str, Any]
) -> None:
    """Made, changed and taken away again, all lines around it are as before."""
    text = above + below
    assume(_is_toml(text))
    assert "".join(s.text for s in statements(text)) == text
    path = ("hosts", name)
    made = set_table(text, path, first)
    assert made.startswith(text)
    changed = set_table(made, path, second)
    assert changed.startswith(text)
    for found, table in ((made, first), (changed, second)):
        assert tomllib.loads(found)["hosts"][name] == table
    assert remove_table(changed, path).strip("\n") == text.strip("\n")


def _is_toml(text: str) -> bool:
    try:
        return bool(tomllib.loads(text)) or True
    except tomllib.TOMLDecodeError:
        return False
