"""What can go wrong with the user's files, as sentences for a user.

* ``OSError``
    * ``SessionError``: a session cannot be opened
        * ``Unreadable``: there is a file, but it is no session
    * ``SaveError``: something cannot be written; nothing has changed
        * ``SessionGone``: its file went to the trash meanwhile
"""

from __future__ import annotations


class SessionError(OSError):
    """A session cannot be opened; ``str()`` says why."""


class Unreadable(SessionError):
    """The file of a session holds something else."""


def unreadable(error: OSError) -> Unreadable:
    """The same of any reason for which a file could not be read."""
    if isinstance(error, Unreadable):
        return error
    return Unreadable(error.strerror or str(error))


class SaveError(OSError):
    """Something could not be written; ``str()`` says why."""


class SessionGone(SaveError):
    """The session's file was moved away. It is not made again unasked."""
