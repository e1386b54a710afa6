"""The composition root: the only place that puts providers, store and UI together.

Plain ``llmtui`` paints before it imports anything heavy, and every verb but
``run`` works without Textual; so nearly all imports are inside functions.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from llmtui.cli.context import (
    CLOSED,
    CRASHED,
    INTERRUPTED,
    USAGE,
    Context,
    Unwritable,
    complain,
    find_places,
    forget_output,
    say,
    session_id,
)
from llmtui.cli.options import Parsed, UsageError, near
from llmtui.cli.table import (
    APP,
    BY_NAME,
    COMPLETE,
    VERBS,
    Verb,
    options_of,
    read_line,
)
from llmtui.hosts import Host
from llmtui.local_settings import DEFAULTS, LocalSettings
from llmtui.settings import SettingsError

if TYPE_CHECKING:
    from llmtui.jobs.core import Core
    from llmtui.places import Places
    from llmtui.providers.protocol import Provider


def entry() -> None:
    """The console script."""
    _hold_handles()
    sys.exit(main())


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code and never raises."""
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except (UsageError, SettingsError) as error:
        complain(str(error))
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        forget_output(1)
        return CLOSED
    except Unwritable as error:
        forget_output(1)
        complain(str(error))
        return CRASHED
    except OSError as error:
        name = error.filename  # of what was opened by a number, that
        if error.errno is None or not isinstance(name, str | bytes):
            return _crashed()
        complain(f"{os.fsdecode(name)} cannot be used: {error.strerror}")
        return CRASHED
    except Exception:
        return _crashed()


def _run(argv: Sequence[str]) -> int:
    if argv[:1] == [COMPLETE]:
        from llmtui.cli.verbs.completion import complete

        return complete(argv[1:], open_provider)
    parsed = read_line(argv)
    verb, words = _verb(parsed)
    if parsed.given("help"):
        from llmtui.cli.help import program, verb_help

        say(verb_help(verb) if verb.name else program())
        return 0
    if parsed.given("version"):
        from llmtui import __version__

        say(f"llmtui {__version__}\n")
        return 0
    _check(verb, words, parsed)
    is_app = verb.name in ("", "run")
    context = Context(
        parsed,
        words,
        lambda host: open_provider(host, context.settings.local),
        lenient=is_app,
    )
    if is_app:
        return _open_app(context, verb)
    return _run_verb(verb.name, context)


def _verb(parsed: Parsed) -> tuple[Verb, tuple[str, ...]]:
    if not parsed.words:
        return APP, ()
    name, *words = parsed.words
    if (verb := BY_NAME.get(name)) is None:
        if " " in name:
            raise UsageError('that is no verb; did you mean: llmtui ask "…"')
        raise UsageError(near(f"there is no verb {name!r}", name, BY_NAME))
    return verb, tuple(words)


def _check(verb: Verb, words: tuple[str, ...], parsed: Parsed) -> None:
    """Whether the verb takes what it was given; raises ``UsageError``."""
    called = f"llmtui {verb.name}".rstrip()
    known = {option.dest for option in options_of(verb)}
    for name in parsed.values:
        if name not in known:
            others = [v.name for v in VERBS if any(o.dest == name for o in v.options)]
            raise UsageError(
                f"{called} has no option --{name}; it belongs to: {', '.join(others)}"
            )
    if len(words) < verb.least or (verb.most is not None and len(words) > verb.most):
        takes = f"{called} {verb.words}" if verb.words else f"{called} and no more"
        raise UsageError(f"it is used as: {takes}; like {verb.example}")


def _run_verb(name: str, context: Context) -> int:
    match name:
        case "ask":
            from llmtui.cli.ask import ask as run
        case "pull":
            from llmtui.cli.verbs.pull import pull as run
        case "create":
            from llmtui.cli.verbs.create import create as run
        case "serve":
            from llmtui.cli.verbs.serve import serve_models as run
        case "sessions":
            from llmtui.cli.verbs.sessions import sessions as run
        case "config":
            from llmtui.cli.verbs.config import config as run
        case "hosts":
            from llmtui.cli.verbs.hosts import hosts as run
        case "keys":
            from llmtui.cli.verbs.keys import keys as run
        case "doctor":
            from llmtui.cli.verbs.doctor import doctor as run
        case "completion":
            from llmtui.cli.verbs.completion import completion as run
        case _:
            from llmtui.cli.verbs.models import VERBS as MODEL_VERBS

            return MODEL_VERBS[name](context)
    return run(context)


def _open_app(context: Context, verb: Verb) -> int:
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        complain(
            "the chat needs a terminal for its input and output; "
            'in a pipe use: llmtui ask "…"'
        )
        return USAGE
    parsed, words = context.parsed, list(context.words)
    model = parsed.text("model")
    if verb.name == "run":
        model = words.pop(0)
    resume = "latest" if parsed.given("continue") else ""
    if parsed.given("resume"):
        if resume:
            raise UsageError("-c and -r are two ways to resume; give one of them")
        wanted = parsed.text("resume")
        resume = session_id(context.places, wanted) if wanted else "pick"
    if resume and parsed.given("private"):
        raise UsageError("--private begins a new session; -c and -r resume an old one")
    places, host = context.places, context.host

    # What is made until the core is open stays: looking for garbage in it takes
    # a tenth of the start. The app turns the collector on again.
    gc.disable()
    from llmtui.ui.app import LlmtuiApp
    from llmtui.ui.start import Start

    app = LlmtuiApp(
        Start(
            settings=context.settings,
            state=context.state,
            places=places,
            open_core=lambda: open_core(places, host, context.open),
            host=host,
            model=model,
            resume=resume,
            private=parsed.given("private"),
            prompt=" ".join(words),
        )
    )
    app.run()
    return app.return_code or 0


def open_provider(host: Host, local: LocalSettings = DEFAULTS) -> Provider:
    """The provider that speaks a host's protocol. Imports httpx."""
    from llmtui.providers.factory import open_provider as opened

    return opened(host, local)


def open_core(
    places: Places, host: Host, opener: Callable[[Host], Provider] = open_provider
) -> Core:
    """Sessions and the replies that run in them. Slow: not before the first frame."""
    from llmtui.jobs.core import Core

    return Core(places, opener, host)


def _hold_handles() -> None:
    """Open standard handles that are closed, so that no file of ours gets their number.

    What is then written to one fails, and cannot end up in a session.
    """
    while (handle := os.open(os.devnull, os.O_RDONLY)) <= 2:
        pass
    os.close(handle)


def _crashed() -> int:
    """The last resort: the traceback goes to a file, its path to the user."""
    import traceback

    from llmtui.clock import new_id
    from llmtui.files.disk import make_folder
    from llmtui.files.writing import create_file

    trace = traceback.format_exc()
    try:
        file = find_places().logs / f"crash-{new_id()}.txt"
        make_folder(file.parent)
        create_file(file, trace)
    except (OSError, SettingsError) as error:
        complain(f"something went wrong that should not: {trace.splitlines()[-1]}")
        complain(f"its details cannot be written to a file: {error}")
        return CRASHED
    complain(f"something went wrong that should not; the details are in {file}")
    return CRASHED
