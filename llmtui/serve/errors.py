"""Why a request is refused, as the API's own words."""

from __future__ import annotations

from llmtui.providers.errors import ModelMissing, ProviderError, Refused


class ApiError(Exception):
    """An answer with a status other than 200; ``str()`` is its ``error``."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def from_provider(error: ProviderError, asked: str) -> ApiError:
    """What a provider says, as the API says it; ``asked`` is the model's name."""
    if isinstance(error, ModelMissing):
        return missing(asked)
    status = error.status if isinstance(error, Refused) else 500
    return ApiError(status if status >= 400 else 500, error.sentence)


def missing(model: str) -> ApiError:
    return ApiError(404, f"model '{model}' not found")
