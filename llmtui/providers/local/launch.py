"""With what a model is loaded: another choice means to load it anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from llmtui.chat.lenient import as_whole
from llmtui.chat.options import OPTIONS
from llmtui.local_settings import LocalSettings
from llmtui.providers.local.child import Order
from llmtui.providers.local.model_files import ModelFiles

LOAD_OPTIONS = frozenset(name for name, option in OPTIONS.items() if option.reloads) - {
    "draft_num_predict"
}
"""Options, by Ollama's names, that are decided when a model is loaded."""


class Launch(NamedTuple):
    """Settings of a load; compared to see whether a loaded model will do."""

    context: int
    """Tokens."""
    threads: int = 0
    batch: int = 0
    gpu_layers: int = -1
    main_gpu: int = 0
    mmap: bool = True
    flash_attention: str = "auto"
    kv_cache: str = "f16"

    def order(self, files: ModelFiles) -> Order:
        """What the child is told; the key is left to who starts it."""
        return {
            "weights": str(files.weights),
            "name": files.name,
            "key": "",
            "projector": str(files.projector or ""),
            "adapters": [str(adapter) for adapter in files.adapters],
            "template": files.chat_template,
            "context": self.context,
            "threads": self.threads,
            "batch": self.batch,
            "gpu_layers": self.gpu_layers,
            "main_gpu": self.main_gpu,
            "mmap": self.mmap,
            "flash_attention": self.flash_attention,
            "kv_cache": self.kv_cache,
        }


def launch(
    options: Mapping[str, Any],
    settings: LocalSettings,
    *,
    usual: int,
    trained: int,
    cores: int,
) -> Launch:
    """What ``options`` (Ollama's names) ask for, and else the settings.

    ``usual`` is the context when nobody names one, ``trained`` the most that
    the model knows, 0 if it does not say.
    """
    wanted = as_whole(options.get("num_ctx")) or settings.context or usual
    layers = options.get("num_gpu")
    mapped = options.get("use_mmap")
    return Launch(
        context=min(wanted, trained) if trained else wanted,
        threads=as_whole(options.get("num_thread")) or settings.threads or cores,
        batch=as_whole(options.get("num_batch")),
        gpu_layers=layers if type(layers) is int else settings.gpu_layers,
        main_gpu=as_whole(options.get("main_gpu")),
        mmap=mapped if isinstance(mapped, bool) else True,
        flash_attention=settings.flash_attention,
        kv_cache=settings.kv_cache,
    )
