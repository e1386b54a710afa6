"""Our values as Ollama's JSON and back; no I/O.

The fields are those of ``api/types.go``. Go leaves zero, empty and false out,
and older servers know fewer fields, so each is read with a default.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from llmtui.chat.events import Event, Finished, PullProgress, Text, Thinking, ToolCall
from llmtui.chat.lenient import as_mapping, as_mappings, as_text, as_whole
from llmtui.chat.models import (
    Account,
    Model,
    ModelDetails,
    NewModel,
    Recommendation,
    RunningModel,
)
from llmtui.chat.names import canonical
from llmtui.chat.option_texts import parameters_of
from llmtui.chat.options import USUAL
from llmtui.chat.request import ChatRequest, GenerateRequest, Turn
from llmtui.chat.usage import Usage
from llmtui.providers.http import encode


def chat_pieces(request: ChatRequest) -> Iterator[bytes]:
    """The body of ``/api/chat``, message by message: a history can be long."""
    head: dict[str, Any] = {"model": request.model, "stream": True, **_common(request)}
    if request.tools:
        head["tools"] = list(request.tools)
    yield encode(head)[:-1] + b',"messages":['
    for number, turn in enumerate(request.turns):
        yield b"," * (number > 0) + encode(_message(turn))
    yield b"]}"


def render_body(request: ChatRequest) -> dict[str, Any]:
    """The body of ``/api/chat`` that has the prompt made and not answered.

    A server that is too old to know of that answers with one token.
    """
    common = _common(request)
    return {
        **common,
        "model": request.model,
        "messages": [_message(turn) for turn in request.turns],
        "options": {**common.get("options", {}), "num_predict": 1},
        "stream": False,
        "_debug_render_only": True,
    }


def rendered(data: Mapping[str, Any]) -> str:
    """The prompt in the answer to ``render_body``, "" if none is there."""
    return as_text(as_mapping(data.get("_debug_info")).get("rendered_template"))


def generate_body(request: GenerateRequest) -> dict[str, Any]:
    """The body of ``/api/generate``."""
    body: dict[str, Any] = {
        "model": request.model,
        "prompt": request.prompt,
        "stream": True,
        **_common(request),
    }
    if request.system is not None:
        body["system"] = request.system
    if request.images:
        body["images"] = _images(request.images)
    if request.raw:
        body["raw"] = True
    return body


def load_body(
    model: str, options: Mapping[str, Any] | None, keep_alive: float | None
) -> dict[str, Any]:
    """The body of ``/api/generate`` that only loads a model, or unloads it (0)."""
    body: dict[str, Any] = {"model": model, "stream": False}
    if options:
        body["options"] = dict(options)
    if keep_alive is not None:
        body["keep_alive"] = _seconds(keep_alive)
    return body


def chat_events(line: Mapping[str, Any]) -> Iterator[Event]:
    """The events of one line of a chat; the last line may have text of its own."""
    message = line.get("message")
    if isinstance(message, Mapping):
        yield from _said(message, "content")
    if line.get("done") is True:
        yield finished(line)


def generate_events(line: Mapping[str, Any]) -> Iterator[Event]:
    """The same for ``/api/generate``."""
    yield from _said(line, "response")
    if line.get("done") is True:
        yield finished(line)


def progress(line: Mapping[str, Any]) -> PullProgress:
    """One line of a pull."""
    return PullProgress(
        as_text(line.get("status")),
        as_text(line.get("digest")),
        as_whole(line.get("total")),
        as_whole(line.get("completed")),
    )


def models(data: Mapping[str, Any]) -> tuple[Model, ...]:
    """``/api/tags``."""
    return tuple(_model(entry, _name(entry)) for entry in _entries(data))


def running(data: Mapping[str, Any]) -> tuple[RunningModel, ...]:
    """``/api/ps``."""
    return tuple(_running(entry) for entry in _entries(data))


def recommendations(data: Mapping[str, Any]) -> tuple[Recommendation, ...]:
    """``/api/experimental/model-recommendations``, each model once."""
    found: dict[str, Recommendation] = {}
    for entry in as_mappings(data.get("recommendations")):
        if name := as_text(entry.get("model")).strip():
            one = Recommendation(
                name,
                about=as_text(entry.get("description")).strip(),
                memory=as_whole(entry.get("vram_bytes")),
                context_length=as_whole(entry.get("context_length")),
                plan=as_text(entry.get("required_plan")).strip(),
            )
            found.setdefault(canonical(name), one)
    return tuple(found.values())


def account(data: Mapping[str, Any]) -> Account:
    """``UserResponse`` of ``api/types.go``: who is signed in."""
    return Account(*(as_text(data.get(key)) for key in ("name", "email", "plan")))


def has_cloud(data: Mapping[str, Any]) -> bool:
    """``/api/status``: whether cloud models are allowed."""
    return as_mapping(data.get("cloud")).get("disabled") is not True


def details(data: Mapping[str, Any], name: str) -> ModelDetails:
    """``/api/show``, which does not repeat the name."""
    info = as_mapping(data.get("model_info"))
    parameters = as_text(data.get("parameters"))
    return ModelDetails(
        _model(data, name, _context_length(info)),
        template=as_text(data.get("template")),
        system=as_text(data.get("system")),
        parameters=parameters,
        license=as_text(data.get("license")),
        modelfile=as_text(data.get("modelfile")),
        parent=as_text(as_mapping(data.get("details")).get("parent_model")),
        messages=tuple(_turns(data.get("messages"))),
        info=info,
        usual={**USUAL, **parameters_of(parameters)},
        raw=data,
    )


def create_body(new: NewModel, digests: Mapping[str, str]) -> dict[str, Any]:
    """``/api/create``, as ``ollama create`` and ``/save`` of ``ollama run`` fill it.

    ``digests`` has those of the files that were sent before, by path.
    """
    body: dict[str, Any] = {"model": new.name, "stream": True}
    if new.system is not None:
        body["system"] = new.system
    given = {
        "from": new.base,
        "files": _files(new.files, digests),
        "adapters": _files(new.adapters, digests),
        "template": new.template,
        "license": list(new.licenses),
        "parameters": dict(new.parameters),
        "messages": [_message(turn) for turn in new.messages],
        "quantize": new.quantise,
        **new.more,
    }
    return body | {name: value for name, value in given.items() if value}


def _files(paths: tuple[str, ...], digests: Mapping[str, str]) -> dict[str, str]:
    """Digests by the names that the server gets to see: those of files alone."""
    return {PurePath(path).name: digests[path] for path in paths}


def _common(request: ChatRequest | GenerateRequest) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if request.options:
        found["options"] = dict(request.options)
    if request.think is not None:
        found["think"] = request.think
    if request.format is not None:
        found["format"] = request.format
    if request.keep_alive is not None:
        found["keep_alive"] = _seconds(request.keep_alive)
    if not request.truncate:
        found["truncate"] = False
    return found


def _seconds(value: float) -> float:
    """As a number: a text without a unit, ``"300"``, is refused."""
    return int(value) if float(value).is_integer() else value


def _images(images: tuple[bytes, ...]) -> list[str]:
    return [base64.b64encode(image).decode() for image in images]


def _message(turn: Turn) -> dict[str, Any]:
    message: dict[str, Any] = {"role": turn.role, "content": turn.content}
    if turn.images:
        message["images"] = _images(turn.images)
    if turn.tool_calls:
        message["tool_calls"] = [_call(call) for call in turn.tool_calls]
    if turn.tool_name:
        message["tool_name"] = turn.tool_name
    if turn.tool_call_id:
        message["tool_call_id"] = turn.tool_call_id
    return message


def _turns(messages: object) -> Iterator[Turn]:
    """The turns of a model's own conversation; what is none is passed over."""
    for message in messages if isinstance(messages, list) else ():
        found = as_mapping(message)
        role, content = found.get("role"), as_text(found.get("content"))
        calls = tuple(_tool_calls(found.get("tool_calls")))
        if role in ("system", "user", "assistant", "tool") and (content or calls):
            yield Turn(role, content, tool_calls=calls)


