"""A little of everything, drawn before the first answer comes."""

from __future__ import annotations

from llmtui.ui.glyphs import terminal_glyphs
from llmtui.ui.widgets.log.render.blocks import render
from llmtui.ui.widgets.log.render.line import Frame
from llmtui.ui.widgets.log.render.palette import PLAIN, Paint
from llmtui.ui.widgets.log.source import Source

_SAMPLE = """\
# A *heading*

Words with `code`, https://example.com and a list:

- [x] an item

| a | b |
|---|---|
| 1 | 2 |

```python
value = 1
```
"""


def warm() -> None:
    """Do the imports and compile the expressions, of which the parts take 0.1 s.

    On the loop each of them would be a pause in the first answer. For a thread.
    """
    source = Source()
    source.feed(_SAMPLE)
    source.end()
    paint = Paint(PLAIN, terminal_glyphs())
    for block in source.answer.all() if source.answer else ():
        render(block, Frame(80), paint)
