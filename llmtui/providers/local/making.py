"""A model of one's own: another one's weights, with words and options beside them.

Nothing of the weights is written again: the new manifest names the same files.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from llmtui.providers.local.manifest import Kind, Manifest, write_manifest

if TYPE_CHECKING:
    from llmtui.chat.models import NewModel
    from llmtui.chat.request import Turn
    from llmtui.providers.local.model_name import ModelName
    from llmtui.providers.local.model_store import ModelStore


def make(store: ModelStore, base: Manifest, name: ModelName, new: NewModel) -> None:
    """Write the new model. Everything blocks; raises ``OSError``.

    What is new takes the place of what the base has of its kind; options go beside
    its own, and messages after them.
    """
    layers = list(base.layers)
    params = {**store.parameters(base), **new.parameters}
    said = [*store.messages(base), *map(_message, new.messages)]
    texts: dict[Kind, list[str]] = {
        "system": [new.system] if new.system is not None else [],
        "template": [new.template] if new.template else [],
        "license": list(new.licenses),
        "params": [json.dumps(params)] if new.parameters else [],
        "messages": [json.dumps(said)] if new.messages else [],
    }
    for kind, written in texts.items():
        if written:
            gone = {*base.of(kind)}
            if kind == "template":
                gone |= {*base.of("prompt")}
            layers = [layer for layer in layers if layer not in gone]
            layers += [store.text_layer(kind, text) for text in written if text]
    manifest = Manifest(tuple(layers), base.config)
    store.add(name, write_manifest(manifest), manifest)


def _message(turn: Turn) -> dict[str, str]:
    return {"role": turn.role, "content": turn.content}
