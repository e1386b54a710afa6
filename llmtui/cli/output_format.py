"""How ``ask`` shows an answer, as the options have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from llmtui.cli.options import Parsed, UsageError
from llmtui.cli.output import STDERR, STDOUT, is_terminal

if TYPE_CHECKING:
    from llmtui.chat.misfit import Misfit

_SHAPES = ("json", "ndjson", "code", "render")


class OutputFormat(NamedTuple):
    """How an answer is shown."""

    shape: str = ""
    """``json``, ``ndjson``, ``code``, ``render``, or "" for the text as it is."""
    stream: bool = True
    """Whether text is written as it comes."""
    thinking: bool = False
    stats: bool = False
    copy: bool = False
    colour: bool = False
    """Whether standard error is coloured."""
    answer_colour: bool = False
    """Whether a rendered answer is."""


class Outcome(NamedTuple):
    """How an answer ended."""

    status: str
    """As of a message: ``complete``, ``stopped``, ``incomplete``, ``failed``."""
    code: int = 0
    """The exit code."""
    error: str = ""
    advice: str = ""
    model: str = ""
    host: str = ""
    session: str = ""
    """The id of the session that has it, "" if none has."""
    misfit: Misfit | None = None
    """Where it is not in the format that was asked for."""

    @property
    def sentence(self) -> str:
        """What went wrong and what to do next, "" if nothing did."""
        return ". ".join(part for part in (self.error, self.advice) if part)


def read_output_format(parsed: Parsed, env: Mapping[str, str]) -> OutputFormat:
    """Raises ``UsageError`` for what does not go together."""
    shapes = [shape for shape in _SHAPES if parsed.given(shape)]
    if len(shapes) > 1:
        raise UsageError(f"--{shapes[0]} and --{shapes[1]} are two shapes; give one")
    shape = shapes[0] if shapes else ""
    if shape == "ndjson" and parsed.given("no-stream"):
        raise UsageError("--ndjson is a stream; use --json with --no-stream")
    if shape == "render" and not is_terminal(STDOUT):
        shape = ""
    when = parsed.text("color", "auto")
    return OutputFormat(
        shape,
        stream=not parsed.given("no-stream"),
        thinking=parsed.given("show-thinking"),
        stats=parsed.given("stats"),
        copy=parsed.given("copy"),
        colour=coloured(when, env, is_terminal(STDERR)),
        answer_colour=coloured(when, env, is_terminal(STDOUT)),
    )


def coloured(when: str, env: Mapping[str, str], terminal: bool) -> bool:
    """Whether to colour; raises ``UsageError``. See no-color.org.

    >>> coloured("auto", {}, True), coloured("auto", {"NO_COLOR": "1"}, True)
    (True, False)
    >>> coloured("always", {"NO_COLOR": "1"}, False), coloured("auto", {}, False)
    (True, False)
    """
    if when not in ("auto", "always", "never"):
        raise UsageError(f"--color is auto, always or never, not {when!r}")
    if when != "auto":
        return when == "always"
    return terminal and not env.get("NO_COLOR") and env.get("TERM") != "dumb"
