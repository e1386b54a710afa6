"""``llmtui config``: where the settings are, what they are, and editing them."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
from pathlib import Path
from typing import Any

from llmtui.cli.context import Context, complain, say, say_json
from llmtui.cli.options import UsageError, near
from llmtui.cli.output import STDOUT, is_terminal
from llmtui.configuration import load
from llmtui.files.disk import make_folder
from llmtui.files.errors import why
from llmtui.files.writing import create_file
from llmtui.host_settings import as_table, without_secrets
from llmtui.hosts import hide_credentials
from llmtui.sanitise import clean
from llmtui.setting_values import TAKES
from llmtui.settings import Settings

TEMPLATE = """\
# Settings of llmtui. What is commented out is only an example.

# host = "http://box:11434"     # a URL, a name from [hosts.NAME], or "local"
# model = "mistral"             # of new sessions; else the one last used
# theme = "nord"
# system = "Answer briefly."
# think = "low"                 # or "medium", "high", "max", true, false
# keep_alive = "10m"            # seconds or a span; -1 for ever
# truncate = false              # what does not fit is refused, and not left out
# titles = "model"              # who names sessions; "prompt": their first words
# notify = "bell"               # when a reply ends unseen; "off", "osc9", "osc777", …
# window_title = false          # leave the title of the window as it is
# fold_code = 0                 # code of any length is shown whole; 40: of 40 lines
# hyperlinks = "on"             # the terminal gets links as links; "off", "auto"
# wide_tables = "scroll"        # moved sideways where they do not fit; "wrap"
# trash_days = 30               # then deleted sessions are gone for good; -1: never

# [options]                     # by Ollama's names
# temperature = 0.7
# num_ctx = 8192

# [input]
# history = false               # what is typed is not kept for the next time
# vim = true                    # vim's modes and keys

# [keys]                        # by the names in `llmtui keys list`
# fold = ["z", "f12"]           # single letters: while the log has the focus
# sessions = "ctrl+b"
# scrollback = ""               # none

# [local]                       # models that run here without a server
# context = 8192                # tokens, where no num_ctx is set
# threads = 4
# gpu_layers = 0                # -1: as many as fit
# flash_attention = "on"        # "auto", "off"
# kv_cache = "q8_0"             # "f16", "q4_0"
# keep_alive = "5m"
# max_loaded = 1                # 0: as many as fit
# suggestions = ["qwen3:0.6b"]  # models that are offered to be fetched

# [hosts.box]                   # then: llmtui --host box
# url = "http://box:8000/v1"
# kind = "openai"               # "ollama", "openai" or "local"
# key_env = "BOX_API_KEY"       # the variable that holds the key; or
# key_command = "pass show box" # what prints it, run without a shell
# headers = { X-Team = "blue", X-Token = "$BOX_TOKEN" }  # $NAME: that variable
# ca_file = "~/box.pem"         # who may sign its certificate
# verify = false                # do not check that at all
# proxy = "http://proxy:3128"   # or "none", whatever the environment says
"""
"""What a new ``config.toml`` holds."""


def config(context: Context) -> int:
    """``path``, ``show`` or ``edit``."""
    action = context.words[0]
    if action == "path":
        say(f"{context.places.config_file}\n")
        return 0
    if action == "show":
        return _show(context)
    if action == "edit":
        return _edit(context)
    raise UsageError(
        near(f"there is no config {action!r}", action, ("path", "show", "edit"))
    )


def _show(context: Context) -> int:
    settings = context.settings
    tables = _tables(settings)
    found = {name: getattr(settings, name) for name in TAKES if name not in tables}
    found["host"] = hide_credentials(settings.host) or context.host.stored
    if context.parsed.given("json"):
        say_json(found | tables)
        return 0
    lines = [_setting(name, value) for name, value in found.items()]
    if settings.host_from:
        lines[0] += f"  # {settings.host_from}"
    hosts = tables.pop("hosts")
    tables |= {f"hosts.{_key(name)}": host for name, host in hosts.items()}
    for title, values in tables.items():
        if values:
            lines += ["", f"[{title}]"]
            lines += [_setting(name, value) for name, value in values.items()]
    text = "\n".join(lines) + "\n"
    say(clean(text) if is_terminal(STDOUT) else text)
    return 0


def _tables(settings: Settings) -> dict[str, dict[str, Any]]:
    """The settings that are tables of their own, without the secrets of hosts."""
    return {
        "options": dict(settings.options),
        "input": settings.input._asdict(),
        "keys": {name: list(keys) for name, keys in settings.keys.items()},
        "local": settings.local._asdict(),
        "hosts": {
            name: {"kind": host.kind, **as_table(without_secrets(host))}
            for name, host in settings.hosts.items()
        },
    }


def _setting(name: str, value: object) -> str:
    """One line of TOML; what is not set is a comment."""
    if value in (None, ""):
        return f"# {name} is not set"
    return f"{name} = {_toml(value)}"


def _toml(value: object) -> str:
    import json

    if isinstance(value, dict):
        pairs = (f"{_key(name)} = {_toml(one)}" for name, one in value.items())
        return f"{{ {', '.join(pairs)} }}"
    # JSON's texts, numbers, truths and lists are TOML's.
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    plain = name.replace("-", "").replace("_", "")
    return name if plain.isascii() and plain.isalnum() else _toml(name)


def _edit(context: Context) -> int:
    file = context.places.config_file
    try:
        _begin(file)
    except OSError as error:
        raise UsageError(why(error, file)) from None
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    # ctrl+c is the editor's own; a function is not handed on to it.
    interrupt = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        done = subprocess.run([*shlex.split(command), str(file)], check=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"the editor {command!r} cannot be started ({error}); "
            f"set EDITOR, or edit {file} yourself"
        ) from None
    finally:
        signal.signal(signal.SIGINT, interrupt)
    if done.returncode:
        complain(f"the editor {command!r} ended with code {done.returncode}")
        return 1
    for warning in load(context.places, {}).warnings:
        complain(warning)
    return 0


def _begin(file: Path) -> None:
    """Make the file with examples in it, if there is none."""
    make_folder(file.parent)
    with contextlib.suppress(FileExistsError):
        create_file(file, TEMPLATE)
