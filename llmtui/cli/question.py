"""What ``ask`` was asked: prompt, files and options out of a command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from llmtui.chat.options import OptionError, parse_options
from llmtui.chat.request import (
    Format,
    GenerateRequest,
    Think,
    parse_keep_alive,
    parse_think,
)
from llmtui.cli.context import complain
from llmtui.cli.options import Parsed, UsageError
from llmtui.files.text import NotText, read_text

if TYPE_CHECKING:
    from llmtui.settings import Settings


class Question(NamedTuple):
    """One prompt and what goes with it; None where the command line says nothing."""

    prompt: str
    system: str | None = None
    images: tuple[tuple[str, bytes], ...] = ()
    """Names and contents."""
    options: Mapping[str, Any] | None = None
    think: Think = None
    format: Format = None
    keep_alive: float | None = None
    raw: bool = False

    def request(self, model: str) -> GenerateRequest:
        """As it is sent when there is no conversation."""
        return GenerateRequest(
            model=model,
            prompt=self.prompt,
            system=self.system,
            images=tuple(content for _, content in self.images),
            options=self.options or {},
            think=self.think,
            format=self.format,
            keep_alive=self.keep_alive,
            raw=self.raw,
        )

    def with_settings(self, settings: Settings) -> Question:
        """The user's settings where the command line says nothing."""
        system = self.system
        if system is None and not self.raw:
            system = settings.system
        keep_alive = self.keep_alive
        return self._replace(
            system=system,
            options={**settings.options, **(self.options or {})},
            think=settings.think if self.think is None else self.think,
            keep_alive=settings.keep_alive if keep_alive is None else keep_alive,
        )


def read_question(parsed: Parsed, words: tuple[str, ...]) -> Question:
    """Read everything that goes into a request; raises ``UsageError``.

    Reads standard input to its end where it is no terminal.
    """
    try:
        options = parse_options(parsed.many("option"))
        think: Think = None
        if parsed.given("think"):
            think = parse_think(parsed.text("think") or "on")
        span = parsed.text("keep-alive")
        keep_alive = parse_keep_alive(span) if parsed.given("keep-alive") else None
    except OptionError as error:
        raise UsageError(str(error)) from None
    format_ = _format(parsed.text("format")) if parsed.given("format") else None
    system = _text(parsed.text("system")) if parsed.given("system") else None
    files = [_quoted(name) for name in parsed.many("file")]
    images = tuple((os.path.basename(n), _image(n)) for n in parsed.many("image"))
    typed = _text(" ".join(word for word in words if word != "-"))
    piped = _standard_input()
    if not (typed.strip() or piped.strip() or files):
        raise UsageError(
            'there is no prompt; it is used as: llmtui ask "…", or with text piped in'
        )
    return Question(
        prompt=join_prompt(typed, piped, files),
        system=system,
        images=images,
        options=options,
        think=think,
        format=format_,
        keep_alive=keep_alive,
        raw=parsed.given("raw"),
    )


def join_prompt(typed: str, piped: str, files: list[str]) -> str:
    """Files first, then standard input, then what was typed, as ``ollama run`` does.

    >>> join_prompt("explain", "Error 7\\n", [])
    'Error 7\\n\\nexplain'
    >>> join_prompt("explain", "", []), join_prompt("", "Error 7\\n", [])
    ('explain', 'Error 7\\n')
    """
    parts = [*files, piped, typed]
    parts = [part for part in parts if part.strip()]
    return "\n\n".join([*(part.rstrip("\n") for part in parts[:-1]), *parts[-1:]])


def decode(content: bytes, what: str) -> str:
    """Text of a file or pipe; says so if a part of it is none.

    Raises ``UsageError`` for what is binary.
    """
    try:
        text, replaced = read_text(content)
    except NotText as kind:
        raise UsageError(
            f"{what} is {kind}, not text; images are given with --image FILE"
        ) from None
    if replaced:
        much = "1 character is" if replaced == 1 else f"{replaced} characters are"
        complain(f"in {what} {much} not UTF-8, and replaced by \ufffd")
    return text


def _text(typed: str) -> str:
    """What was typed, also where the locale knows no UTF-8."""
    try:
        typed.encode()
    except UnicodeEncodeError:
        return decode(os.fsencode(typed), "what was typed")
    return typed


def _standard_input() -> str:
    if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
        return ""
    source: BinaryIO = sys.stdin.buffer
    try:
        if sys.platform != "win32":
            # Whoever started us may have left it so; a read would end too early.
            os.set_blocking(source.fileno(), True)
        content = source.read()
    except IsADirectoryError:
        raise UsageError("standard input is a folder, not text") from None
    except OSError as error:
        raise UsageError(f"standard input cannot be read: {error.strerror}") from None
    return decode(content, "standard input")


def _read(name: str) -> bytes:
    try:
        with open(os.path.expanduser(name), "rb") as file:
            return file.read()
    except OSError as error:
        raise UsageError(
            f"{name or repr(name)} cannot be read: {error.strerror}"
        ) from None


def _quoted(name: str) -> str:
    """A text file as the model gets it: its name, and the text in a fence."""
    text = decode(_read(name), name).rstrip("\n")
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{os.path.basename(name)}:\n{fence}\n{text}\n{fence}"


def _image(name: str) -> bytes:
    content = _read(name)
    if not content:
        raise UsageError(f"{name} is empty, so it is no image")
    with suppress(NotText):
        if not read_text(content).replaced:
            raise UsageError(f"{name} is text, not an image; text is given with --file")
    return content


def _format(value: str) -> Format:
    """``json``, a JSON schema, or the file that holds one."""
    from llmtui.jobs.answer_format import FormatError, read_format

    try:
        return read_format(value)
    except FormatError as error:
        raise UsageError(f"--format: {error}") from None
