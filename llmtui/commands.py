"""The table of commands, as data.

Key bindings, palette, slash commands, footer and help are all made from it, so
they cannot drift apart. It holds no callbacks: the app maps an id to an action.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from llmtui.chat.think_levels import THINK_LEVELS

Action = Callable[[str], object]
"""What carries a command out; it is given the argument of a slash command, "" for
a key."""


class When(StrEnum):
    """When the footer shows a command."""

    always = "always"
    stoppable = "stoppable"
    log = "log"
    """While the message log has the focus."""
    never = "never"


class Command(NamedTuple):
    """One thing the user can do."""

    id: str
    title: str
    """What it does, for palette and help."""
    label: str = ""
    """One or two words for the footer."""
    keys: tuple[str, ...] = ()
    """Textual's names of keys, heard everywhere; the first one is shown."""
    log_keys: tuple[str, ...] = ()
    """Keys heard while the message log has the focus."""
    slash: tuple[str, ...] = ()
    """Names after a slash; the first one is shown."""
    argument: str = ""
    """What may follow the slash name, as help shows it."""
    footer: When = When.never
    palette: bool = True


COMMANDS: tuple[Command, ...] = (
    Command(
        "stop",
        "stop the reply and keep what came",
        label="stop",
        keys=("escape",),
        slash=("stop",),
        footer=When.stoppable,
    ),
    Command(
        "interrupt",
        "copy what is selected, or stop the reply",
        keys=("ctrl+c",),
        palette=False,
    ),
    Command(
        "copy",
        "copy the message as it was written",
        label="copy",
        log_keys=("y",),
        slash=("copy",),
        footer=When.log,
    ),
    Command(
        "copy-code",
        "copy a code block of the message",
        label="code",
        log_keys=("b",),
        slash=("code",),
        argument="[NUMBER]",
        footer=When.log,
    ),
    Command(
        "copy-link",
        "copy a link of the message",
        label="link",
        log_keys=("u",),
        slash=("link",),
        argument="[NUMBER]",
        footer=When.log,
    ),
    Command(
        "save-code",
        "save a code block to a file",
        label="save code",
        log_keys=("s",),
        slash=("save-code",),
        argument="[NUMBER] [FILE]",
    ),
    Command(
        "page-code",
        "open a code block in the pager",
        label="pager",
        log_keys=("o",),
        slash=("pager",),
        argument="[NUMBER]",
    ),
    Command(
        "retry",
        "ask for another version of the last reply",
        label="retry",
        keys=("f6",),
        log_keys=("r",),
        slash=("retry",),
        argument="[MODEL]",
        footer=When.log,
    ),
    Command(
        "retry-with",
        "ask another model for a version of the reply",
        log_keys=("R",),
    ),
    Command(
        "amend",
        "change a past prompt and send it as another version",
        label="amend",
        log_keys=("e",),
        slash=("amend",),
        footer=When.log,
    ),
    Command(
        "fork",
        "go on in a new session from a message",
        log_keys=("f",),
        slash=("fork",),
    ),
    Command(
        "tree",
        "see all branches: go there, compare, name, prune",
        label="branches",
        log_keys=("g",),
        slash=("tree", "branches"),
        footer=When.log,
    ),
    Command(
        "undo",
        "bring back the branch that was pruned last",
        log_keys=("z",),
        slash=("undo",),
    ),
    Command(
        "exclude",
        "leave a message out of what is sent, or send it again",
        label="leave out",
        log_keys=("x",),
        slash=("exclude",),
        footer=When.log,
    ),
    Command(
        "pin",
        "have a message stay when the context is full, or not",
        log_keys=("m",),
        slash=("pin",),
    ),
    Command(
        "erase",
        "take what a message says out for good",
        slash=("erase",),
    ),
    Command(
        "continue",
        "continue a reply that was cut off",
        label="continue",
        keys=("f7",),
        log_keys=("c",),
        slash=("continue",),
    ),
    Command(
        "sibling-previous",
        "show the previous version of a reply",
        log_keys=("[",),
    ),
    Command(
        "sibling-next",
        "show the next version of a reply",
        log_keys=("]",),
    ),
    Command(
        "message-previous",
        "go to the previous message",
        label="messages",
        keys=("ctrl+up",),
        log_keys=("k",),
        footer=When.log,
        palette=False,
    ),
    Command(
        "message-next",
        "go to the next message",
        keys=("ctrl+down",),
        log_keys=("j",),
        palette=False,
    ),
    Command(
        "last-prompt",
        "go to your last prompt (pull the model where it was missing)",
        log_keys=("p",),
    ),
    Command(
        "page-up",
        "scroll the log up",
        keys=("pageup",),
        palette=False,
    ),
    Command(
        "page-down",
        "scroll the log down",
        keys=("pagedown",),
        palette=False,
    ),
    Command(
        "log-home",
        "go to the first message",
        keys=("ctrl+home",),
        log_keys=("home",),
        palette=False,
    ),
    Command(
        "log-end",
        "go to the end of the log",
        keys=("ctrl+end",),
        log_keys=("end",),
        palette=False,
    ),
    Command(
        "thinking",
        "open or fold the model's thinking",
        keys=("f4",),
        log_keys=("t",),
        slash=("thinking",),
    ),
    Command(
        "newline",
        "start a new line (shift+enter where the terminal sends it)",
        label="newline",
        keys=("ctrl+j", "alt+enter", "shift+enter"),
        footer=When.always,
        palette=False,
    ),
    Command(
        "take-back",
        "take the last waiting prompt back",
        slash=("back",),
    ),
    Command(
        "queue",
        "edit, move or remove what waits in line",
        keys=("f5",),
        slash=("queue",),
    ),
    Command(
        "sessions",
        "find and resume an old session",
        label="sessions",
        keys=("ctrl+o",),
        slash=("sessions", "resume"),
        footer=When.always,
    ),
    Command(
        "search",
        "search all messages of all sessions",
        keys=("f8",),
        slash=("search",),
        argument="[WORDS]",
    ),
    Command(
        "find",
        "find words in this session (once more: in all sessions)",
        label="find",
        keys=("ctrl+f",),
        log_keys=("slash",),
        slash=("find",),
        argument="[WORDS]",
        footer=When.log,
    ),
    Command(
        "find-next",
        "go to the next place where they are",
        log_keys=("n",),
        palette=False,
    ),
    Command(
        "find-previous",
        "go to the place before",
        log_keys=("N",),
        palette=False,
    ),
    Command(
        "palette",
        "all commands",
        label="commands",
        keys=("ctrl+p",),
        footer=When.always,
        palette=False,
    ),
    Command(
        "help",
        "all keys and commands",
        label="help",
        keys=("f1",),
        slash=("?", "help"),
        footer=When.always,
    ),
    Command(
        "model",
        "choose the model of the next turn",
        label="model",
        keys=("ctrl+l",),
        slash=("model",),
        argument="[NAME]",
        footer=When.always,
    ),
    Command(
        "models",
        "look at the models of the host: show, make, delete, unload",
        slash=("models",),
    ),
    Command(
        "pull",
        "fetch a model, or show what is being fetched",
        keys=("f9",),
        slash=("pull",),
        argument="[NAME]",
    ),
    Command(
        "history-older",
        "bring back what was typed before (on the first row)",
        keys=("up",),
        palette=False,
    ),
    Command(
        "history-newer",
        "and the way back (on the last row)",
        keys=("down",),
        palette=False,
    ),
    Command(
        "history",
        "search what was typed before",
        keys=("ctrl+r",),
        slash=("history",),
    ),
    Command(
        "load",
        "go on with the conversation in a model, or choose a model",
        slash=("load",),
        argument="NAME",
        palette=False,
    ),
    Command(
        "new",
        "start a new session",
        label="new",
        keys=("ctrl+n",),
        slash=("new", "clear"),
        footer=When.always,
    ),
    Command(
        "private",
        "start a private session, which is never written",
        slash=("private",),
    ),
    Command(
        "think",
        "choose how much the model thinks",
        keys=("ctrl+t",),
        slash=("think",),
        argument=f"[on|off|{'|'.join(THINK_LEVELS)}]",
    ),
    Command(
        "system",
        "edit the system prompt",
        keys=("ctrl+s",),
        slash=("system",),
        argument="[TEXT]",
    ),
    Command(
        "options",
        "change the options of the model: temperature, num_ctx, stop, …",
        slash=("options",),
        argument="[NAME]",
    ),
    Command(
        "set",
        "set what the next turn is sent with, as in ollama run",
        slash=("set",),
        argument="parameter NAME VALUE… | system TEXT | think [LEVEL] | nothink"
        " | format json | noformat | truncate on|off",
        palette=False,
    ),
    Command(
        "rename",
        "rename the session",
        slash=("rename",),
        argument="[TITLE]",
    ),
    Command(
        "title",
        "have the model name the session",
        slash=("title",),
        argument="[TITLE]",
    ),
    Command(
        "btw",
        "ask something that leaves no trace in the session",
        slash=("btw",),
        argument="[QUESTION]",
    ),
    Command(
        "tag",
        "tag the session (-word takes a tag off)",
        slash=("tag",),
        argument="[WORDS]",
    ),
    Command(
        "export",
        "write the session to a file or the clipboard",
        slash=("export",),
        argument="[FILE.md|.html|.json|.txt] | clipboard [FORMAT] | all FILE",
    ),
    Command(
        "import",
        "import conversations of llmtui, ChatGPT, Claude, oterm, parllama",
        slash=("import",),
        argument="[FILE…]",
    ),
    Command(
        "save",
        "make a model of the conversation",
        slash=("save",),
        argument="[NAME]",
    ),
    Command(
        "host",
        "connect to another host",
        slash=("host",),
        argument="[URL]",
    ),
    Command(
        "hosts",
        "look at all hosts, and go to one of them",
        slash=("hosts",),
    ),
    Command(
        "local",
        "use the built-in model",
        slash=("local",),
    ),
    Command(
        "scrollback",
        "show the conversation in the terminal's own screen",
        keys=("f3",),
        slash=("scrollback",),
    ),
    Command(
        "notices",
        "read the last notices again",
        keys=("f2",),
        slash=("notices",),
    ),
    Command(
        "theme",
        "choose the colours",
        slash=("theme",),
        argument="[NAME]",
    ),
    Command(
        "quit",
        "leave",
        label="quit",
        keys=("ctrl+q",),
        slash=("bye", "exit", "quit"),
        footer=When.always,
    ),
)

BY_ID = {command.id: command for command in COMMANDS}
BY_SLASH = {name: command for command in COMMANDS for name in command.slash}


_KEY_NAMES = {
    "escape": "esc",
    "slash": "/",
    "pageup": "page up",
    "pagedown": "page down",
    "ctrl+home": "ctrl+home",
}


def key_name(key: str) -> str:
    """A key as people read it.

    >>> key_name("escape"), key_name("ctrl+n")
    ('esc', 'ctrl+n')
    """
    return _KEY_NAMES.get(key, key)
