"""What parsers say of a text that they cannot read, as words for a user."""

from __future__ import annotations


def fault_of(error: Exception) -> str:
    """Why JSON or TOML could not be read.

    Python's parsers say what is wrong and where, but for its own limits.

    >>> import json
    >>> try:
    ...     json.loads("[" * 100_000)
    ... except RecursionError as error:
    ...     fault_of(error)
    'it is nested too deeply'
    >>> try:
    ...     json.loads("1" * 5_000)
    ... except ValueError as error:
    ...     fault_of(error)
    'a number in it is too long'
    """
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if "set_int_max_str_digits" in str(error):
        return "a number in it is too long"
    return str(error)
