"""The JSON of OpenAI's chat API, as llama.cpp, vLLM, LM Studio and others speak it.

Pure: values in, JSON out, and back. Written after OpenAI's API reference
("Create chat completion", "The chat completion chunk object") and after what
those servers add to it: llama.cpp's ``tools/server/README.md``, vLLM's and
SGLang's "OpenAI-compatible server".
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from llmtui.chat.lenient import as_mapping, as_mappings, as_text, as_whole
from llmtui.chat.models import Model, ModelDetails
from llmtui.chat.names import canonical
from llmtui.chat.options import OptionError, checked_option
from llmtui.chat.request import ChatRequest, Format, GenerateRequest, Think, Turn

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "temperature": ("temperature",),
    "seed": ("seed",),
    "top_p": ("top_p",),
    "top_k": ("top_k",),
    "min_p": ("min_p",),
    "typical_p": ("typical_p",),
    "stop": ("stop",),
    "presence_penalty": ("presence_penalty",),
    "frequency_penalty": ("frequency_penalty",),
    "repeat_last_n": ("repeat_last_n",),
    "num_keep": ("n_keep",),
    # llama.cpp and LM Studio call it so, vLLM and SGLang the other way.
    "repeat_penalty": ("repeat_penalty", "repetition_penalty"),
}
"""Ollama's names for what these servers take, and theirs. The rest (``num_ctx``,
``num_gpu``, …) is decided when such a server starts, so it isn't sent."""

OPTIONS = frozenset(_FIELDS) | {"num_predict"}
"""The options that are sent."""

_RANDOM = 2**32 - 1
"""llama.cpp's seed for another one each time."""

_WINDOW = (
    "max_model_len",  # vLLM, SGLang
    "loaded_context_length",  # LM Studio
    "context_length",  # OpenRouter
    "context_window",  # Groq
)
_TRAINED = ("max_context_length",)  # Mistral, LM Studio

_IMAGES = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
)


def chat_body(request: ChatRequest) -> dict[str, Any]:
    """The body of ``POST /v1/chat/completions``."""
    body: dict[str, Any] = {
        "model": request.model,
        "messages": [_message(turn) for turn in request.turns],
        **_common(request.options, request.think, request.format),
    }
    if request.tools:
        body["tools"] = [dict(tool) for tool in request.tools]
    return body


def completion_body(request: GenerateRequest) -> dict[str, Any]:
    """The body of ``POST /v1/completions``: the prompt without the template."""
    return {
        "model": request.model,
        "prompt": request.prompt,
        **_common(request.options, None, request.format),
    }


def one_turn(request: GenerateRequest) -> ChatRequest:
    """A prompt without memory is a chat of one turn."""
    turns = [Turn("system", request.system)] if request.system else []
    turns.append(Turn("user", request.prompt, images=request.images))
    return ChatRequest(
        model=request.model,
        turns=tuple(turns),
        options=request.options,
        think=request.think,
        format=request.format,
        keep_alive=request.keep_alive,
        truncate=request.truncate,
    )


def _common(options: Mapping[str, Any], think: Think, form: Format) -> dict[str, Any]:
    body: dict[str, Any] = {"stream": True, "stream_options": {"include_usage": True}}
    for name, value in options.items():
        for theirs in _FIELDS.get(name, ()):
            body[theirs] = value
    # -1 and -2 are Ollama's "without end" and "until the context is full".
    limit = options.get("num_predict")
    if isinstance(limit, int) and limit >= 0:
        body["max_tokens"] = limit
    if think is not None:
        body |= _think(think)
    if form == "json":
        body["response_format"] = {"type": "json_object"}
    elif isinstance(form, Mapping):
        schema = {"name": "answer", "schema": dict(form)}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body


def _think(think: Think) -> dict[str, Any]:
    """Templates know a switch, OpenAI's own models a level; "max" is Ollama's word."""
    if isinstance(think, bool):
        return {"chat_template_kwargs": {"enable_thinking": think}}
    return {"reasoning_effort": "high" if think == "max" else think}


def _message(turn: Turn) -> dict[str, Any]:
    message: dict[str, Any] = {"role": turn.role, "content": turn.content}
    if turn.images:
        parts: list[dict[str, Any]] = [
            {"type": "image_url", "image_url": {"url": _data_url(image)}}
            for image in turn.images
        ]
        message["content"] = [{"type": "text", "text": turn.content}, *parts]
    if turn.tool_calls:
        message["tool_calls"] = [
            {
                "id": call.id or f"call_{index}",
                "type": "function",
                "function": {
                    "name": call.name,
                    "arguments": json.dumps(dict(call.arguments), ensure_ascii=False),
                },
            }
            for index, call in enumerate(turn.tool_calls)
        ]
        message["content"] = turn.content or None
    if turn.role == "tool":
        message["tool_call_id"] = turn.tool_call_id or "call_0"
        if turn.tool_name:
            message["name"] = turn.tool_name
    return message


