"""What an Ollama server says when it says no, as errors for a user.

Its words and status codes are those of ``server/routes.go``; an ``error`` may
itself be JSON that llama-server wrote.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from llmtui.chat.think_levels import THINK_SPOKEN
from llmtui.providers.errors import (
    ModelMissing,
    NotUnderstood,
    ProviderError,
    Refused,
    SignInNeeded,
)
from llmtui.providers.foreign_answer import foreign_answer
from llmtui.providers.httpx_errors import Endpoint
from llmtui.providers.ndjson import parse

_LONGEST = 500


def from_response(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    endpoint: Endpoint,
    model: str = "",
) -> ProviderError:
    """The error for an answer with a status that is not 200.

    ``model`` is the one that the request named, if it named one.
    """
    if foreign := foreign_answer(status, headers, body, endpoint):
        return foreign
    try:
        data = parse(body)
    except ValueError:
        data = None
    if not isinstance(data, Mapping):
        return _plain(status, body, endpoint)
    said = error_text(data.get("error"))
    if status == 401:
        return _sign_in(said, data.get("signin_url"), endpoint)
    if status in (404, 405) and not isinstance(data.get("error"), str):
        return _foreign(status, endpoint)
    if status == 404 and model:
        return model_missing(model, endpoint, status)
    return _refused(said, status, endpoint)


def from_line(error: object, endpoint: Endpoint, model: str = "") -> ProviderError:
    """The error for a line ``{"error": …}`` in an answer that had begun."""
    said = error_text(error)
    if said.startswith("pull model manifest:") and "does not exist" in said:
        return ModelMissing(
            f"there is no model {model!r} to be fetched",
            model=model,
            status=200,
            advice="Look up its name at https://ollama.com/search.",
        )
    return _refused(said, 200, endpoint)


def model_missing(model: str, endpoint: Endpoint, status: int = 404) -> ModelMissing:
    """The server has no such model, in whichever of its spellings it said so."""
    return ModelMissing(
        f"{endpoint.what} at {endpoint.host.label} has no model {model!r}",
        model=model,
        status=status,
        advice=f"Fetch it with `llmtui pull {model}`, or choose another one.",
        fetchable=True,
    )


def error_text(error: object) -> str:
    """The words in an ``error``, which may be an object, or JSON in a text.

    >>> error_text('{"error":{"code":400,"message":"too  long.","type":"x"}}')
    'too long'
    >>> error_text({"message": "no"}), error_text(None)
    ('no', '')
    """
    for _ in range(4):
        if isinstance(error, str) and error.lstrip().startswith("{"):
            try:
                error = parse(error.encode("utf-8", "replace"))
            except ValueError:
                break
        if not isinstance(error, Mapping):
            break
        inner = error.get("error") or error.get("message") or error.get("detail")
        error = inner if inner else json.dumps(dict(error))
        if not inner:
            break
    text = error if isinstance(error, str) else "" if error is None else str(error)
    text = " ".join(text.split()).removesuffix(".")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _plain(status: int, body: bytes, endpoint: Endpoint) -> ProviderError:
    """Not JSON: gin's own words, a proxy's, or nothing."""
    text = error_text(body.decode("utf-8", "replace").strip().partition("\n")[0])
    if status in (404, 405) or (status == 501 and "method" in text.lower()):
        return _foreign(status, endpoint)
    if status == 401:
        return _sign_in(text, None, endpoint)
    if status == 403 and not text:
        return Refused(
            f"{endpoint} refuses requests that come by this name (status 403)",
            status=status,
            advice=(
                "Let a proxy or tunnel before it send `Host: localhost:11434`, or let "
                "Ollama listen to other computers (OLLAMA_HOST=0.0.0.0 on its side)."
            ),
        )
    return _refused(text, status, endpoint)


def _foreign(status: int, endpoint: Endpoint) -> NotUnderstood:
    return NotUnderstood(
        f"what answers at {endpoint.host.url} does not know Ollama's requests "
        f"(status {status})",
        advice=(
            "Is this an Ollama server, and a current one? For a server of OpenAI's "
            "kind write openai+ before the address."
        ),
    )


def _sign_in(said: str, url: object, endpoint: Endpoint) -> SignInNeeded:
    if isinstance(url, str) and url:
        return SignInNeeded(
            f"{endpoint.what} at {endpoint.host.label} is not signed in to ollama.com",
            url=url,
            advice=f"Sign in at {url} (or run `ollama signin` there), then try again.",
        )
    credentials = endpoint.credentials
    said = credentials.hide(said)
    return SignInNeeded(
        f"{endpoint} wants an account or an API key" + (f": {said}" if said else ""),
        advice=credentials.advice,
    )


_ADVICE: tuple[tuple[str, str], ...] = (
    (r"does not support thinking", "Switch thinking off, or choose another model."),
    (r"think value", f"Choose {THINK_SPOKEN}."),
    (r"does not support", "Choose a model that can do this."),
    (
        r"exceeds the available context|longer than the context",
        "Give the model more room with num_ctx, or start a new session.",
    ),
    (r"^option ", "Correct the option, or take it away."),
    (r"^invalid format", 'The format is "json" or a JSON schema.'),
    (
        r"more system memory|out of memory|cudaMalloc|insufficient",
        "Choose a smaller model or a smaller num_ctx, or unload other models.",
    ),
    (
        r"runner has|process has terminated|running the model|error loading",
        "Try again; if it stays so, the model may be too big for the server's memory, "
        "and its log tells more.",
    ),
    (r"server busy|pending requests", "Too many requests wait there; try again later."),
    (
        r"cloud is disabled",
        "Choose a local model, or allow cloud models on the server.",
    ),
    (r"max retries exceeded", "Pull again; it goes on where it stopped."),
    (
        r"pull model manifest|no Location header|registry",
        "The registry, or a proxy before it, is at fault; try again later.",
    ),
    (r"no space left", "Free some space on the server's disk."),
    (r"account unavailable", "The server itself needs a way to the internet for this."),
    (r"invalid model name", "A model is written NAME or NAME:TAG."),
)

_BY_STATUS = {
    413: "The request is too big for the server or a proxy before it.",
    429: "The limit of requests is used up for now; wait a little, then try again.",
    500: "Try again; the server's log tells more.",
    503: "The server is busy or just starting; try again in a moment.",
}


def _refused(said: str, status: int, endpoint: Endpoint) -> Refused:
    who = f"{endpoint.what} at {endpoint.host.label}"
    # Go's own words for a request of the server's that failed on its way.
    if went := re.match(
        r'(?:pull model manifest: )?\w+ "(\w+)://([^/":]+)[^"]*": ', said
    ):
        why = said[went.end() :]
        return Refused(
            f"{who} cannot reach {went[2]}: {why.rpartition(': ')[2]}",
            status=status,
            advice="The server itself needs a way there; local models work without.",
        )
    said = endpoint.credentials.hide(said)
    advice = next((text for words, text in _ADVICE if re.search(words, said)), "")
    advice = advice or _BY_STATUS.get(status, "")
    if not said:
        said = f"{who} answered with status {status} and gave no reason"
        advice = advice or "Its log may tell more."
    return Refused(said, status=status, advice=advice)
