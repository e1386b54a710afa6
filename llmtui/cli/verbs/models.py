"""``list``, ``ps``, ``rm``, ``cp``, ``stop``: named as in Ollama's tool."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from llmtui.chat.models import Model, RunningModel
from llmtui.chat.running_words import processor, until
from llmtui.cli.context import Context, say, say_json
from llmtui.cli.tables import table
from llmtui.cli.verbs.server import for_each, unable, with_provider
from llmtui.cli.verbs.show import model_json, show
from llmtui.human import age, size
from llmtui.jobs.model_actions import remove
from llmtui.providers.errors import Unsupported
from llmtui.providers.protocol import Manages, Runs

if TYPE_CHECKING:
    from llmtui.providers.protocol import Provider


def list_models(context: Context) -> int:
    """The models, those whose name begins with a prefix if one is given."""
    prefix = (context.words or ("",))[0].lower()

    async def work(provider: Provider) -> int:
        models = await provider.models()
        models = [model for model in models if model.name.lower().startswith(prefix)]
        if context.parsed.given("json"):
            say_json([model_json(model) for model in models])
        else:
            rows = [_model_row(model) for model in models]
            say(table(["NAME", "ID", "SIZE", "MODIFIED"], rows))
        return 0

    return with_provider(context, work)


def ps(context: Context) -> int:
    """The models in memory, those whose name begins with a prefix if one is given."""
    prefix = (context.words or ("",))[0].lower()

    async def work(provider: Provider) -> int:
        found = await _runner(context, provider, "say what is in memory").running()
        running = [model for model in found if model.name.lower().startswith(prefix)]
        if context.parsed.given("json"):
            say_json([asdict(model) for model in running])
        else:
            rows = [_running_row(model) for model in running]
            head = ["NAME", "ID", "SIZE", "PROCESSOR", "CONTEXT", "UNTIL"]
            say(table(head, rows))
        return 0

    return with_provider(context, work)


def rm(context: Context) -> int:
    """Delete models."""

    async def work(provider: Provider) -> int:
        if not isinstance(provider, Manages):
            raise unable(provider, "delete models")

        async def one(name: str) -> None:
            await remove(provider, name)
            _report(context, f"deleted {name!r}", {"deleted": name})

        return await for_each(context.words, one)

    return with_provider(context, work)


def cp(context: Context) -> int:
    """Copy a model."""
    source, destination = context.words

    async def work(provider: Provider) -> int:
        if not isinstance(provider, Manages):
            raise unable(provider, "copy models")
        await provider.copy(source, destination)
        _report(
            context,
            f"copied {source!r} to {destination!r}",
            {"copied": source, "to": destination},
        )
        return 0

    return with_provider(context, work)


def stop(context: Context) -> int:
    """Put models out of memory."""

    async def work(provider: Provider) -> int:
        runner = _runner(context, provider, "unload models")

        async def one(name: str) -> None:
            await runner.unload(name)
            _report(context, f"stopped {name!r}", {"stopped": name})

        return await for_each(context.words, one)

    return with_provider(context, work)


VERBS: Mapping[str, Callable[[Context], int]] = {
    "list": list_models,
    "ps": ps,
    "show": show,
    "rm": rm,
    "cp": cp,
    "stop": stop,
}


def _runner(context: Context, provider: Provider, what: str) -> Runs:
    """The provider, if it can know what is in memory; raises ``Unsupported``.

    Without a server this very process would be the one that runs the models.
    """
    if not isinstance(provider, Runs):
        raise unable(provider, what)
    if not context.host.has_server:
        raise Unsupported(
            "each running llmtui has its own models in memory, so there are none here",
            advice="In its window, /models shows and unloads them; those of llmtui "
            "serve are at --host 127.0.0.1, without --local.",
        )
    return provider


def _report(context: Context, sentence: str, fact: dict[str, str]) -> None:
    if context.parsed.given("json"):
        say_json(fact)
    else:
        say(sentence + "\n")


def _model_row(model: Model) -> list[str]:
    since = age(model.modified)
    modified = "just now" if since == "now" else f"{since} ago" if since else "-"
    bytes_ = "-" if model.remote or not model.size else size(model.size)
    return [model.name, _id(model.digest), bytes_, modified]


def _id(digest: str) -> str:
    return digest.removeprefix("sha256:")[:12] or "-"


def _running_row(model: RunningModel) -> list[str]:
    return [
        model.name,
        _id(model.digest),
        size(model.size),
        processor(model.size, model.size_vram),
        str(model.context_length or "-"),
        until(model.expires, datetime.now(UTC)),
    ]
