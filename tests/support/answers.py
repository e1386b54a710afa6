"""Answers that have in them what models write, for pictures of the log."""

from __future__ import annotations

MATH = r"""
The roots of $ax^2 + bx + c$ with $a \ne 0$, for $5 and $10 alike:

$$
x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}
$$

1. A sum: \[ \sum_{i=1}^{n} i = \frac{n(n+1)}{2} \]
2. In a line: $\forall x_1 \in \mathbb{R}: \alpha \le \beta^2$, and $\frac{1}{2}$.

\begin{align}
f(x) &= \begin{cases} x^2 & \text{if } x \ge 0 \\ -x & \text{otherwise} \end{cases} \\
A &= \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}
\end{align}

中文$E=mc^2$公式, and what nobody knows: $\nobody{x}$.
"""

CODE = '''
Like this:

```python
def area(radius: float, unit: str = "m", *, places: int = 2) -> str:
    """The area of a circle, in square units of what its radius is given in."""
    return f"{3.14159 * radius**2:.{places}f} {unit}²"
```

- With tabs, in a list:

  ```make
  all:
  \techo "$(RADIUS)"
  ```

```diff
@@ -1,3 +1,3 @@
 radius = 2
-print(area(radius, "feet"))
+print(area(radius, "metres"))
```

  ┌────────┐     ┌────────┐     ┌─────────┐     ┌────────┐     ┌────────┐
  │ radius │────▶│ square │────▶│ times π │────▶│ places │────▶│  text  │
  └────────┘     └────────┘     └─────────┘     └────────┘     └────────┘
'''

TABLES = """
| name | cells | what it is good for |
|:-----|------:|:-------------------:|
| 漢字 | 4 | a table with **wide** characters, and words enough to be wrapped |
| தமிழ் | 3 | `a|b`, and a [link](https://example.org/a) |
| ⚠️ 1️⃣ 👍🏽 | 6 | signs that no two terminals agree on |

> [!WARNING]
> Columns are *straight*.
>
> - [ ] to do
> - [x] done

 8. eight
 9. nine
10. ten
    - deeper
      > quoted

See [the guide][1], <https://example.net>, www.example.com and me@example.com.[^1]

[1]: docs/guide.md
[^1]: A note, with its own `code`.
"""

TEXT = """
# One
## Two
### Three
#### Four

**重点。**后面 is bold, ~~this~~ is gone, H<sub>2</sub>O and x<sup>2</sup>, press
<kbd>ctrl</kbd>+<kbd>k</kbd>, <u>under</u><br>a new line, <mark>no tag of ours</mark>.

<details><summary>More</summary>

مرحبا بالعالم, and a word that is longer than a narrow screen:
Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft.

</details>

---

Hard  
breaks, an ![image](a.png), and `` a`b ``.
"""

ANSWERS = {"math": MATH, "code": CODE, "tables": TABLES, "text": TEXT}
