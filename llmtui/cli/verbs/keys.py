"""``llmtui keys``: what the terminal sends, and which key does what."""

from __future__ import annotations

import sys

from llmtui.cli.context import USAGE, Context, complain, say, say_json
from llmtui.cli.options import UsageError
from llmtui.cli.tables import table
from llmtui.commands.keymap import Keymap
from llmtui.commands.keys import key_name
from llmtui.commands.table import BY_ID

_HINT = """\
Press keys to see what the terminal sends, how that is called, and what it does
in the chat. ctrl+c, or esc twice, leaves.

"""


def keys(context: Context) -> int:
    """Show keys as they are pressed, or with ``list`` those that are set."""
    keymap = Keymap(context.settings.keys)
    if context.words == ("list",):
        return _list(keymap, as_json=context.parsed.given("json"))
    if context.words:
        raise UsageError("it is used as: llmtui keys, or: llmtui keys list")
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        complain("keys are read from a terminal; elsewhere use: llmtui keys list")
        return USAGE
    try:
        from llmtui.ui.key_tester import show_keys
    except ImportError:
        complain("this system has no terminals whose keys could be shown")
        return USAGE
    say(_HINT)
    show_keys(sys.stdin.fileno(), keymap, say)
    return 0


def _list(keymap: Keymap, *, as_json: bool) -> int:
    found = {name: keymap.keys(name) for name in BY_ID}
    if as_json:
        say_json({name: [*own.everywhere, *own.in_log] for name, own in found.items()})
        return 0
    rows = [
        (
            name,
            " ".join(map(key_name, own.everywhere)),
            " ".join(map(key_name, own.in_log)),
            BY_ID[name].title,
        )
        for name, own in found.items()
    ]
    say(table(["COMMAND", "KEYS", "IN THE LOG", ""], rows))
    return 0
