"""Saving a text under a name the user gave."""

from __future__ import annotations

import os
from pathlib import Path

from llmtui.files.errors import why
from llmtui.files.writing import create_file
from llmtui.sanitise import clean


def save(text: str, name: str, *, exact: bool = False) -> str:
    """Write a text to a new file; returns a sentence. Never overwrites.

    A name that is taken gets a number. Control characters are made visible, unless
    the text is to be written ``exact`` as it is.
    """
    path = Path(os.path.expanduser(name.strip()))
    if path.name in ("", ".."):
        return "not saved: a file needs a name"
    if name.strip().endswith(("/", os.sep)) or os.path.isdir(path):
        return f"not saved: {path} is a folder, and a file needs a name"
    for number in range(1, 1_000):
        taken = f"-{number}" if number > 1 else ""
        target = path.with_name(f"{path.stem}{taken}{path.suffix}")
        try:
            create_file(target, text if exact else clean(text), mode=0o666)
        except FileExistsError:
            continue
        except OSError as error:
            return f"not saved: {why(error, target)}"
        except ValueError:
            return "not saved: a name cannot have a NUL in it"
        return f"saved to {target}"
    return f"not saved: {path}: too many files of that name"
