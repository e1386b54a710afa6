"""What ``ask`` was asked: prompt, files and options out of a command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from llmtui.chat.option_texts import parse_options
from llmtui.chat.options import OptionError
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
    from llmtui.attachments.loaded import Loaded
    from llmtui.chat.preset import Preset
    from llmtui.settings import Settings


class Question(NamedTuple):
    """One prompt and what goes with it; None where the command line says nothing."""

    prompt: str
    """What was typed and piped in."""
    attached: tuple[Loaded, ...] = ()
    """Texts that stand above it, and images that go beside it."""
    system: str | None = None
    options: Mapping[str, Any] | None = None
    think: Think = None
    format: Format = None
    keep_alive: float | None = None
    raw: bool = False
    truncate: bool = True

    @property
    def images(self) -> tuple[bytes, ...]:
        """The images among what is attached."""
        return tuple(one.content for one in self.attached if one.is_image)

    def request(self, model: str) -> GenerateRequest:
        """As it is sent when there is no conversation."""
        return GenerateRequest(
            model=model,
            prompt=self._with_texts(),
            system=self.system,
            images=self.images,
            options=self.options or {},
            think=self.think,
            format=self.format,
            keep_alive=self.keep_alive,
            raw=self.raw,
            truncate=self.truncate,
        )

    def with_preset(self, preset: Preset) -> Question:
        """What a preset says where the command line says nothing."""
        system = self.system
        if system is None and not self.raw:
            system = preset.system
        keep_alive = self.keep_alive
        return self._replace(
            system=system,
            options={**preset.options, **(self.options or {})},
            think=preset.think if self.think is None else self.think,
            format=preset.format if self.format is None else self.format,
            keep_alive=preset.keep_alive if keep_alive is None else keep_alive,
        )

    def _with_texts(self) -> str:
        texts = [one.as_text for one in self.attached if not one.is_image]
        if not texts:
            return self.prompt
        from llmtui.chat.attached import with_texts

        return with_texts(self.prompt, texts)

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
            truncate=settings.truncate,
        )


def read_question(
    parsed: Parsed, words: tuple[str, ...], preset: Preset | None = None
) -> Question:
    """Read everything that goes into a request; raises ``UsageError``.

    Reads standard input to its end where it is no terminal. A ``preset``
    counts where the command line says nothing.
    """
    question = _how(parsed)
    attached = _attached(parsed)
    typed = _text(" ".join(word for word in words if word != "-"))
    prompt = join_prompt(typed, _standard_input())
    if preset is not None:
        from llmtui.cli.presets import fill

        preset = fill(preset, parsed, prompt, alone=not attached)
        prompt, question = preset.prompt, question.with_preset(preset)
    if not (prompt.strip() or any(not one.is_image for one in attached)):
        raise UsageError(
            'there is no prompt; it is used as: llmtui ask "…", or with text piped in'
        )
    return question._replace(prompt=prompt, attached=attached)


def _how(parsed: Parsed) -> Question:
    """All but the words; raises ``UsageError``."""
    try:
        options = parse_options(parsed.many("option"))
        think: Think = None
        if parsed.given("think"):
            think = parse_think(parsed.text("think") or "on")
        span = parsed.text("keep-alive")
        keep_alive = parse_keep_alive(span) if parsed.given("keep-alive") else None
    except OptionError as error:
        raise UsageError(str(error)) from None
    return Question(
        prompt="",
        system=_text(parsed.text("system")) if parsed.given("system") else None,
        options=options,
        think=think,
        format=_format(parsed.text("format")) if parsed.given("format") else None,
        keep_alive=keep_alive,
        raw=parsed.given("raw"),
    )


def join_prompt(typed: str, piped: str) -> str:
    """Standard input first, then what was typed, as ``ollama run`` does.

    >>> join_prompt("explain", "Error 7\\n")
    'Error 7\\n\\nexplain'
    >>> join_prompt("explain", ""), join_prompt("", "Error 7\\n")
    ('explain', 'Error 7\\n')
    """
    if not (typed.strip() and piped.strip()):
        return typed if typed.strip() else piped
    piped = piped.rstrip("\n")
    return f"{piped}\n\n{typed}"


def _attached(parsed: Parsed) -> tuple[Loaded, ...]:
    """What ``--file``, ``--url`` and ``--image`` name; raises ``UsageError``."""
    if not any(parsed.given(name) for name in ("file", "url", "image")):
        return ()
    from llmtui.cli.attaching import read_attached

    return tuple(read_attached(parsed))


def decode(content: bytes, what: str) -> str:
    """Text of a file or pipe; says so if a part of it is none.

    Raises ``UsageError`` for what is binary.
    """
    try:
        found = read_text(content)
    except NotText as kind:
        raise UsageError(
            f"{what} is {kind}, not text; images are given with --image FILE"
        ) from None
    if found.note:
        complain(f"in {what} {found.note}")
    return found.text


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


def _format(value: str) -> Format:
    """``json``, a JSON schema, or the file that holds one."""
    from llmtui.jobs.answer_format import FormatError, read_format

    try:
        return read_format(value, streams=True)
    except FormatError as error:
        raise UsageError(f"--format: {error}") from None
