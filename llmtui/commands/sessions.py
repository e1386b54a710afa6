"""Sessions: finding, beginning, naming, taking in and out."""

from __future__ import annotations

from llmtui.commands.command import Argument, Command, When

COMMANDS = (
    Command(
        "sessions",
        "find and resume an old session",
        label="sessions",
        keys=("ctrl+o",),
        slash=("sessions", "resume"),
        argument="[TITLE]",
        takes=(Argument(kind="session", free=True),),
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
        "new",
        "start a new session",
        label="new",
        keys=("ctrl+n",),
        slash=("new",),
        footer=When.always,
    ),
    Command(
        "clear",
        "start a new session with the same model, system prompt and options",
        slash=("clear",),
    ),
    Command(
        "private",
        "start a private session, which is never written",
        slash=("private",),
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
        "tag",
        "tag the session (-word takes a tag off)",
        slash=("tag",),
        argument="[WORDS]",
        takes=(Argument(kind="tag", free=True),),
    ),
    Command(
        "export",
        "write the session to a file or the clipboard",
        slash=("export",),
        argument="[FILE.md|.html|.json|.txt] | clipboard [FORMAT] | all FILE",
        takes=(
            Argument("clipboard", "instead of a file", then=(Argument(kind="format"),)),
            Argument("all", "all sessions", then=(Argument(kind="file", free=True),)),
            Argument(kind="file", free=True),
        ),
    ),
    Command(
        "import",
        "import conversations of llmtui, ChatGPT, Claude, oterm, parllama",
        slash=("import",),
        argument="[FILE…]",
        takes=(Argument(kind="file", free=True),),
    ),
)
