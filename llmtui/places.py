"""Where files live. Computes paths, never creates anything."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).resolve().parent


class Places(NamedTuple):
    """The folders of one user (or of one test)."""

    data: Path
    """Sessions, the trash, model weights: what must not be lost."""
    config: Path
    """``config.toml``, written by the user."""
    cache: Path
    """What can be made again: the search index."""
    state: Path
    """``state.json`` and logs: what the program remembers by itself."""

    @property
    def sessions(self) -> Path:
        return self.data / "sessions"

    @property
    def trash(self) -> Path:
        return self.data / "trash"

    @property
    def quarantine(self) -> Path:
        """Session files that could not be read, kept for the user."""
        return self.data / "unreadable"

    @property
    def drafts(self) -> Path:
        return self.data / "drafts"

    @property
    def attachments(self) -> Path:
        """What is attached to messages, each content once."""
        return self.data / "attachments"

    @property
    def models(self) -> Path:
        """Weights of the local provider."""
        return self.data / "models"

    @property
    def search_index(self) -> Path:
        return self.cache / "search.sqlite"

    @property
    def config_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def presets(self) -> Path:
        return self.config / "presets"

    @property
    def state_file(self) -> Path:
        return self.state / "state.json"

    @property
    def history(self) -> Path:
        """What was typed before."""
        return self.state / "history.jsonl"

    @property
    def logs(self) -> Path:
        return self.state / "logs"


def user_places() -> Places:
    """The folders of the user who runs the program, as platformdirs knows them."""
    from platformdirs import PlatformDirs

    dirs = PlatformDirs("llmtui", appauthor=False)
    return Places(
        data=dirs.user_data_path,
        config=dirs.user_config_path,
        cache=dirs.user_cache_path,
        state=dirs.user_state_path,
    )


def stylesheet() -> Path:
    """The absolute path of ``llmtui.tcss``.

    Beside the package's modules where the program is installed, one level up
    in a checkout.
    """
    installed = PACKAGE / "llmtui.tcss"
    return installed if installed.is_file() else PACKAGE.parent / "llmtui.tcss"
