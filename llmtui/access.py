"""What a host gets beside its address: a key, headers, trust, a way there."""

from __future__ import annotations

from typing import NamedTuple

NO_PROXY = "none"
"""The ``proxy`` of a host that is asked directly, whatever the environment says."""


class Access(NamedTuple):
    """What is set for one host; "" and () for what is not."""

    key_env: str = ""
    """The variable that holds its key."""
    key_command: str = ""
    """The command whose first line of output is its key; run without a shell."""
    headers: tuple[tuple[str, str], ...] = ()
    """More headers, by name and value. ``$NAME`` as a value means that variable."""
    ca_file: str = ""
    """The PEM file of the authorities that its certificate may come from."""
    verify: bool = True
    """Whether its certificate is checked at all."""
    proxy: str = ""
    """The URL of its proxy, ``none``, or "" for what the environment says."""

    def __repr__(self) -> str:
        """Without values, most of which may be secrets."""
        named = (name for name in self._fields if getattr(self, name) != _OF[name])
        return f"Access({', '.join(named)})"


_OF = Access._field_defaults
DEFAULT = Access()
"""What a host gets for which nothing is set."""
