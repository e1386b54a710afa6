"""Names of models: how people write them, and when two are the same."""

from __future__ import annotations


def canonical(name: str) -> str:
    """A model's name for comparing: lower case, ``:latest`` where no tag is given.

    >>> canonical("SmolLM2") == canonical("smollm2:latest")
    True
    >>> canonical("box:5000/library/m")
    'box:5000/library/m:latest'
    """
    name = name.strip().lower()
    return name if ":" in name.rpartition("/")[2] else name + ":latest"


def is_cloud(name: str) -> bool:
    """Whether a name says that Ollama's own servers run the model.

    >>> [is_cloud(name) for name in ("glm-5.1:cloud", "gpt-oss:20b-cloud", "cloud")]
    [True, True, False]
    """
    return name.strip().lower().endswith((":cloud", "-cloud"))


def short(name: str) -> str:
    """A model's name as people say it: without ``:latest``.

    >>> short("mistral:latest")
    'mistral'
    """
    return name.removesuffix(":latest")