def _data_url(image: bytes) -> str:
    kind = next((kind for magic, kind in _IMAGES if image.startswith(magic)), "")
    if image[:4] == b"RIFF" and image[8:12] == b"WEBP":
        kind = "image/webp"
    return f"data:{kind or 'image/png'};base64,{base64.b64encode(image).decode()}"


def simpler(body: Mapping[str, Any], answer: str) -> dict[str, Any] | None:
    """The body without what the server has just refused by name, or None.

    Strict servers answer 400 or 422 to a field that they don't know, and name
    it. Left out are only fields that this program adds by itself, never an
    option that the user set.

    >>> simpler({"stream_options": {}, "stream": True}, "unknown: stream_options")
    {'stream': True}
    >>> simpler({"max_tokens": 5}, "use 'max_completion_tokens' instead of max_tokens")
    {'max_completion_tokens': 5}
    >>> simpler({"top_k": 5}, "unknown: top_k") is None
    True
    """
    for name in ("stream_options", "chat_template_kwargs"):
        if name in body and name in answer:
            return {key: value for key, value in body.items() if key != name}
    if "max_tokens" in body and "max_completion_tokens" in answer:
        renamed = dict(body)
        renamed["max_completion_tokens"] = renamed.pop("max_tokens")
        return renamed
    return None


def entry(data: object, name: str) -> Mapping[str, Any] | None:
    """What ``GET /v1/models`` says about one model, None if it has no such."""
    entries = data.get("data") if isinstance(data, Mapping) else data
    named = [entry for entry in as_mappings(entries) if as_text(entry.get("id"))]
    same = [e for e in named if e["id"] == name] or [
        e for e in named if canonical(e["id"]) == canonical(name)
    ]
    return same[0] if same else None


def details(entry: Mapping[str, Any], props: Mapping[str, Any]) -> ModelDetails:
    """One model in full; ``props`` is llama.cpp's ``GET /props``, empty elsewhere."""
    model = _model(entry)
    template = as_text(props.get("chat_template"))
    if props:
        model = replace(model, capabilities=_capabilities(props, template))
    meta = entry.get("meta")
    return ModelDetails(
        model,
        template=template,
        info=meta if isinstance(meta, Mapping) else {},
        usual=_usual(as_mapping(props.get("default_generation_settings"))),
        raw={**entry, "props": props} if props else entry,
    )


def _usual(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The options that llama.cpp falls back on; its numbers are float32."""
    params = as_mapping(settings.get("params"))
    given = {name: params.get(theirs[0]) for name, theirs in _FIELDS.items()}
    given |= {"num_predict": params.get("n_predict"), "num_ctx": settings.get("n_ctx")}
    if given["seed"] == _RANDOM:
        given["seed"] = -1
    found: dict[str, Any] = {}
    for name, value in given.items():
        with suppress(OptionError):
            rounded = float(f"{value:.6g}") if isinstance(value, float) else value
            found[name] = checked_option(name, rounded)
    return found


def _capabilities(props: Mapping[str, Any], template: str) -> frozenset[str]:
    found = {"completion"}
    modalities, caps = props.get("modalities"), props.get("chat_template_caps")
    if isinstance(modalities, Mapping) and modalities.get("vision"):
        found.add("vision")
    if isinstance(caps, Mapping) and caps.get("supports_tools"):
        found.add("tools")
    if "<think>" in template or "enable_thinking" in template:
        found.add("thinking")
    return frozenset(found)


def models(data: object) -> list[Model]:
    """The models of ``GET /v1/models``; entries without an id are left out."""
    entries = data.get("data") if isinstance(data, Mapping) else data
    found = [entry for entry in as_mappings(entries) if as_text(entry.get("id"))]
    return [_model(entry) for entry in found]


def _model(entry: Mapping[str, Any]) -> Model:
    meta = entry.get("meta")
    meta = meta if isinstance(meta, Mapping) else {}
    # What the server was started with bounds a chat, not what the model could.
    window = as_whole(meta.get("n_ctx")) or _first_number(entry, _WINDOW)
    trained = as_whole(meta.get("n_ctx_train")) or _first_number(entry, _TRAINED)
    return Model(
        name=as_text(entry.get("id")),
        size=as_whole(meta.get("size")),
        parameters=_parameters(as_whole(meta.get("n_params"))),
        quantisation=as_text(meta.get("ftype")),
        context_length=window or trained,
        window=window,
    )


def _first_number(entry: Mapping[str, Any], names: tuple[str, ...]) -> int:
    return next((n for name in names if (n := as_whole(entry.get(name)))), 0)


def _parameters(count: int) -> str:
    """A count as people say it.

    >>> _parameters(134515008), _parameters(7241748480), _parameters(0)
    ('134.5M', '7.2B', '')
    """
    if count >= 1_000_000_000:
        return f"{count / 1e9:.1f}B"
    return f"{count / 1e6:.1f}M" if count else ""
