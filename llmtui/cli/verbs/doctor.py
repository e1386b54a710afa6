"""``llmtui doctor``: what works here, what does not, and what to do about it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from llmtui import __version__
from llmtui.cli.context import CRASHED, USAGE, Context, say, say_json
from llmtui.cli.failures import exit_code
from llmtui.cli.model import how_to_get_one
from llmtui.cli.output import STDOUT, is_terminal
from llmtui.providers.errors import ProviderError, Unsupported
from llmtui.sanitise import clean_line
from llmtui.settings import SettingsError

if TYPE_CHECKING:
    from llmtui.hosts import Host
    from llmtui.places import Places

_SMALLEST = (40, 10)
"""Columns and rows that the chat needs."""


class Finding(NamedTuple):
    """One thing that was looked at."""

    what: str
    state: Literal["good", "note", "bad"]
    words: str
    advice: str = ""
    code: int = 0


def doctor(context: Context) -> int:
    """Look at everything; returns the code of the first bad finding, else 0."""
    found = [_program()]
    try:
        warnings = context.settings.warnings
        found.append(_settings(context.places, warnings))
        found += _presets(context.places.presets)
        found.append(_notices(context.settings.notify, os.environ))
        found.append(_links(context.settings.hyperlinks, os.environ))
        found += _key(context.host, os.environ)
        named = map(context.settings.find_host, context.settings.hosts)
        found += _certificates({context.host, *named})
        found += asyncio.run(_server(context, context.host))
    except SettingsError as error:
        found.append(Finding("settings", "bad", str(error), code=USAGE))
    found += [
        *_terminal(os.environ),
        _folder("sessions", context.places.data),
        _folder("state", context.places.state),
        _search(),
        _local(),
        *_unreadable(os.environ),
    ]
    if context.parsed.given("json"):
        say_json([finding._asdict() for finding in found])
    else:
        say("".join(_lines(finding) for finding in found))
    return next((finding.code for finding in found if finding.state == "bad"), 0)


def _lines(finding: Finding) -> str:
    mark = {"good": "ok  ", "note": "note", "bad": "BAD "}[finding.state]
    line = f"{mark}  {finding.what:<11} {clean_line(finding.words)}\n"
    return line + (f"{'':<18}{clean_line(finding.advice)}\n" if finding.advice else "")


def _program() -> Finding:
    python = ".".join(map(str, sys.version_info[:3]))
    words = f"llmtui {__version__}, Python {python} on {sys.platform}"
    return Finding("program", "good", words)


def _settings(places: Places, warnings: tuple[str, ...]) -> Finding:
    file = places.config_file
    if warnings:
        return Finding("settings", "note", "; ".join(warnings))
    words = f"{file}" if os.path.exists(file) else f"no {file}, which is fine"
    return Finding("settings", "good", words)


def _presets(folder: Path) -> list[Finding]:
    """What is the matter with files that are none; nothing if all is well."""
    from llmtui.jobs.preset_files import BrokenPreset, read_presets

    broken = [one for one in read_presets(folder) if isinstance(one, BrokenPreset)]
    return [Finding("preset", "note", one.trouble, f"{folder}") for one in broken]


def _notices(way: str, environ: Mapping[str, str]) -> Finding:
    """Whether somebody who looks elsewhere would hear of a reply's end."""
    from llmtui.desktop.notifying import describe

    words, advice = describe(way, environ)
    return Finding("notices", "note" if advice else "good", words, advice)


def _links(setting: str, environ: Mapping[str, str]) -> Finding:
    """Whether the terminal gets links as links."""
    from llmtui.desktop.hyperlinks import describe

    return Finding("links", "good", *describe(setting, environ))


def _key(host: Host, environ: Mapping[str, str]) -> list[Finding]:
    """The key that the host should get and doesn't; nothing if all is well."""
    from llmtui.providers.credentials import find_credentials

    credentials = find_credentials(host, environ)
    if (variable := host.access.key_env) and not credentials.key:
        words = f"the variable {variable}, which is to hold it, is not set"
        return [Finding("key", "bad", words, "Set it, or correct key_env.", USAGE)]
    if credentials.withheld and not host.is_loopback:
        words = f"{host.label} gets none"
        return [Finding("key", "note", words, credentials.advice)]
    return []


def _certificates(hosts: set[Host]) -> list[Finding]:
    """In whose place somebody else could answer."""
    labels = ", ".join(sorted(host.label for host in hosts if host.is_unverified))
    if not labels:
        return []
    words = f"not checked for {labels}: anybody could answer in its place"
    advice = "Name its authority's file as ca_file instead of verify = false."
    return [Finding("certificate", "note", words, advice)]


