"""The real built-in model for tests: ``real_places`` has its weights.

They are fetched once, as the program fetches them, into ``LLMTUI_TEST_MODELS``
or the cache folder of the person who runs the tests. Where the model is asked
for (``CI`` or ``LLMTUI_REQUIRE_REAL_MODEL`` is set) nothing is skipped.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import aclosing
from pathlib import Path

import pytest

from llmtui.places import Places
from llmtui.providers.local.offer import extra_command, extra_installed
from llmtui.providers.local.weights import SMOLLM2, Fetcher

# Read on import: each test has a scrubbed environment.
_REQUIRED = bool(os.environ.get("CI") or os.environ.get("LLMTUI_REQUIRE_REAL_MODEL"))
_CACHE = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
_FOLDER = Path(os.environ.get("LLMTUI_TEST_MODELS") or Path(_CACHE, "llmtui-tests"))


@pytest.fixture(scope="session")
def real_weights() -> Path:
    """The data folder that holds the real weights, fetched if they aren't there."""
    if not extra_installed():
        why = f"the extra `local` is not installed; add it with: {extra_command()}"
        if _REQUIRED:
            pytest.fail(why)
        pytest.skip(why)
    places = Places(data=_FOLDER, config=_FOLDER, cache=_FOLDER, state=_FOLDER)
    asyncio.run(_fetch(places))
    return places.data


async def _fetch(places: Places) -> None:
    fetcher = Fetcher(places.models, places.logs / "fetch-weights.log")
    async with aclosing(fetcher.fetch(SMOLLM2)) as steps:
        async for _ in steps:
            pass


@pytest.fixture
def real_places(places: Places, real_weights: Path) -> Places:
    """Folders of this test, with the real weights in the one for models."""
    places.models.mkdir(parents=True)
    (places.models / SMOLLM2.file).symlink_to(real_weights / "models" / SMOLLM2.file)
    return places