def _call(call: ToolCall) -> dict[str, Any]:
    found: dict[str, Any] = {
        "function": {"name": call.name, "arguments": dict(call.arguments)}
    }
    return {"id": call.id, **found} if call.id else found


def _said(message: Mapping[str, Any], field: str) -> Iterator[Event]:
    if (thinking := message.get("thinking")) and isinstance(thinking, str):
        yield Thinking(thinking)
    if (text := message.get(field)) and isinstance(text, str):
        yield Text(text)
    if calls := message.get("tool_calls"):
        yield from _tool_calls(calls)


def _tool_calls(calls: object) -> Iterator[ToolCall]:
    for call in calls if isinstance(calls, list) else ():
        function = as_mapping(call.get("function")) if isinstance(call, Mapping) else {}
        if name := as_text(function.get("name")):
            yield ToolCall(
                name, as_mapping(function.get("arguments")), as_text(call.get("id"))
            )


def finished(line: Mapping[str, Any]) -> Finished:
    """The end of an answer, as its last line tells it."""
    return Finished(
        Usage.from_json(line),
        as_text(line.get("done_reason")) or "stop",
        as_text(line.get("model")),
    )


def _model(data: Mapping[str, Any], name: str, context_length: int = 0) -> Model:
    about = as_mapping(data.get("details"))
    can = data.get("capabilities")
    return Model(
        name,
        size=as_whole(data.get("size")),
        parameters=as_text(about.get("parameter_size")),
        quantisation=as_text(about.get("quantization_level")),
        family=as_text(about.get("family")),
        context_length=as_whole(about.get("context_length")) or context_length,
        capabilities=(
            frozenset(filter(None, map(as_text, can)))
            if isinstance(can, list)
            else None
        ),
        digest=as_text(data.get("digest")),
        modified=as_text(data.get("modified_at")),
        remote=as_text(data.get("remote_host")),
    )


def _running(entry: Mapping[str, Any]) -> RunningModel:
    about = as_mapping(entry.get("details"))
    return RunningModel(
        _name(entry),
        as_whole(entry.get("size")),
        as_whole(entry.get("size_vram")),
        as_whole(entry.get("context_length")),
        as_text(entry.get("expires_at")),
        as_text(entry.get("digest")),
        as_text(about.get("family")),
        as_text(about.get("parameter_size")),
        as_text(about.get("quantization_level")),
    )


def _context_length(info: Mapping[str, Any]) -> int:
    """What the weights were trained for, by the key of their architecture."""
    own = info.get(f"{as_text(info.get('general.architecture'))}.context_length")
    return as_whole(own) or max(
        (as_whole(v) for key, v in info.items() if key.endswith(".context_length")),
        default=0,
    )


def _entries(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    entries = data.get("models")
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, Mapping) and _name(entry):
            yield entry


def _name(entry: Mapping[str, Any]) -> str:
    return as_text(entry.get("name")) or as_text(entry.get("model"))
