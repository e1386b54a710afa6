"""What a server of OpenAI's API says when it says no, as errors for a user.

The shapes: ``{"error": {"message", "type", "code"}}`` (OpenAI, llama.cpp, vLLM,
Ollama), ``{"error": "text"}`` (LM Studio), ``{"object": "error", "message"}``
(older vLLM), ``{"detail": …}`` (FastAPI), ``{"message"}`` under ``event: error``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import NamedTuple

from llmtui.providers.credentials import Credentials
from llmtui.providers.errors import ModelMissing, ProviderError, Refused, TooLong
from llmtui.providers.httpx_errors import Endpoint

_LONGEST = 500


class ErrorBody(NamedTuple):
    """What the server said."""

    text: str
    code: str = ""
    """``model_not_found``, ``exceed_context_size_error``, … or ""."""
    status: int = 0
    """HTTP's status where the error itself names one."""


def find_error(data: object, *, named: bool = False) -> ErrorBody | None:
    """The error in an answer or a chunk, None if it is none.

    ``named``: the event was called ``error``, so ``{"message"}`` alone is one.

    >>> find_error({"error": {"message": "no", "type": "bad", "code": 400}})
    ErrorBody(text='no', code='bad', status=400)
    >>> find_error({"error": "no"}), find_error({"error": None, "choices": []})
    (ErrorBody(text='no', code='', status=0), None)
    >>> find_error({"detail": [{"loc": ["body", "seed"], "msg": "not a number"}]}).text
    'body.seed: not a number'
    """
    if isinstance(data, list) and len(data) == 1:
        data = data[0]  # Google's server wraps its errors in a list
    if not isinstance(data, Mapping):
        return None
    if error := data.get("error"):
        return _inner(error)
    if named or data.get("object") == "error" or "choices" not in data:
        if isinstance(data.get("message"), str):
            return _inner(data)
        if detail := data.get("detail"):
            return ErrorBody(_detail(detail))
    return None


def read_error(body: str) -> ErrorBody:
    """The error in the body of a refused request, whatever the body is.

    >>> read_error("<html><h1>502 Bad Gateway</h1></html>").text
    ''
    >>> read_error("Unauthorized").text
    'Unauthorized'
    """
    try:
        found = find_error(json.loads(body))
    except (ValueError, RecursionError):
        line = body.strip().partition("\n")[0].strip()
        return ErrorBody("" if line.startswith("<") else line[:_LONGEST])
    return found or ErrorBody("")


def _inner(error: object) -> ErrorBody:
    if not isinstance(error, Mapping):
        return ErrorBody(_sentence(str(error)))
    text = error.get("message")
    code, kind = error.get("code"), error.get("type")
    status = code if isinstance(code, int) and not isinstance(code, bool) else 0
    word = code if isinstance(code, str) else kind if isinstance(kind, str) else ""
    return ErrorBody(
        _sentence(text if isinstance(text, str) and text else json.dumps(dict(error))),
        word,
        status if 400 <= status < 600 else 0,
    )


def _sentence(text: str) -> str:
    """The sentence inside, where a gateway put a server's JSON into its own."""
    text = text.strip()
    if text.startswith("{"):
        try:
            inner = find_error(json.loads(text))
        except (ValueError, RecursionError):
            inner = None
        if inner is not None:
            return inner.text
    return text[:_LONGEST].rstrip().removesuffix(".")


def _detail(detail: object) -> str:
    if not isinstance(detail, list):
        return _sentence(str(detail))
    parts = []
    for item in detail:
        if isinstance(item, Mapping):
            where = item.get("loc")
            place = ".".join(map(str, where)) if isinstance(where, list) else ""
            said = str(item.get("msg", ""))
            parts.append(f"{place}: {said}" if place else said)
    return _sentence("; ".join(parts))


def to_error(
    found: ErrorBody, status: int, endpoint: Endpoint, model: str
) -> ProviderError:
    """The error for a user that one with HTTP status ``status`` is.

    ``model`` is the one asked for, "" if none was.
    """
    status = found.status or status
    name, credentials = endpoint.host.label, endpoint.credentials
    found = found._replace(text=credentials.hide(found.text))
    said = found.text
    if model and _is_missing_model(found, status):
        return ModelMissing(
            f"{name} has no model called {model}",
            model=model,
            status=status,
            advice="Choose one of the models that it lists.",
        )
    if status in (401, 403):
        return _unauthorised(said, status, name, credentials)
    if status == 404:
        return Refused(
            f"{name} knows no such address" + (f": {said}" if said else ""),
            status=status,
            advice="The address of such a server mostly ends in /v1.",
        )
    if _is_too_long(found):
        return _too_long(said, status)
    advice = ""
    if status == 429:
        advice = "It wants fewer requests; wait a little."
    elif status == 503:
        advice = "It may still be loading the model; try again in a moment."
    return Refused(
        said or f"{name} answered with status {status}", status=status, advice=advice
    )


def _too_long(said: str, status: int) -> TooLong:
    """With the counts that llama.cpp names, of the prompt and of its context.

    >>> error = _too_long("request (9 tokens) exceeds the context (4 tokens)", 400)
    >>> error.tokens, error.window
    (9, 4)
    """
    counts = [*map(int, re.findall(r"\((\d+) tokens\)", said)), 0, 0]
    return TooLong(
        said,
        tokens=counts[0],
        window=counts[1],
        status=status,
        advice="Start a new chat, or go on from an earlier message.",
    )


def _unauthorised(
    said: str, status: int, name: str, credentials: Credentials
) -> Refused:
    what = "refused the API key" if credentials.key else "wants an API key"
    tail = f": {said}" if said else ""
    return Refused(f"{name} {what}{tail}", status=status, advice=credentials.advice)


def _is_missing_model(found: ErrorBody, status: int) -> bool:
    if found.code == "model_not_found":
        return True
    text = found.text.lower()
    return (
        status in (400, 404)
        and "model" in text
        and re.search(r"not found|does not exist|doesn't exist|not exist", text)
        is not None
    )


def _is_too_long(found: ErrorBody) -> bool:
    return found.code in ("exceed_context_size_error", "context_length_exceeded") or (
        "context" in found.text.lower()
        and re.search(r"exceed|maximum context", found.text.lower()) is not None
    )
