"""Asking an Ollama server: one object, or objects as they come."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from typing import Any

import httpx

from llmtui.providers.errors import BrokenStream, NotUnderstood, ProviderError
from llmtui.providers.http import Link, chunks, read
from llmtui.providers.ndjson import Garbage, TooLong, Torn, objects, parse
from llmtui.providers.ollama_errors import error_text, from_line, from_response

_LONGEST_REFUSAL = 1_000_000


async def look(
    link: Link, method: str, path: str, body: object = None, model: str = ""
) -> Mapping[str, Any]:
    """What the server knows and can say at once; {} for an empty answer.

    ``model`` is the one that the request names, for its error.
    """
    async with link.look(method, path, body) as response:
        return await _object(response, link, model)


async def request(
    link: Link, method: str, path: str, body: object = None, model: str = ""
) -> Mapping[str, Any]:
    """The same for what the server does, which may take any time."""
    async with link.stream(method, path, body) as response:
        return await _object(response, link, model)


async def _object(
    response: httpx.Response, link: Link, model: str
) -> Mapping[str, Any]:
    await _check(response, link, model)
    content = await read(response)
    if not content:
        return {}
    try:
        data = parse(content)
    except ValueError as error:
        raise not_ollama(link) from error
    if not isinstance(data, dict):
        raise not_ollama(link)
    if data.get("error"):
        raise from_line(data["error"], link.endpoint, model)
    return data


async def stream(
    link: Link, path: str, pieces: Iterable[bytes], model: str
) -> AsyncGenerator[list[dict[str, Any]], None]:
    """The objects of a streamed answer, some at a time.

    Raises the error that one of them is, and what else goes wrong; the objects
    before it are given first.
    """
    async with link.stream(
        "POST", path, pieces=pieces, accept="application/x-ndjson"
    ) as response:
        await _check(response, link, model)
        try:
            async with aclosing(objects(chunks(response))) as batches:
                async for batch in batches:
                    for number, line in enumerate(batch):
                        if not isinstance(line, dict) or line.get("error"):
                            yield batch[:number]
                            raise _bad_line(line, link, model)
                    yield batch
        except Torn as error:
            raise broken(link) from error
        except TooLong as error:
            raise NotUnderstood(
                f"{link.endpoint} sent a line that is too long to be an answer",
                advice="Is the address right?",
            ) from error
        except Garbage as error:
            raise _garbage(error.args[0], link) from error


def broken(link: Link) -> BrokenStream:
    """The error for an answer that stopped before its end."""
    return BrokenStream(
        f"{link.endpoint} ended the answer before it was finished",
        advice="Try again.",
    )


def not_ollama(link: Link) -> NotUnderstood:
    """The error for an answer that is not Ollama's."""
    return NotUnderstood(
        f"what answers at {link.host.url} is not Ollama",
        advice=(
            "Check the address. For a server of OpenAI's kind write openai+ before it."
        ),
    )


async def _check(response: httpx.Response, link: Link, model: str) -> None:
    """Raise the error for an answer that is none."""
    status, headers = response.status_code, response.headers
    if status != 200 or "html" in headers.get("content-type", ""):
        body = await read(response, _LONGEST_REFUSAL)
        raise from_response(status, headers, body, link.endpoint, model)


def _bad_line(line: Any, link: Link, model: str) -> ProviderError:
    if isinstance(line, dict):
        return from_line(line["error"], link.endpoint, model)
    return _garbage(json.dumps(line).encode(), link)


def _garbage(line: bytes, link: Link) -> NotUnderstood:
    words = link.credentials.hide(error_text(line.decode("utf-8", "replace").strip()))
    return NotUnderstood(
        f"{link.endpoint} sent a line that is no answer of Ollama's: {words}",
        advice="A proxy in between may have changed it; try again.",
    )
