"""What helps where nobody can answer: the choices of the empty page, as data."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple

from llmtui.chat.suggestions import Fit, best
from llmtui.hosts import BUILTIN
from llmtui.jobs.local_choices import LocalChoices, local_choices
from llmtui.providers.errors import ProviderError
from llmtui.providers.local import offer as builtin_facts

if TYPE_CHECKING:
    from llmtui.hosts import Host
    from llmtui.jobs.builtin_model import BuiltinModel
    from llmtui.jobs.host_monitor import HostMonitor
    from llmtui.jobs.prompt_queue import Spawn
    from llmtui.jobs.provider_pool import ProviderPool
    from llmtui.jobs.recommendations import Recommendations
    from llmtui.local_settings import LocalSettings

MOST_RECOMMENDED = 3
"""Models that a server recommends and that get a line."""
MOST_ON_DISK = 3
"""Models of this disk that get a line; the others are in the picker."""

OfferAction = Literal["start", "use", "fetch", "builtin", "install", "model", "host"]

_FITS: dict[Fit, str] = {"slow": "slow here", "too large": "too large for this machine"}


class Offer(NamedTuple):
    """One thing that can be done."""

    action: OfferAction
    """``start`` Ollama, ``use`` a model of this disk, ``fetch`` one, take the
    ``builtin`` one, ``install`` what runs models, choose another ``model`` or
    ``host``."""
    name: str = ""
    """The model, or the command."""
    size: int = 0
    """Bytes on the disk or to be fetched, 0 where it is not known."""
    detail: str = ""
    """More about it; untrusted."""
    host: Host | None = None
    """Who has the model, or is to fetch it."""
    best: bool = False
    """Whether it is the one to begin with."""


class Offers:
    """Looks at this machine when it is needed, and says what there is."""

    def __init__(
        self,
        providers: ProviderPool,
        monitor: HostMonitor,
        builtin: BuiltinModel,
        recommendations: Recommendations,
        settings: LocalSettings,
        spawn: Spawn,
        changed: Callable[[], None],
    ) -> None:
        """``changed`` is called when there is more to offer than before."""
        self._providers = providers
        self._monitor = monitor
        self._builtin = builtin
        self._recommendations = recommendations
        self._settings = settings
        self._spawn = spawn
        self._changed = changed
        self._local: LocalChoices | None = None
        self._looking = False

    @property
    def machine(self) -> str:
        """This machine in a few words, "" while that is not known."""
        return self._local.machine if self._local else ""

    @property
    def start_command(self) -> str:
        """What starts the server that does not answer, "" if nothing here does."""
        local = self._local or LocalChoices()
        return local.start_ollama if self._monitor.status.start else ""

    def host_changed(self) -> None:
        """Look for what helps for the first time, where the host cannot answer."""
        monitor = self._monitor
        lacking = monitor.state == "down" or not monitor.models
        if lacking:
            self._recommendations.look()
        if self._local is None and (lacking or not monitor.host.has_server):
            self.look()

    def look(self) -> None:
        """Look at this machine, if that is not being done already."""
        if not self._looking:
            self._looking = True
            self._spawn(self._look())

    def rows(self, model: str, *, missing: bool) -> tuple[Offer, ...]:
        """What to offer now; ``model`` answers next, and ``missing`` if it is not
        there. Empty where nothing is lacking, or while it is not known what is; none
        is the one to begin with where the built-in one answers, so that enter does
        nothing by chance, or while this machine has not been looked at."""
        monitor = self._monitor
        if monitor.state == "unknown":
            return ()
        if not monitor.host.has_server:
            rows = self._for_this_program(model)
        elif monitor.state == "down":
            rows = self._without_server()
        elif missing:
            rows = self._for_missing(model)
        elif not model and not monitor.sentence:
            rows = self._for_server()
        else:
            return ()
        found = list(rows)
        answers = not monitor.host.has_server and not self._builtin.trouble
        if answers or self._local is None:
            return tuple(row._replace(best=False) for row in found)
        return tuple(_with_best(found))

    def _without_server(self) -> Iterator[Offer]:
        """No server answers: start it, or do without."""
        local = self._local or LocalChoices()
        if command := self.start_command:
            yield Offer("start", command, best=True)
        if local.problem:
            yield Offer("install", local.problem)
        else:
            yield from self._on_disk(local)
            yield from self._to_fetch(local, BUILTIN, judge=True)
            yield self._builtin_offer()
        yield Offer("host")

    def _for_this_program(self, model: str) -> Iterator[Offer]:
        """This program runs the models: what is better than the built-in one."""
        if not (self._builtin.trouble or model in ("", builtin_facts.NAME)):
            return
        local = self._local or LocalChoices()
        if not local.problem:
            yield from self._on_disk(local)
            yield from self._to_fetch(local, BUILTIN, judge=True)
        if self._builtin.trouble and not local.problem:
            yield self._builtin_offer()
        yield Offer("host")

    def _for_server(self) -> Iterator[Offer]:
        """A server without a model."""
        monitor = self._monitor
        if monitor.capabilities.pulls:
            local, host = self._local or LocalChoices(), monitor.host
            yield from self._recommended(local, host, judge=host.is_loopback)
            yield from self._to_fetch(local, host, judge=host.is_loopback)
        yield Offer("host")

    def _for_missing(self, model: str) -> Iterator[Offer]:
        """A server without this model."""
        monitor = self._monitor
        if monitor.capabilities.pulls:
            yield Offer("fetch", model, host=monitor.host, best=True)
        if monitor.models:
            yield Offer("model")
        yield Offer("host")

    def _on_disk(self, local: LocalChoices) -> Iterator[Offer]:
        for model in local.on_disk[:MOST_ON_DISK]:
            yield Offer("use", model.name, model.size, "on this disk", BUILTIN)

    def _recommended(
        self, local: LocalChoices, host: Host, *, judge: bool
    ) -> Iterator[Offer]:
        """What the server itself recommends to be run there, if it fits."""
        memory = local.memory if judge else 0
        fitting = (
            one
            for one in self._recommendations.found
            if not one.cloud and not (memory and one.memory > memory)
        )
        for one in islice(fitting, MOST_RECOMMENDED):
            takes = f"takes {one.takes} of memory" if one.takes else ""
            detail = ", ".join(filter(None, (takes, one.about)))
            # How much has to be fetched is another number, which it doesn't say.
            yield Offer("fetch", one.model, detail=detail, host=host)

    def _to_fetch(
        self, local: LocalChoices, host: Host, *, judge: bool
    ) -> Iterator[Offer]:
        """The short list; ``judge`` whether this machine is to run them."""
        found = [one for one, _ in local.to_fetch]
        one = None
        if judge and local.memory:
            one = best(found, local.memory, local.cores)
        for suggestion, fits in local.to_fetch:
            words = [_FITS.get(fits, "")] if judge else []
            detail = ", ".join(filter(None, [*words, suggestion.about]))
            name, size = suggestion.name, suggestion.size
            if not judge or fits != "too large":
                yield Offer("fetch", name, size, detail, host, suggestion is one)

    def _builtin_offer(self) -> Offer:
        size = 0 if self._builtin.fetched else builtin_facts.DOWNLOAD
        detail = "tiny, only for trying it out"
        return Offer("builtin", builtin_facts.NAME, size, detail)

    async def _look(self) -> None:
        try:
            provider = await asyncio.to_thread(self._providers.open, BUILTIN)
            self._local = await local_choices(provider, self._settings)
        except ProviderError:
            self._local = LocalChoices()
        finally:
            self._looking = False
        self._changed()


def _with_best(rows: list[Offer]) -> list[Offer]:
    """One row, and one alone, is the one to begin with: what is here goes before
    what must be fetched, and the quickest to fetch before the others, so that one
    enter alone never fetches gigabytes."""
    ready = ("start", "use", "builtin")
    ranked = [row for action in ready for row in rows if row.action == action]
    ranked += [row for row in rows if row.best]
    first = next(iter(ranked or rows), None)
    return [row._replace(best=row is first) for row in rows]
