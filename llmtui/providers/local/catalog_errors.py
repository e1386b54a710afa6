"""What the catalog of models refuses, and why."""

from __future__ import annotations

from llmtui.providers.errors import ModelMissing, Unsupported
from llmtui.providers.local.file_pull import FileUrl, parse_file_url
from llmtui.providers.local.model_files import ModelFiles
from llmtui.providers.local.model_name import BadName, ModelName, parse_name

_OWNERS = {
    "ollama": "Ollama",
    "lmstudio": "LM Studio",
    "huggingface": "the cache of Hugging Face",
    "builtin": "llmtui itself",
}


def read_name(name: str, *, insecure: bool = False) -> ModelName:
    """The name of a model; raises ``ModelMissing`` for what is none."""
    try:
        return parse_name(name, insecure=insecure)
    except BadName as error:
        raise ModelMissing(
            str(error),
            model=name,
            advice="Names are like qwen3:0.6b, hf.co/OWNER/REPOSITORY:Q4_K_M, or the "
            "URL of a .gguf file.",
        ) from error


def read_url(name: str) -> FileUrl | None:
    """The address of one file, None where a name is meant; raises ``Unsupported``."""
    try:
        return parse_file_url(name)
    except BadName as error:
        raise Unsupported(str(error)) from error


def check_scheme(name: ModelName, *, insecure: bool) -> None:
    """Raise ``Unsupported`` for what would come over plain http unasked."""
    if name.scheme == "http" and not insecure:
        raise Unsupported(
            f"{name.registry} is not safe: who is in between can change what comes",
            advice="Use https://, or give --insecure if that is all right.",
        )


def missing(name: str) -> ModelMissing:
    """Nothing here has that name."""
    return ModelMissing(
        f"there is no model {name} on this computer",
        model=name,
        advice=f"llmtui pull --local {name} fetches it; llmtui list --local shows all.",
        fetchable=True,
    )


def not_ours(files: ModelFiles, done: str) -> Unsupported:
    """The model is another program's, and so it is not ``done`` something with."""
    owner = _OWNERS.get(files.source, "another program")
    return Unsupported(
        f"{files.name} belongs to {owner}, so it is not {done} here",
        advice=f"Its files are at {files.weights}.",
    )
