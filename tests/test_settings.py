"""Settings: what wins over what, and sentences for what cannot be."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from llmtui.access import Access
from llmtui.configuration import load
from llmtui.host_settings import HostConfig
from llmtui.places import Places
from llmtui.settings import Settings, SettingsError


def write(places: Places, text: str) -> None:
    places.config.mkdir(parents=True, exist_ok=True)
    places.config_file.write_text(text, encoding="utf-8")


def test_nothing_set_leaves_all_to_the_server(places: Places) -> None:
    settings = load(places, {})
    assert settings.find_host().url == "http://127.0.0.1:11434"
    assert settings == load(places, {}, {})
    assert (settings.model, settings.system, settings.think) == ("", None, None)
    assert settings.warnings == ()


maybe = st.none() | st.sampled_from(["one", "two", "three"])


@given(config=maybe, env=maybe, command=maybe)
@hypothesis_settings(max_examples=40)
def test_the_command_line_wins_over_the_environment_over_the_file(
    config: str | None, env: str | None, command: str | None
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        places = Places(*(Path(folder) / name for name in "abcd"))
        if config:
            write(places, f'model = "{config}"\nhost = "{config}"\n')
        environment = {"LLMTUI_MODEL": env, "OLLAMA_HOST": env} if env else {}
        overrides = {"model": command, "host": command} if command else {}
        settings = load(places, environment, overrides)
    expected = command or env or config or ""
    assert settings.model == settings.host == expected
    where = ["", str(places.config_file), "OLLAMA_HOST", "--host"]
    assert settings.host_from == where[3 if command else 2 if env else bool(config)]


def test_the_program_s_own_variable_wins_over_ollama_s(places: Places) -> None:
    env = {"LLMTUI_HOST": "mine", "OLLAMA_HOST": "theirs"}
    assert load(places, env).find_host().url == "http://mine:11434"


def test_a_whole_file(places: Places) -> None:
    write(
        places,
        '\ufeffthink = "low"\r\nkeep_alive = "5m"\r\ntrash_days = 7\r\n'
        'wide_tables = "scroll"\n'
        '[options]\r\ntemperature = 1\nstop = "END"\nnum_ctx = 4096\n'
        '[hosts.box]\nurl = "http://box:8000/v1"\nkind = "openai"\nkey_env = "K"\n'
        '[hosts.tiny]\nkind = "local"\n',
    )
    settings = load(places, {})
    assert settings.think == "low"
    assert settings.keep_alive == 300
    assert settings.trash_days == 7
    assert settings.wide_tables == "scroll"
    assert settings.options == {"temperature": 1.0, "stop": ["END"], "num_ctx": 4096}
    assert settings.hosts["box"] == HostConfig(
        "http://box:8000/v1", "openai", Access("K")
    )
    box = settings.find_host("box")
    assert (box.kind, box.url, box.name) == ("openai", "http://box:8000/v1", "box")
    assert box.access.key_env == "K"
    assert settings.find_host("tiny").kind == "local"


def test_a_configured_name_is_a_host(places: Places) -> None:
    write(places, 'host = "box"\n[hosts.box]\nurl = "http://me:pw@10.0.0.1:1"\n')
    host = load(places, {}).find_host()
    assert (host.stored, host.url) == ("box", "http://10.0.0.1:1")
    assert load(places, {}, {"host": "other"}).find_host().url == "http://other:11434"


def test_unknown_keys_are_told_with_the_nearest_known_one(places: Places) -> None:
    write(
        places,
        'modle = "x"\n[hosts.a]\nurl = "b"\nkid = "x"\n',
    )
    first, second = load(places, {}).warnings
    assert first.endswith("there is no setting 'modle'; did you mean 'model'?")
    assert "[hosts.a]" in second


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("model = 3", 'model takes text, like model = "mistral", not 3'),
        ('think = "maybe"', "think is on, off, low"),
        ("think = 7", "think takes true, false or a level"),
        ('keep_alive = "soon"', "a span like 5m"),
        ('trash_days = "soon"', "trash_days takes a number of days"),
        ("trash_days = true", "trash_days takes a number of days"),
        ("fold_code = -1", "fold_code takes a number of lines"),
        ('fold_code = "all"', "fold_code takes a number of lines"),
        ("keep_alive = true", "keep_alive takes seconds"),
        ("options = 1", "options takes a table"),
        ("[options]\ntop_k = 0.5", "top_k takes a whole number"),
        ("[options]\ntemprature = 1", "did you mean 'temperature'?"),
        ('wide_tables = "cut"', "wide_tables takes one of wrap, scroll"),
        ("hosts = 1", "hosts takes tables"),
        ("[hosts]\nbox = 1", "hosts takes tables"),
        ("[hosts.box]", "[hosts.box]: it needs a url"),
        ("[hosts.box]\nurl = 1", "[hosts.box]: url is text"),
        ('[hosts.box]\nurl = "x"\nkind = "y"', "kind is"),
        ('[hosts.box]\nurl = "ftp://x"', "http:// or https://"),
        ("model = ", "is no valid TOML"),
    ],
)
def test_a_wrong_setting_is_a_sentence_with_file_and_key(
    places: Places, text: str, words: str
) -> None:
    write(places, text)
    with pytest.raises(SettingsError) as caught:
        load(places, {})
    assert str(places.config_file) in str(caught.value)
    assert words in str(caught.value)


def test_a_wrong_host_says_where_it_was_set(places: Places) -> None:
    with pytest.raises(SettingsError, match=r"^OLLAMA_HOST: "):
        load(places, {"OLLAMA_HOST": "ftp://x"}).find_host()
    with pytest.raises(SettingsError, match=r"^--host: "):
        load(places, {}, {"host": "ftp://x"}).find_host()


def test_a_wrong_variable_is_named(places: Places) -> None:
    with pytest.raises(SettingsError, match=r"^LLMTUI_THINK: think is"):
        load(places, {"LLMTUI_THINK": "maybe"})


def test_a_file_that_is_no_text_or_a_folder(places: Places) -> None:
    places.config.mkdir(parents=True)
    places.config_file.write_bytes(b'model = "\xff"')
    with pytest.raises(SettingsError, match="not UTF-8"):
        load(places, {})
    places.config_file.unlink()
    places.config_file.mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        load(places, {})


def test_the_engine_has_a_table_of_its_own(places: Places) -> None:
    places.config.mkdir(parents=True)
    places.config_file.write_text("[local]\ncontext = 512\nthread = 2\n")
    found = load(places, {"OLLAMA_KEEP_ALIVE": "1h"})
    assert (found.local.context, found.local.keep_alive) == (512, 3600.0)
    assert "did you mean 'threads'" in found.warnings[0]
    for text, said in (
        ("local = 3", "local takes a table"),
        ('[local]\nkv_cache = "x"', r"in \[local\], kv_cache is f16"),
    ):
        places.config_file.write_text(text)
        with pytest.raises(SettingsError, match=said):
            load(places, {})


def test_the_app_starts_with_what_can_be_read(places: Places) -> None:
    settings = written(
        places,
        'model = "m"\nthink = "sideways"\nhost = "box"\ntrash_days = "x"\n'
        '[hosts.box]\nurl = "http://["\n[hosts.other]\nurl = "http://b"\n'
        '[options]\nseed = 1\ntemperature = "hot"\n',
    )
    assert (settings.model, settings.think, settings.host) == ("m", None, "")
    assert list(settings.hosts) == ["other"]
    assert settings.options == {"seed": 1}
    assert settings.trash_days < 0  # nothing goes for good by a guess
    assert len(settings.warnings) == 4


@pytest.mark.parametrize(
    "text", ["model = [", "a = " + "[" * 100_000, "a = " + "1" * 5000]
)
def test_of_a_file_that_cannot_be_read_nothing_is_guessed(
    places: Places, text: str
) -> None:
    with pytest.raises(SettingsError, match="is no valid TOML"):
        written(places, text, lenient=False)
    settings = written(places, text)
    assert settings.trash_days < 0
    assert not settings.input.history
    [warning] = settings.warnings
    assert "llmtui config edit" in warning


def written(places: Places, text: str, *, lenient: bool = True) -> Settings:
    """The settings of a file with this text."""
    places.config.mkdir(parents=True, exist_ok=True)
    places.config_file.write_text(text)
    return load(places, {}, lenient=lenient)
