"""``llmtui show``: one model in full, as ``ollama show`` prints it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from llmtui.chat.lenient import as_mapping, as_text, as_whole
from llmtui.chat.models import Model, ModelDetails
from llmtui.cli.context import Context, say, say_json
from llmtui.cli.options import UsageError
from llmtui.cli.output import STDOUT, is_terminal
from llmtui.cli.verb_options import PARTS
from llmtui.cli.verbs.server import unable, with_provider
from llmtui.human import count
from llmtui.providers.protocol import Describes
from llmtui.sanitise import clean

if TYPE_CHECKING:
    from llmtui.providers.protocol import Provider


def show(context: Context) -> int:
    """One model in full, or one part of it."""
    parts = [part for part in PARTS if context.parsed.given(part)]
    if len(parts) > 1:
        raise UsageError(f"give one of {', '.join(f'--{part}' for part in parts)}")

    async def work(provider: Provider) -> int:
        if not isinstance(provider, Describes):
            raise unable(provider, "describe models")
        details = await provider.show(context.words[0])
        if parts:
            _say_part(context, parts[0], getattr(details, parts[0]))
            return 0
        if context.parsed.given("json"):
            raw: Mapping[str, Any] = details.raw or {"model": model_json(details.model)}
            say_json(dict(raw))
            return 0
        parts_of = _sections(details, verbose=context.parsed.given("verbose"))
        say("\n".join(f"  {title}\n{text}" for title, text in parts_of))
        return 0

    return with_provider(context, work)


def model_json(model: Model) -> dict[str, Any]:
    can = model.capabilities
    return asdict(model) | {"capabilities": None if can is None else sorted(can)}


def _sections(details: ModelDetails, *, verbose: bool) -> list[tuple[str, str]]:
    """What ``ollama show`` prints: titles, and the lines below them."""
    model, info = details.model, details.info
    facts = _facts(model, info)
    if requires := as_text(details.raw.get("requires")):
        facts.append(("requires", requires))
    found = [
        ("Model", _pairs(facts)),
        ("Capabilities", _indented("\n".join(sorted(model.capabilities or ())))),
        (
            "Projector",
            _pairs(_projector(as_mapping(details.raw.get("projector_info")))),
        ),
        ("Parameters", _indented(details.parameters.strip("\n"))),
    ]
    if verbose:
        metadata = [(key, _short_value(info[key])) for key in sorted(info)]
        found.append(("Metadata", _pairs(metadata, 44)))
    found += [
        ("System", _indented(details.system.strip("\n"))),
        ("License", _indented(_first_lines(details.license, 2))),
    ]
    return [(title, text) for title, text in found if text.strip()]


def _projector(info: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What makes images into tokens, where a model has it."""
    architecture = as_text(info.get("general.architecture"))
    weights = as_whole(info.get("general.parameter_count"))
    width = as_whole(info.get(f"{architecture}.vision.embedding_length"))
    facts = [
        ("architecture", architecture),
        ("parameters", count(weights) if weights else ""),
        ("embedding length", str(width or "")),
    ]
    return [(name, value) for name, value in facts if value]


def _short_value(value: object) -> str:
    """A value of the metadata; a list may have a million of them."""
    if not isinstance(value, list):
        return str(value)
    shown = ", ".join(map(str, value[:3]))
    more = f" …+{len(value) - 3} more" if len(value) > 3 else ""
    return f"[{shown}{more}]"


def _say_part(context: Context, part: str, text: str) -> None:
    """Print a part as it is, with a line end where ``ollama show`` has one.

    ``cmd/cmd.go``, ``ShowHandler``: system prompt and template are printed bare.
    """
    if context.parsed.given("json"):
        say_json({part: text})
        return
    end = "" if part in ("system", "template") else "\n"
    say((clean(text) if is_terminal(STDOUT) else text) + end)


def _facts(model: Model, info: Mapping[str, Any]) -> list[tuple[str, str]]:
    architecture = str(info.get("general.architecture") or model.family)
    embedding = info.get(f"{architecture}.embedding_length")
    facts = [
        ("architecture", architecture),
        ("parameters", model.parameters),
        ("context length", str(model.context_length or "")),
        ("embedding length", str(embedding or "")),
        ("quantization", model.quantisation),
        ("runs on", model.remote),
    ]
    return [(name, value) for name, value in facts if value]


def _pairs(pairs: list[tuple[str, str]], width: int = 20) -> str:
    return "".join(
        f"    {clean(name):<{width}}{' ' * (len(name) >= width)}{clean(value)}\n"
        for name, value in pairs
    )


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in clean(text).split("\n"))


def _first_lines(text: str, count: int) -> str:
    lines = text.strip().split("\n")
    more = ["…"] if len(lines) > count else []
    return "\n".join([*lines[:count], *more])
