"""Options of a model: spelling, types and ranges are checked before they are sent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.option_texts import option_text, option_value, parameters_of
from llmtui.chat.options import (
    OPTIONS,
    Option,
    OptionError,
    checked_option,
)
from llmtui.configuration import load
from llmtui.places import Places
from llmtui.providers.local.describe import parameters
from llmtui.settings import SettingsError
from tests.support.program import run
from tests.test_settings import write


def values_of(option: Option) -> st.SearchStrategy[Any]:
    """Every value that an option takes."""
    if option.kind is bool:
        return st.booleans()
    if option.kind is list:
        text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
        return st.lists(text, min_size=1)
    least = option.least if option.least is not None else -5
    most = option.most if option.most is not None else 2**31 - 1
    if option.kind is int:
        return st.integers(int(least), int(most))
    return st.floats(least, most)


@given(st.data())
def test_a_value_that_is_shown_can_be_typed_again(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(list(OPTIONS)))
    value = data.draw(values_of(OPTIONS[name]))
    assert checked_option(name, value) == value
    assert option_value(name, option_text(name, value)) == value


@given(st.data())
def test_what_a_server_shows_of_a_model_is_read_back(data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(list(OPTIONS)), unique=True))
    values = {name: data.draw(values_of(OPTIONS[name])) for name in names}
    assert parameters_of(parameters(values)) == values


def test_the_catalogue_is_whole() -> None:
    for name, option in OPTIONS.items():
        if option.default is not None:
            assert checked_option(name, option.default) == option.default
        assert len(option.about) <= 44
        assert option.about[0].islower()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("temprature", "1", "no option is called 'temprature'; did you mean 'temp"),
        ("zzz", "1", "no option is called 'zzz'; known are temperature, seed"),
        ("num_ctx", "lots", "num_ctx takes a whole number, not 'lots'"),
        ("num_ctx", "0.5", "num_ctx takes a whole number, not '0.5'"),
        ("num_ctx", "0", "num_ctx takes a whole number, 1 or more, not 0"),
        ("num_ctx", "9" * 30, "num_ctx takes a whole number, 1 or more, not 999"),
        ("temperature", "-1", "temperature takes a number, 0 or more, not -1"),
        ("temperature", "nan", "temperature takes a number, 0 or more, not nan"),
        ("temperature", "inf", "temperature takes a number, 0 or more, not inf"),
        ("top_p", "1.01", "top_p takes a number from 0 to 1, not 1.01"),
        ("seed", "4294967296", "seed takes a whole number from -1 to 4294967295, not"),
        ("use_mmap", "perhaps", "use_mmap takes true or false, not 'perhaps'"),
        ("stop", "", "stop takes text, not ''"),
        ("stop", '["a", ""]', "stop takes texts that are not empty, not"),
    ],
)
def test_what_no_server_takes_is_refused(name: str, text: str, words: str) -> None:
    with pytest.raises(OptionError) as caught:
        option_value(name, text)
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize("value", [None, "5", [1], {}, True, 10**400])
def test_values_out_of_a_file_have_their_own_type(value: object) -> None:
    for name in ("num_ctx", "temperature"):
        with pytest.raises(OptionError, match=name):
            checked_option(name, value)


def test_the_configuration_refuses_a_range_and_names_the_file(places: Places) -> None:
    write(places, "[options]\ntop_p = 2\n")
    with pytest.raises(SettingsError) as caught:
        load(places, {})
    words = f"{places.config_file}: in [options], top_p takes a number from 0 to 1"
    assert str(caught.value).startswith(words)


def test_ask_refuses_a_range_before_it_connects() -> None:
    done = run("ask", "-o", "min_p=7", "hi", "--host", "http://127.0.0.1:1")
    assert done.code == 2
    assert "min_p takes a number from 0 to 1, not 7" in done.err
