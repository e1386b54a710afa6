"""What the empty page offers, and doing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmtui.chat.names import short
from llmtui.commands.command import Action
from llmtui.human import size
from llmtui.ui.controls.clipboard import Clipboard
from llmtui.ui.controls.services import ScreenServices
from llmtui.ui.widgets.welcome import Welcome

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.jobs.offers import Offer
    from llmtui.ui.widgets.offer_list import OfferRow

SERVER_EVERY = 0.5
"""Seconds between two looks for a server that was started."""


class Offering:
    """Marks a row of the empty page, and does what the marked one says."""

    def __init__(
        self,
        chat: CurrentChat,
        welcome: Welcome,
        clipboard: Clipboard,
        services: ScreenServices,
    ) -> None:
        self._chat = chat
        self._welcome = welcome
        self._clipboard = clipboard
        self._run = services.run_command
        self._say = services.say

    def actions(self) -> dict[str, Action]:
        return {"start": lambda _: self.start()}

    def start(self) -> None:
        """Start Ollama on this computer, if it is what does not answer."""
        monitor = self._chat.monitor
        if command := self._chat.models.offers.start_command:
            self._start(command)
        elif monitor.state == "up":
            self._say(f"{monitor.host.label} answers already")
        else:
            where = monitor.host.label
            self._say(f"nothing here starts what should answer as {where}")

    def move(self, step: int) -> bool:
        """Mark another row; False if nothing is offered."""
        return bool(self._welcome.display) and self._welcome.move(step)

    def choose(self) -> None:
        """Do what is marked, if anything is."""
        if self._welcome.display and (at := self._welcome.at) is not None:
            self.take(at)

    def take(self, at: int) -> None:
        """Do what a row says."""
        rows = offers(self._chat)
        if at >= len(rows):
            return
        offer = rows[at]
        match offer.action:
            case "start":
                self._start(offer.name)
            case "use":
                self._chat.models.use_local(offer.name)
            case "fetch":
                self._chat.models.pull(
                    offer.name, offer.host, expected=offer.size, use=True
                )
            case "builtin":
                self._run("local", "")
            case "install":
                self._clipboard.copy(offer.name)
                self._say(f"copied, to be run in a shell: {offer.name}")
            case "model":
                self._run("model", "")
            case "host":
                self._run("host", "")

    def _start(self, command: str) -> None:
        server = self._chat.core.ollama
        try:
            server.start(command)
        except OSError as error:
            self._say(f"{command} could not be started: {error}", warning=True)
            return
        self._say(f"{command} runs until you leave; its log is {server.log}")
        self._wait_for_server()

    def _wait_for_server(self) -> None:
        """Ask for the server that was started until it answers or has ended."""
        server, monitor = self._chat.core.ollama, self._chat.monitor
        if failure := server.failure():
            words = f"Ollama ended: {failure} (its log: {server.log})"
            self._say(words, warning=True)
            self._chat.models.offers.look()
        elif server.running and monitor.state != "up":
            monitor.poke()
            self._welcome.set_timer(SERVER_EVERY, self._wait_for_server)


def offers(chat: CurrentChat) -> tuple[Offer, ...]:
    """What is offered now, in the order of the rows."""
    if chat.saved or (chat.core.ollama.running and chat.monitor.state != "up"):
        return ()
    model, models = chat.model, chat.models
    missing = bool(model) and models.choice.missing(model)
    return models.offers.rows(model, missing=missing)


def offer_rows(chat: CurrentChat) -> tuple[OfferRow, ...]:
    """The same as they are shown."""
    return tuple(_row(chat, offer) for offer in offers(chat))


def _row(chat: CurrentChat, offer: Offer) -> OfferRow:
    from llmtui.ui.widgets.offer_list import OfferRow

    name = short(offer.name)
    much = size(offer.size) if offer.size else ""
    match offer.action:
        case "start":
            row = OfferRow("start Ollama", "", offer.name)
        case "use":
            row = OfferRow(f"use {_last_part(name)}", much, offer.detail)
        case "fetch":
            there = offer.host and chat.models.pulls.fetching(offer.host, offer.name)
            detail = "is being fetched" if there else offer.detail
            row = OfferRow(f"fetch {_last_part(name)}", much, detail)
        case "builtin":
            row = OfferRow(f"the built-in {name}", much, offer.detail)
        case "install":
            row = OfferRow("run models without a server", "", f"needs: {offer.name}")
        case "model":
            row = OfferRow("choose another model …")
        case "host":
            row = OfferRow("another host …")
    return row._replace(best=offer.best)


def _last_part(name: str) -> str:
    """A model without its registry and owner, for a narrow column.

    >>> _last_part("hf.co/ggml-org/gemma-3-4b-it-GGUF:Q4_K_M"), _last_part("me/m:1")
    ('gemma-3-4b-it-GGUF:Q4_K_M', 'me/m:1')
    """
    return name.rpartition("/")[2] if name.count("/") > 1 else name
