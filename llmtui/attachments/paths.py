"""What a path means: one file, or those of a folder or a pattern."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from llmtui.attachments.folder import (
    is_pattern,
    link_note,
    load_all,
    select,
    shown_name,
)
from llmtui.attachments.loaded import CannotAttach, Loaded
from llmtui.attachments.loading import load_file
from llmtui.attachments.progress import Watch, patient


class Read(NamedTuple):
    """What was read."""

    loaded: list[Loaded]
    notes: list[str]
    """What the user should know of how it was found, in sentences."""


def load_path(what: str, watch: Watch = patient, *, streams: bool = False) -> Read:
    """Read what a path, or a pattern, means; raises ``CannotAttach`` and ``Left``.

    ``streams``: see ``read_regular``. Blocking, as long as ``watch`` lets it.
    """
    try:
        return _read(what, watch, streams)
    except OSError as error:  # no name for a file, or the working directory is gone
        raise CannotAttach(
            f"{what} cannot be read: {error.strerror or error}"
        ) from None
    except ValueError:  # a NUL, or what is no character
        raise CannotAttach(f"{what} cannot be read: no file is called so") from None


def _read(what: str, watch: Watch, streams: bool) -> Read:
    path = Path(os.path.expanduser(what))
    notes = [link] if (link := link_note(path)) else []
    if not (is_pattern(what) or path.is_dir()):
        return Read([load_file(path, shown_name(path), streams=streams)], notes)
    loaded, more = load_all(select(what, watch), watch)
    return Read(loaded, [*notes, *(f"in {what} {note}" for note in more)])
