"""``llmtui create``: a model of another one's weights, with words and options."""

from __future__ import annotations

import os
import sys
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from llmtui.attachments.loaded import CannotAttach
from llmtui.attachments.regular_file import read_regular
from llmtui.chat.modelfile import Modelfile, ModelfileError, parse_modelfile
from llmtui.chat.models import NewModel
from llmtui.chat.option_texts import parse_options
from llmtui.chat.options import OptionError
from llmtui.cli.context import INTERRUPTED, Context, complain, say, say_json
from llmtui.cli.options import Parsed, UsageError
from llmtui.cli.progress import StatusLine, width
from llmtui.cli.question import decode
from llmtui.cli.verbs.server import unable, with_provider
from llmtui.jobs.pull_words import step_words
from llmtui.providers.protocol import Creates

if TYPE_CHECKING:
    from llmtui.providers.protocol import Provider

_USUAL = "Modelfile"
_LARGEST = 16_000_000
"""Bytes of a Modelfile, licenses and all."""


def create(context: Context) -> int:
    """Make the model, and say how far it is on standard error."""
    new = wanted(context.parsed, context.words[0])
    line = StatusLine()

    async def work(provider: Provider) -> int:
        if not isinstance(provider, Creates):
            raise unable(provider, "make models: a server of Ollama's can")
        try:
            async with aclosing(provider.create(new)) as steps:
                async for step in steps:
                    line.show(step_words(step, width()), step.status)
        finally:
            line.clear()
        if context.parsed.given("json"):
            say_json({"created": new.name, "from": new.base or None})
        else:
            say(f"created {new.name!r}\n")
        return 0

    try:
        return with_provider(context, work)
    except KeyboardInterrupt:
        line.clear()
        complain(f"stopped; {new.name} is not made")
        return INTERRUPTED


def wanted(parsed: Parsed, name: str) -> NewModel:
    """What the command line and its Modelfile ask for; raises ``UsageError``."""
    new = NewModel(name)
    if file := _modelfile(parsed):
        new = _of_modelfile(name, *file)
    try:
        given = parse_options(parsed.many("parameter"))
    except OptionError as error:
        raise UsageError(str(error)) from None
    if base := parsed.text("from"):
        new = replace(new, base=base, files=())
    return replace(
        new,
        system=parsed.text("system") if parsed.given("system") else new.system,
        parameters={**new.parameters, **given},
        quantise=parsed.text("quantize"),
    )


def _modelfile(parsed: Parsed) -> tuple[Modelfile, Path] | None:
    """The Modelfile and the folder that its paths are in, None if none is meant."""
    if parsed.given("file"):
        path = os.path.expanduser(parsed.text("file"))
    elif parsed.given("from"):
        return None
    elif os.path.isfile(_USUAL):
        path = _USUAL
    else:
        raise UsageError(
            "say what it is made from: --from MODEL, or -f Modelfile "
            "(this folder has none)"
        )
    content = _stdin() if path == "-" else _content(path)
    try:
        found = parse_modelfile(decode(content, path))
    except ModelfileError as error:
        raise UsageError(f"{path}: {error}") from None
    for warning in found.warnings:
        complain(f"{path}: {warning}")
    return found, Path() if path == "-" else Path(path).parent


def _stdin() -> bytes:
    if sys.stdin is None:
        raise UsageError("standard input is closed, so -f - has nothing to read")
    try:
        return sys.stdin.buffer.read()
    except OSError as error:
        raise UsageError(f"standard input cannot be read: {error.strerror}") from None


def _content(path: str) -> bytes:
    try:
        return read_regular(Path(path), limit=_LARGEST, streams=True)
    except CannotAttach as error:
        raise UsageError(str(error)) from None


def _of_modelfile(name: str, read: Modelfile, folder: Path) -> NewModel:
    more = {n: v for n, v in read.texts.items() if n not in ("system", "template")}
    files = [path for source in read.sources for path in _weights(source, folder)]
    return NewModel(
        name,
        base="" if files else read.sources[-1],
        system=read.texts.get("system"),
        parameters=read.parameters,
        messages=read.messages,
        template=read.texts.get("template", ""),
        licenses=read.licenses,
        files=tuple(files),
        adapters=tuple(str(_path(path, folder)) for path in read.adapters),
        more=more,
    )


def _weights(source: str, folder: Path) -> list[str]:
    """The files that a ``FROM`` means, none if it is the name of a model."""
    path = _path(source, folder)
    if path.is_file():
        return [str(path)]
    if not path.is_dir():
        if source.startswith((".", "/", "~")):
            raise UsageError(f"FROM {source}: there is no such file")
        return []
    if found := sorted(map(str, path.glob("*.gguf"))):
        return found
    raise UsageError(
        f"FROM {source}: that folder has no .gguf file; weights of other kinds are "
        "made into one by llama.cpp's convert_hf_to_gguf.py, or by ollama create"
    )


def _path(text: str, folder: Path) -> Path:
    return folder / os.path.expanduser(text)
