"""What a registry of models says no with, as errors for a user."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from llmtui.chat.lenient import as_mapping, as_mappings, as_text
from llmtui.providers.errors import (
    BrokenStream,
    ModelMissing,
    NotUnderstood,
    ProviderError,
    Refused,
    SignInNeeded,
    Unreachable,
)
from llmtui.providers.local.model_name import LIBRARY, ModelName

OFFLINE = (
    "Without a network there are still the models on this disk (llmtui list --local) "
    "and the built-in one (llmtui --local)."
)


class Answer(NamedTuple):
    """What a server said instead of giving what it was asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def refused(
    answer: Answer, url: str, name: ModelName | None, *, is_file: bool
) -> ProviderError:
    """The error for an answer that is neither what was asked for nor a redirect.

    ``is_file`` tells a file, of a model or by itself, from a manifest.
    """
    status = answer.status
    place = urlsplit(url).netloc
    what = name.shown if name else url
    said = _said(answer)
    if status == 404 and is_file:
        return _no_file(name, what, place)
    if status == 404 or (status == 400 and name):
        return _missing(name, what, place, said)
    if status in (401, 403):
        return _private(status, name, what, place)
    if status == 429:
        wait = answer.headers.get("retry-after", "").strip()
        when = f"in {wait} seconds" if wait.isascii() and wait.isdigit() else "later"
        return Refused(
            f"{place} has had too many requests from here",
            status=status,
            advice=f"Pull again {when}; it goes on where it stopped.",
        )
    if status >= 500:
        return BrokenStream(
            f"{place} has a fault (status {status}){said}", advice="Try again later."
        )
    if status == 416:
        return BrokenStream(f"{place} has no such part of {what}", advice="Pull again.")
    return Refused(f"{place} refused {what} (status {status}){said}", status=status)


def _no_file(name: ModelName | None, what: str, place: str) -> Refused:
    if name is None:
        return Refused(
            f"there is no file {what}", status=404, advice="Is the address right?"
        )
    return Refused(
        f"{place} lacks a file of {what}, so it cannot be had whole",
        status=404,
        advice="Pull again later, or choose another tag.",
    )


def _missing(name: ModelName | None, what: str, place: str, said: str) -> ModelMissing:
    advice = "Is it spelled right, with its tag?"
    if name and name.on_hub:
        advice = (
            "Is it spelled right, does the repository have GGUF files, and is its "
            "quantisation one of them? hf.co/OWNER/REPO:Q4_K_M is how one is named."
        )
    elif name and name.host.lower() == LIBRARY:
        advice = "All names and tags are at ollama.com/search."
    return ModelMissing(
        f"{place} has no model {what}{said if name and name.on_hub else ''}",
        model=what,
        advice=advice,
    )


def _private(
    status: int, name: ModelName | None, what: str, place: str
) -> ProviderError:
    advice = "Is it spelled right?"
    if name and name.on_hub:
        advice = (
            "Is it spelled right? For a private or gated one accept its terms on the "
            "site and put a token of yours into the variable HF_TOKEN."
        )
    elif name and name.host.lower() == LIBRARY:
        advice = (
            "Is it spelled right? Private models come with Ollama itself: "
            "`ollama pull` it, and it is found on this disk."
        )
    return SignInNeeded(
        f"{place} does not give {what} to everybody, or there is no such model",
        status=status,
        advice=advice,
    )


def stalled(origin: str, seconds: float) -> BrokenStream:
    """Nothing came for so long that nothing will."""
    return BrokenStream(
        f"{urlsplit(origin).netloc} sent nothing for {seconds:g} seconds",
        advice="Pull again; it goes on where it stopped.",
    )


def no_manifest(name: ModelName, why: str) -> NotUnderstood:
    return NotUnderstood(
        f"{name.registry} has no model that can be read under {name.shown}: {why}",
        advice="Is it a registry of models?",
    )


def wrong_manifest(name: ModelName) -> NotUnderstood:
    return NotUnderstood(
        f"the manifest that came for {name.shown} is not the one its list names",
        advice="Pull again; a proxy in between may be at fault.",
    )


def wrong_digest(what: str, digest: str) -> NotUnderstood:
    """What came was changed on its way, or on the disk."""
    return NotUnderstood(
        f"what came of {what} is not {digest[7:19]}: its sha256 is another, and it "
        "was removed",
        advice="Pull again; a proxy in between may have changed it.",
    )


def changed(url: str) -> NotUnderstood:
    """Half of one version and half of another are no file."""
    return NotUnderstood(f"{url} changed while it was fetched", advice="Pull again.")


def cut_off(what: str) -> BrokenStream:
    return BrokenStream(
        f"fetching {what} was cut off",
        advice="Pull again; it goes on where it stopped.",
    )


def offline(error: Unreachable) -> Unreachable:
    """``error`` with what can be done about it, or without a network."""
    if _is_tls(error):
        advice = "If it is a registry of your own without TLS, add --insecure."
        return Unreachable(str(error), advice=f"{error.advice} {advice}".strip())
    return Unreachable(str(error), advice=f"{error.advice} {OFFLINE}".strip())


def _is_tls(error: BaseException | None) -> bool:
    """Whether TLS is what went wrong, at whatever depth."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


def json_object(body: bytes) -> Mapping[str, Any]:
    """A body as a JSON object, {} for what is none."""
    try:
        return as_mapping(json.loads(body))
    except (ValueError, RecursionError):
        return {}


def _said(answer: Answer) -> str:
    """The server's own words, ready to stand behind ours; "" if it has none."""
    found = json_object(answer.body)
    listed = as_mappings(found.get("errors"))
    words = as_text(listed[0].get("message")) if listed else as_text(found.get("error"))
    words = words or answer.headers.get("x-error-message", "")
    return f": {words[:200]}" if words else ""
