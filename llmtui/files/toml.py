"""TOML as people's editors leave it, and what is wrong with it in words."""

from __future__ import annotations

import tomllib
from typing import Any

from llmtui.files.faults import fault_of


class NotToml(ValueError):
    """``str()`` follows the name of a file: ``is no valid TOML: …``."""


def parse_toml(raw: bytes) -> dict[str, Any]:
    """The table in a file's bytes, with Windows' marks and line ends or without.

    Raises ``NotToml``.
    """
    try:
        return tomllib.loads(raw.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        raise NotToml("is not UTF-8 text; save it as UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise NotToml(f"is no valid TOML: {fault_of(error)}") from None
