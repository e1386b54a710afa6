"""Conversations to look at: always the same ones, at the same time of day."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from llmtui.chat.models import Model, ModelDetails
from llmtui.places import Places
from llmtui.providers.scripted import Scripted

MODELS = (
    Model(
        "smollm2:latest",
        98_362_432,
        "134.52M",
        "Q4_1",
        context_length=8192,
        capabilities=frozenset({"completion"}),
    ),
    Model(
        "mistral:latest",
        4_113_301_824,
        "7.2B",
        "Q4_K_M",
        context_length=32_768,
        capabilities=frozenset({"completion", "tools", "thinking"}),
    ),
    Model(
        "llava:13b",
        8_011_256_494,
        "13B",
        "Q4_0",
        context_length=4096,
        capabilities=frozenset({"completion", "vision"}),
    ),
)

DETAILS = {
    model.name: ModelDetails(model, system="You are small.", license="Apache 2.0")
    for model in MODELS
}

HAIKU = """\
The light turns and counts.
Somewhere out beyond its reach
a keel learns its name."""

NAMES = """\
The *Pharos* of Alexandria gave its name to the word. Three that still burn:

| lighthouse | first lit | light reaches |
|---|---|---|
| Tower of Hercules | 2nd century | 23 nautical miles |
| Hook Head | about 1240 | 18 nautical miles |
| Cordouan | 1611 | 19 nautical miles |

How far one *can* see it depends on how high it stands:

```python
def horizon(height):
    \"\"\"Nautical miles to the horizon from a height in metres.\"\"\"
    return 2.08 * height**0.5
```

So a lamp at **60 m** is seen from about `16` miles away."""


def provider(*replies: Any) -> Scripted:
    """A host with three models."""
    return Scripted(MODELS, replies)


def save(
    places: Places,
    title: str,
    *turns: dict[str, Any],
    age: timedelta = timedelta(hours=2, minutes=10),
) -> str:
    """Write a session file; returns its id. ``turns`` are messages, oldest first."""
    when = datetime.now(UTC) - age
    name = f"{when:%Y%m%dT%H%M%S}000-{abs(hash(title)) % 16**16:016x}"
    messages = []
    for at, turn in enumerate(turns):
        model = turn.pop("model", "")
        messages.append(
            {
                "id": f"{name}-{at}",
                "parent": f"{name}-{at - 1}" if at else None,
                "role": "assistant" if model else "user",
                "created": (when + timedelta(seconds=at)).isoformat(),
                "status": "complete",
                **({"request": {"model": model}} if model else {}),
                **turn,
            }
        )
    session = {
        "version": 1,
        "id": name,
        "created": when.isoformat(),
        "updated": when.isoformat(),
        "title": title,
        "head": messages[-1]["id"],
        "model": next(
            (t["request"]["model"] for t in reversed(messages) if "request" in t), ""
        ),
        "messages": messages,
    }
    places.sessions.mkdir(parents=True, exist_ok=True)
    (places.sessions / f"{name}.json").write_text(json.dumps(session))
    return name


def usage(tokens: int, rate: float, first: float, prompt: int) -> dict[str, int]:
    """What a reply cost, as it is stored."""
    return {
        "eval_count": tokens,
        "eval_duration": int(tokens / rate * 1e9),
        "first_token_duration": int(first * 1e9),
        "prompt_eval_count": prompt,
        "context_length": 4096,
    }


def lighthouse(places: Places) -> str:
    """The conversation of the README."""
    return save(
        places,
        "The name of the lighthouse",
        {"text": "A haiku about a lighthouse, please."},
        {
            "text": HAIKU,
            "model": "smollm2:latest",
            "usage": usage(23, 61.3, 0.21, 38),
        },
        {"text": "Where is the word from, and how far does one see such a light?"},
        {
            "text": NAMES,
            "thinking": "The user asks for etymology and for the range of a light.",
            "model": "mistral:latest",
            "usage": usage(204, 38.2, 1.4, 96),
        },
    )


def store(places: Places) -> None:
    """Some sessions of some ages."""
    for days, (title, model) in enumerate(
        [
            ("Regular expressions for dates", "mistral:latest"),
            ("Packing list for a week at sea", "smollm2:latest"),
            ("Why is the sky blue?", "mistral:latest"),
            ("海の名前 — names of the sea", "llava:13b"),
        ],
        1,
    ):
        save(
            places,
            title,
            {"text": f"{title}?"},
            {"text": "A short answer.", "model": model},
            age=timedelta(days=days * 3, hours=1),
        )
