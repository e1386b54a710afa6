"""One file of weights, as far as its metadata tells."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from llmtui.providers.errors import Unreachable
from llmtui.providers.local import gguf


class ModelFile:
    """A .gguf; ``name`` is what the model is called."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self._info: Mapping[str, Any] | None = None

    async def read(self) -> Mapping[str, Any]:
        """The metadata, read once; raises ``Unreachable``."""
        if self._info is not None:
            return self._info
        try:
            self._info = await asyncio.to_thread(gguf.read_metadata, self.path)
        except FileNotFoundError as error:
            raise Unreachable(
                f"there is no file {self.path}", advice="Is the path right?"
            ) from error
        except gguf.NotGguf as error:
            raise Unreachable(
                str(error), advice="Weights for llama.cpp are files in GGUF format."
            ) from error
        except OSError as error:
            raise Unreachable(
                f"{self.path} cannot be read: {error.strerror or error}"
            ) from error
        return self._info
