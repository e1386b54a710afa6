"""Completion in bash, zsh and fish: small scripts that ask ``llmtui __complete``."""

from __future__ import annotations

import asyncio
import re
import shlex
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from llmtui.chat.export_formats import EXPORT_FORMATS
from llmtui.chat.think_levels import THINK_LEVELS
from llmtui.cli.context import Context, find_places, say, session_ids
from llmtui.cli.options import Option, UsageError
from llmtui.cli.table import (
    APP,
    BY_NAME,
    COMPLETE,
    VERBS,
    all_options,
    options_of,
    read_line,
)
from llmtui.host_settings import KINDS

if TYPE_CHECKING:
    from llmtui.hosts import Host
    from llmtui.providers.protocol import Provider

_PATIENCE = 1.0
"""Seconds that a server has to list its models."""

_BASH = f"""\
# llmtui: eval "$(llmtui completion bash)"
_llmtui() {{
    local IFS=$'\\n'
    COMPREPLY=($(llmtui {COMPLETE} bash "${{COMP_LINE:0:COMP_POINT}}" 2>/dev/null))
    [[ ${{#COMPREPLY[@]}} -eq 1 && ${{COMPREPLY[0]}} == *= ]] && compopt -o nospace
}}
complete -o default -F _llmtui llmtui
"""

_ZSH = f"""\
#compdef llmtui
# llmtui: eval "$(llmtui completion zsh)"
_llmtui() {{
    local -a found
    found=("${{(@f)$(llmtui {COMPLETE} words "${{(@)words[2,CURRENT]}}" 2>/dev/null)}}")
    if [[ "${{found[1]}}" == *= ]]; then
        compadd -S "" -a found
    elif [[ -n "${{found[1]}}" ]]; then
        compadd -a found
    else
        compset -P "*="
        _files
    fi
}}
if [[ "$funcstack[1]" == _llmtui ]]; then _llmtui "$@"; else compdef _llmtui llmtui; fi
"""

_FISH = f"""\
# llmtui: llmtui completion fish | source
complete -c llmtui -f -a \\
    '(llmtui {COMPLETE} words (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
complete -c llmtui -F -n \\
    'string match -qr -- "^--(file|image|format|local)(=|\\$)" \\
        (commandline -opc)[-1] (commandline -ct)'
"""

_SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


def completion(context: Context) -> int:
    """Print the script of one shell."""
    name = context.words[0]
    if name not in _SCRIPTS:
        raise UsageError(f"completion is for bash, zsh and fish, not {name!r}")
    say(_SCRIPTS[name])
    return 0


def complete(argv: Sequence[str], open_provider: Callable[[Host], Provider]) -> int:
    """The hidden verb: print what the last word may become; never a sentence.

    ``bash LINE`` or ``words WORD…``; the last word is the one being typed.
    """
    kind, *words = argv or ["words"]
    if kind == "bash":
        words = _split(words[0] if words else "")[1:]
    if not words:
        return 0
    found = candidates(words, lambda args: _models(args, open_provider), _sessions)
    last = words[-1]
    # bash counts : and = as ends of words, and replaces what follows them only.
    known = re.match(r".*[:=]", last) if kind == "bash" else None
    cut = known.end() if known else 0
    say("".join(f"{word[cut:]}\n" for word in found))
    return 0


