"""A session that leaves or comes, as a file or a text, and its tags."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content

from llmtui.commands.command import Action
from llmtui.commands.keymap import shown
from llmtui.ui.controls.clipboard import Clipboard
from llmtui.ui.controls.services import ScreenServices

if TYPE_CHECKING:
    from llmtui.jobs.current_chat import CurrentChat
    from llmtui.jobs.exchange import ImportReport


class ImportExport:
    """Acts on the session that is open."""

    def __init__(
        self,
        chat: CurrentChat,
        clipboard: Clipboard,
        services: ScreenServices,
    ) -> None:
        self._chat = chat
        self._clipboard = clipboard
        self._spawn = services.spawn
        self._say = services.say
        self._refuse = services.refuse
        self._ask = services.ask

    def actions(self) -> dict[str, Action]:
        return {
            "tag": self.tag,
            "export": self.export,
            "import": self.take_in,
        }

    # -- tags ------------------------------------------------------------------------

    def tag(self, words: str = "") -> None:
        """Add tags to the session; ``-word`` takes one off."""
        from llmtui.jobs.archive import retagged
        from llmtui.ui.dialogs.text import LineDialog

        tags = self._chat.session.tags
        if words:
            self._use_tags(retagged(tags, words))
            return
        dialog = LineDialog("tags", " ".join(tags), hint="words, with spaces between")
        self._ask(dialog, lambda line: self._use_tags(retagged([], line)))

    def _use_tags(self, tags: list[str]) -> None:
        self._chat.change(tags=tags)
        self._say(f"tags: {' '.join(f'#{tag}' for tag in tags)}" if tags else "no tags")

    # -- out -------------------------------------------------------------------------

    def export(self, words: str = "") -> None:
        """Write the session to a file, or have it in the clipboard."""
        from llmtui.jobs.exchange import file_name
        from llmtui.ui.dialogs.text import LineDialog

        what, _, rest = words.partition(" ")
        if what == "clipboard":
            self._spawn(self._copy(rest.strip() or "md"))
        elif what == "all" and rest.strip():
            self._spawn(self._export_all(rest.strip()))
        elif words:
            self._spawn(self._export(words))
        else:
            hint = "the ending says how: .md, .html, .json (importable), .txt"
            name = file_name(self._chat.session.title)
            dialog = LineDialog("export to", name, hint=hint)
            self._ask(dialog, lambda name: self._spawn(self._export(name)))

    async def _export(self, name: str) -> None:
        from llmtui.jobs.exchange import Exchange, ExchangeError

        chat = self._chat
        try:
            self._say(await Exchange(chat.core).export(chat.session, name))
        except ExchangeError as error:
            self._refuse(str(error))

    async def _export_all(self, name: str) -> None:
        from llmtui.jobs.exchange import Exchange, ExchangeError

        try:
            self._say(await Exchange(self._chat.core).export_saved([], name))
        except ExchangeError as error:
            self._refuse(str(error))

    async def _copy(self, kind: str) -> None:
        from llmtui.chat.export_formats import EXPORT_FORMATS
        from llmtui.jobs.exchange import Exchange

        if kind not in EXPORT_FORMATS:
            known = ", ".join(EXPORT_FORMATS)
            self._refuse(f"/export clipboard takes {known}")
            return
        chat = self._chat
        self._clipboard.copy(await Exchange(chat.core).text(chat.session, kind))

    # -- in --------------------------------------------------------------------------

    def take_in(self, words: str = "") -> None:
        """Import conversations, once it was seen what they are."""
        from llmtui.ui.dialogs.text import LineDialog

        if words:
            self._import(words)
            return
        hint = "a file of llmtui, ChatGPT, Claude, oterm or parllama"
        self._ask(LineDialog("import", "", hint=hint), self._import)

    def _import(self, words: str) -> None:
        if words.strip():
            self._spawn(self._look(words))

    async def _look(self, words: str) -> None:
        from llmtui.jobs.exchange import Exchange, ExchangeError, files_meant

        files = files_meant(words)
        exchange = Exchange(self._chat.core)
        try:
            found = await exchange.look(
                files, lambda count: self._say(f"reading, {count} conversations so far")
            )
        except ExchangeError as error:
            self._refuse(str(error))
            return
        if not found.new and not found.more:
            why = f": {found.problems[0]}" if found.problems else ""
            self._say(f"nothing to import: {found.words}{why}", warning=bool(why))
            return
        self._ask_about(files, found)

    def _ask_about(self, files: list[Path], found: ImportReport) -> None:
        """Show what an import would do before it writes."""
        from llmtui.ui.dialogs.choice import ChoiceDialog
        from llmtui.ui.dialogs.list_dialog import Choice

        go = f"import: {found.words}"
        rows = [Choice("import", Content.styled(go, "bold"), go)]
        rows += [
            Choice(f"import {at}", Content(f"  {words}"), words)
            for at, words in enumerate(found.titles)
        ]
        rows += [
            Choice(f"problem {at}", Content(f"  cannot: {words}"), words)
            for at, words in enumerate(found.problems)
        ]
        dialog = ChoiceDialog("import these? esc leaves it", rows)
        self._ask(dialog, lambda _: self._spawn(self._take(files)))

    async def _take(self, files: list[Path]) -> None:
        from llmtui.jobs.exchange import Exchange, ExchangeError

        try:
            done = await Exchange(self._chat.core).take_in(
                files, lambda count: self._say(f"importing, {count} so far")
            )
        except (ExchangeError, OSError) as error:
            self._say(str(error), warning=True)
            return
        self._say(f"imported: {done.words}; {shown('sessions')} finds them")
