"""What can go wrong with a provider, as sentences for a user.

* ``ProviderError``
    * ``Unreachable``: no connection could be made
        * ``NoKey``: the user's command for the key gave none
    * ``Refused``: the server answered, and said no
        * ``ModelMissing``: it has no such model
        * ``SignInNeeded``: it wants an account first
        * ``TooLong``: the conversation does not fit into the context
    * ``BrokenStream``: an answer began and was cut off
    * ``NotUnderstood``: the answer was no answer of the protocol
    * ``Unsupported``: the provider cannot do what was asked

``str()`` of each says what happened in one sentence; ``advice`` is what to do next.
"""

from __future__ import annotations


class ProviderError(Exception):
    """Base of all. ``str()`` and ``advice`` are fit for a user, but not sanitised."""

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice

    @property
    def sentence(self) -> str:
        """What happened, and what to do next."""
        return f"{self}. {self.advice}" if self.advice else str(self)


class Unreachable(ProviderError):
    """No connection or no answer: refused, unknown name, time-out, TLS, proxy.

    ``start`` is the command that would start the server here, "" if none would.
    """

    def __init__(self, message: str, *, advice: str = "", start: str = "") -> None:
        super().__init__(message, advice=advice)
        self.start = start


class NoKey(Unreachable):
    """The command for the key gave none: it may have asked the user, who said no."""


class Refused(ProviderError):
    """The server said no; ``status`` is HTTP's, 200 for an error line in a stream."""

    def __init__(self, message: str, *, status: int, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.status = status


class ModelMissing(Refused):
    """The server has no model of this name; ``fetchable`` if it could fetch it."""

    def __init__(
        self,
        message: str,
        *,
        model: str,
        status: int = 404,
        advice: str = "",
        fetchable: bool = False,
    ) -> None:
        super().__init__(message, status=status, advice=advice)
        self.model = model
        self.fetchable = fetchable


class SignInNeeded(Refused):
    """An account is needed; ``url`` is where to get in, "" if the server gave none."""

    def __init__(
        self, message: str, *, url: str = "", status: int = 401, advice: str = ""
    ) -> None:
        super().__init__(message, status=status, advice=advice)
        self.url = url


class TooLong(Refused):
    """The prompt has more ``tokens`` than the ``window`` holds; 0 where not told."""

    def __init__(
        self,
        message: str,
        *,
        tokens: int = 0,
        window: int = 0,
        status: int = 400,
        advice: str = "",
    ) -> None:
        super().__init__(message, status=status, advice=advice)
        self.tokens = tokens
        self.window = window


class BrokenStream(ProviderError):
    """The connection or the answer ended before its end; what came before is good."""


class NotUnderstood(ProviderError):
    """The answer is not of this protocol: HTML of a proxy, a garbage line."""


class Unsupported(ProviderError):
    """This provider cannot do that."""
