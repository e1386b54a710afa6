"""``state.json``: remembers, survives damage, keeps what it does not know."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from llmtui.state import State


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "state.json"


def test_it_remembers(path: Path) -> None:
    state = State.load(path)
    state.theme = "nord"
    state.thinking_open = True
    state.local_accepted = True
    assert state.save() == ""
    again = State.load(path)
    assert (again.theme, again.thinking_open, again.local_accepted) == (
        "nord",
        True,
        True,
    )
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(os.listdir(path.parent)) == ["state.json", "state.lock"]


def test_models_are_remembered_by_host_the_last_one_first(path: Path) -> None:
    state = State.load(path)
    assert state.last_model() == state.last_model("box") == ""
    for model, host in [("a", "box"), ("b", "box"), ("c", "other"), ("a", "box")]:
        state.used_model(model, host)
    state.save()
    again = State.load(path)
    assert again.recent_models("box") == ["a", "b"]
    assert (again.last_model("other"), again.last_model()) == ("c", "a")


def test_two_windows_keep_each_other_s_changes(path: Path) -> None:
    one, two = State.load(path), State.load(path)
    one.theme = "nord"
    two.thinking_open = True
    assert (one.save(), two.save()) == ("", "")
    again = State.load(path)
    assert (again.theme, again.thinking_open) == ("nord", True)
    assert two.theme == "nord"


def test_many_windows_saving_at_once_lose_no_host(path: Path) -> None:
    def use(host: str) -> None:
        state = State.load(path)
        for number in range(20):
            state.used_model(f"m{number}", f"{host}{number}")
            assert state.save() == ""

    with ThreadPoolExecutor(4) as windows:
        list(windows.map(use, "abcd"))
    state = State.load(path)
    wanted = {
        f"{host}{number}": [f"m{number}"] for host in "abcd" for number in range(20)
    }
    assert {host: state.recent_models(host) for host in wanted} == wanted


def test_unknown_keys_survive(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"of_tomorrow": [1], "theme": "old"}')
    state = State.load(path)
    state.theme = "new"
    state.save()
    assert json.loads(path.read_text()) == {"of_tomorrow": [1], "theme": "new"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)
damage = (
    st.binary(max_size=60)
    | json_values.map(lambda value: json.dumps(value).encode())
    | st.fixed_dictionaries(
        {"theme": json_values, "models": json_values, "last_model": json_values}
    ).map(lambda value: json.dumps(value).encode())
)


@given(damage)
@hypothesis_settings(max_examples=60)
def test_damage_never_raises(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("state") / "state.json"
    path.write_bytes(content)
    state = State.load(path)
    assert isinstance(state.theme, str)
    assert isinstance(state.local_accepted, bool)
    state.recent_models("box")
    state.used_model("m", "box")
    assert state.save() == ""
    assert State.load(path).last_model("box") == "m"


def test_what_cannot_be_saved_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    state = State.load(tmp_path / "file" / "state.json")
    assert state.save() == ""  # nothing changed, nothing to write
    state.theme = "nord"
    assert "cannot be written" in state.save()
    assert state.theme == "nord"


@pytest.mark.parametrize("data", [b"{", b"[]", b"[" * 100_000, b"\x00" * 9])
def test_a_damaged_file_is_set_aside_and_said(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(data)
    state = State.load(path)
    state.theme = "nord"
    assert state.save() == ""
    assert State.load(path).theme == "nord"
    assert (tmp_path / "state.unreadable.json").read_bytes() == data
    assert "It was moved to" in state.problem
