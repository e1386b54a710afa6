"""Hosts that the user names, changes and takes away, and signing in on them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

from llmtui.settings import SettingsError
from llmtui.ui.controls.clipboard import Clipboard
from llmtui.ui.controls.services import ScreenServices

if TYPE_CHECKING:
    from llmtui.hosts import Host
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.jobs.host_checks import HostReport
    from llmtui.jobs.host_form import HostForm

Kept = Callable[[str], object]
"""Is told the name of a host that was written."""


class HostEditing:
    """Shows the form, and says what became of it."""

    def __init__(
        self, chat: CurrentChat, clipboard: Clipboard, services: ScreenServices
    ) -> None:
        self._chat = chat
        self._clipboard = clipboard
        self._spawn = services.spawn
        self._say = services.say
        self._ask = services.ask

    def add(self, kept: Kept) -> None:
        """A form for a host that there is not yet; ``kept`` is told its name."""
        from llmtui.jobs.host_form import HostForm

        self._show(HostForm(), "", kept)

    def edit(self, host: Host, kept: Kept) -> None:
        """The form of a host; one without a name gets one by it."""
        from llmtui.jobs.host_form import HostForm

        if not host.has_server and not host.name:
            self._say("this computer needs no settings: there is [local] for it")
            return
        form = self._chat.hosts.editor.form(host.name)
        form = form if form.name else HostForm(address=host.stored)
        self._show(form, form.name, kept)

    def remove(self, host: Host) -> None:
        """Take a host out of the configuration."""
        if host.name:
            self._spawn(self._remove(host.name))
        else:
            self._say(f"{host.label} is not in the configuration", warning=True)

    def restore(self) -> None:
        """Bring back what was taken away."""
        self._spawn(self._restore())

    def sign_in(self, host: Host) -> None:
        """Open the page to sign in at, if nobody is signed in there."""
        self._spawn(self._sign_in(host))

    def _show(self, form: HostForm, was: str, kept: Kept) -> None:
        from llmtui.ui.dialogs.host_form import HostFormDialog

        async def keep(form: HostForm) -> None:
            await self._chat.hosts.editor.keep(form, was)

        async def test(form: HostForm) -> AsyncIterator[HostReport]:
            host = self._chat.hosts.editor.host(form, was)
            async with aclosing(self._chat.hosts.checks.try_out(host)) as reports:
                async for report in reports:
                    yield report

        self._ask(HostFormDialog(form, keep, test, named=bool(was)), kept)

    async def _remove(self, name: str) -> None:
        try:
            await self._chat.hosts.editor.remove(name)
        except SettingsError as error:
            self._say(str(error), warning=True)
        else:
            missed = self._chat.hosts.editor.missed(name)
            words = f"removed {name}: ctrl+z brings it back"
            self._say(f"{words}; {missed}" if missed else words, warning=bool(missed))

    async def _restore(self) -> None:
        try:
            name = await self._chat.hosts.editor.restore()
        except SettingsError as error:
            self._say(str(error), warning=True)
        else:
            self._say(f"{name} is back" if name else "no host was removed")

    async def _sign_in(self, host: Host) -> None:
        self._say(f"asking {host.label} …")
        report = await self._chat.hosts.account(host)
        if report.signin_url:
            self._clipboard.open(report.signin_url)
        elif report.account:
            self._say(f"{report.account} is signed in on {host.label}")
        else:
            error = report.error
            nobody = f"{host.label} tells nothing of an account"
            self._say(error.sentence if error else nobody, warning=True)