def candidates(
    words: Sequence[str],
    models: Callable[[Sequence[str]], Iterable[str]],
    sessions: Callable[[], Iterable[str]],
) -> list[str]:
    """What the last of ``words`` may become.

    >>> def found(*words): return candidates(words, lambda _: ["m:7b"], lambda: ["s1"])
    >>> found("sh"), found("show", ""), found("-m", "m"), found("--mod")
    (['show'], ['m:7b'], ['m:7b'], ['--model'])
    >>> found("-r", ""), found("sessions", "re"), found("sessions", "show", "s")
    (['s1'], ['restore', 'rename'], ['s1'])
    >>> found("show", "--system", ""), found("ls", "m"), found("ask", "--system", "")
    (['m:7b'], [], [])
    >>> found("ask", "-o", "temp"), found("ask", "--think", "h"), found("nosuch", "")
    (['temperature='], ['high'], [])
    """
    *before, last = words
    verb = next((BY_NAME[word] for word in before if word in BY_NAME), APP)
    known = (*all_options(), *options_of(verb))
    options = {name: option for option in known for name in option.names}
    option, equals, value = last.partition("=")
    if equals and option in options:
        values = _values(options[option], before, models, sessions)
        return [f"{option}={v}" for v in values if v.startswith(value)]
    if before and (option_ := options.get(before[-1])) and option_.value:
        values = [*_values(option_, before[:-1], models, sessions)]
        if values or not option_.optional:
            return [v for v in values if v.startswith(last)]
    try:
        given = read_line(before).words
    except UsageError:
        return []
    if last.startswith("-"):
        names = [o.names[-1] for o in options_of(verb)]
        return sorted(name for name in names if name.startswith(last))
    if not given:
        return [verb.name for verb in VERBS if verb.name.startswith(last)]
    arguments = _arguments(given, before, models, sessions)
    return [word for word in arguments if word.startswith(last)]


def _arguments(
    given: Sequence[str],
    before: Sequence[str],
    models: Callable[[Sequence[str]], Iterable[str]],
    sessions: Callable[[], Iterable[str]],
) -> Iterable[str]:
    """What may follow a verb and the arguments it has already."""
    name, *words = given
    verb = BY_NAME.get(name)
    if verb is None or (verb.most is not None and len(words) >= verb.most):
        return ()
    if verb.complete == "models":
        return models(before) if name != "run" or not words else ()
    if name == "sessions" and words:
        return sessions() if words[0] in ("show", "export", "rm", "rename") else ()
    if name == "hosts" and words:
        return _hosts() if words[0] in ("test", "rm") else ()
    return verb.complete.split() if not words else ()


def _values(
    option: Option,
    before: Sequence[str],
    models: Callable[[Sequence[str]], Iterable[str]],
    sessions: Callable[[], Iterable[str]],
) -> Iterable[str]:
    match option.dest:
        case "model" | "from":
            return models(before)
        case "host":
            return _hosts()
        case "kind":
            return KINDS
        case "resume" | "session":
            return sessions()
        case "option" | "parameter":
            from llmtui.chat.options import OPTIONS

            return [f"{name}=" for name in OPTIONS]
        case "preset":
            return _presets()
        case "think":
            return (*THINK_LEVELS, "on", "off")
        case "color":
            return ("auto", "always", "never")
        case "format":
            return tuple(EXPORT_FORMATS) if "sessions" in before else ("json",)
    return ()


def _split(line: str) -> list[str]:
    """A line of bash as words, of which the last may be begun only."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words = []
    try:
        words = list(lexer)
    except ValueError:  # an open quote: nothing that is completed here
        return []
    return [*words, ""] if line[-1:].isspace() or not words else words


def _sessions() -> list[str]:
    from llmtui.settings import SettingsError

    try:
        return session_ids(find_places())
    except SettingsError:
        return []


def _hosts() -> list[str]:
    """The names of hosts in the configuration."""
    from llmtui.configuration import load
    from llmtui.settings import SettingsError

    try:
        return list(load(find_places(), {}).hosts)
    except SettingsError:
        return []


def _presets() -> list[str]:
    from llmtui.jobs.preset_files import preset_names
    from llmtui.settings import SettingsError

    try:
        return preset_names(find_places().presets)
    except SettingsError:
        return []


def _models(
    before: Sequence[str], open_provider: Callable[[Host], Provider]
) -> list[str]:
    """The host's models, none if it does not answer at once."""
    from llmtui.providers.errors import ProviderError
    from llmtui.settings import SettingsError

    async def names(host: Host) -> list[str]:
        provider = open_provider(host)
        try:
            async with asyncio.timeout(_PATIENCE):
                return [model.name for model in await provider.models()]
        finally:
            await provider.aclose()

    try:
        parsed = read_line(before)
        host = Context(parsed, (), open_provider).settings.find_host()
        return asyncio.run(names(host))
    except (ProviderError, SettingsError, UsageError, TimeoutError):
        return []