async def _server(context: Context, host: Host) -> list[Finding]:
    provider = context.open(host)
    try:
        version = await provider.version()
        models = await provider.models()
    except Unsupported as error:
        return [
            Finding("server", "good", provider.name),
            Finding("models", "note", str(error), error.advice),
        ]
    except ProviderError as error:
        return [Finding("server", "bad", str(error), error.advice, exit_code(error))]
    finally:
        await provider.aclose()
    found = [Finding("server", "good", f"{provider.name} {version}".rstrip())]
    if models:
        names = ", ".join(model.name for model in models[:5])
        more = f" and {len(models) - 5} more" if len(models) > 5 else ""
        return [*found, Finding("models", "good", names + more)]
    advice = how_to_get_one(provider)
    return [*found, Finding("models", "note", "there are none", advice)]


def _terminal(env: Mapping[str, str]) -> list[Finding]:
    if not is_terminal(STDOUT):
        return [
            Finding(
                "terminal",
                "note",
                "standard output is no terminal, so it was not looked at",
            )
        ]
    columns, rows = os.get_terminal_size(STDOUT)
    least = f"{_SMALLEST[0]}x{_SMALLEST[1]}"
    found = []
    if columns < _SMALLEST[0] or rows < _SMALLEST[1]:
        words = f"{columns}x{rows} is small"
        found.append(Finding("size", "note", words, f"The chat needs {least}."))
    else:
        found.append(Finding("size", "good", f"{columns}x{rows}"))
    return [*found, _colour(env), _encoding(), _clipboard(env)]


def _clipboard(env: Mapping[str, str]) -> Finding:
    from llmtui.desktop.clipboard import describe

    words, advice = describe(env)
    return Finding("clipboard", "note" if advice else "good", words, advice)


def _colour(env: Mapping[str, str]) -> Finding:
    term = env.get("TERM", "")
    if term in ("", "dumb"):
        advice = "Set TERM to what the terminal is, like xterm-256color."
        return Finding("colour", "bad", f"TERM is {term!r}", advice, CRASHED)
    if env.get("NO_COLOR"):
        return Finding("colour", "note", "NO_COLOR is set, so there is none")
    if env.get("COLORTERM", "") in ("truecolor", "24bit"):
        return Finding("colour", "good", f"16 million ({term})")
    if "256" in term or term.startswith(("xterm-kitty", "alacritty")):
        return Finding("colour", "good", f"256 or more ({term})")
    advice = "If the terminal can show more, set TERM=xterm-256color."
    return Finding("colour", "note", f"few colours by TERM={term}", advice)


def _encoding() -> Finding:
    encoding = (sys.stdout.encoding or "ascii").lower().replace("_", "-")
    if encoding in ("utf-8", "utf8"):
        return Finding("characters", "good", "UTF-8")
    advice = "Set LANG to one with UTF-8, like C.UTF-8 or en_US.UTF-8."
    words = f"{encoding}, so much cannot be shown"
    return Finding("characters", "bad", words, advice, CRASHED)


def _folder(what: str, folder: Path) -> Finding:
    """Whether one can write there, tried in the nearest folder that exists."""
    from tempfile import TemporaryFile

    there = folder
    while not os.path.exists(there) and there != there.parent:
        there = there.parent
    try:
        with TemporaryFile(dir=there, buffering=0) as file:
            file.write(b"x")
    except OSError as error:
        words = f"{folder} cannot be written: {error.strerror}"
        advice = f"Make {there} a folder that you may write to, with room on its disk."
        return Finding(what, "bad", words, advice, CRASHED)
    return Finding(what, "good", str(folder))


def _local() -> Finding:
    from llmtui.providers.local.offer import extra_command, extra_installed

    if extra_installed():
        return Finding("built-in", "good", "llmtui --local works without a server")
    words = "the built-in model is not installed"
    return Finding("built-in", "note", words, f"This adds it: {extra_command()}")


def _unreadable(environ: Mapping[str, str]) -> list[Finding]:
    """Models of other programs that this user may not read."""
    from llmtui.providers.local.found import folders, unreadable

    return [
        Finding(
            "models",
            "note",
            f"{folder} has models that this user may not read",
            "A service of Ollama keeps its own so; its group may read them.",
        )
        for folder in unreadable(folders(environ, Path.home()))
    ]


def _search() -> Finding:
    from llmtui.store.search.database import fts5_works

    if fts5_works():
        return Finding("search", "good", "indexed: this Python's sqlite has FTS5")
    words = "this Python's sqlite has no FTS5, so a search reads all sessions"
    return Finding("search", "note", words, "It finds the same, but takes longer.")
