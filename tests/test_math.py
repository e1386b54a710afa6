"""Formulas drawn: in one line or in two dimensions, never wider than the room."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from llmtui.math.box import Box, cells
from llmtui.math.formula import displayed, in_line
from llmtui.math.layout import laid_out
from llmtui.math.nodes import Unshowable
from llmtui.math.parser import parse
from llmtui.sanitise import FORBIDDEN

WORDS = r"""
    \frac \sqrt \sum \int \lim \hat \vec \overline \underbrace \text \mathbb \left(
    \right) \left\{ \right. \middle| \begin{pmatrix} \end{pmatrix} \begin{cases} \\ &
    \end{cases} \begin{array}{c|r} \end{array} \binom \not \in \xrightarrow [3]
    \boxed \operatorname* \substack \pmod \big( \tag \limits \cancel \overset \alpha
    { } ^ _ ' x 1 + - = , ( ) | ! \, \quad ~ 漢 $ \over \choose \nosuch \infty
    \phantom # %
    \hline \ce \ket \mathop
"""
PIECES = st.sampled_from(WORDS.split()) | st.just(" ")
SOURCES = st.lists(PIECES, max_size=30).map("".join)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"\alpha \le \beta^2", "α ≤ β²"),
        ("x_1, x_{ij}^2, x_{i,j}", "x₁, xᵢⱼ², xᵢ,ⱼ"),
        (r"\sum_{i=1}^n i, \sqrt{x}, \sqrt[3]{x+1}", "∑ᵢ₌₁ⁿ i, √x, ∛(x + 1)"),
        (r"f: \mathbb{R}^n \to \mathcal L", "f : ℝⁿ → ℒ"),
        (r"\frac12 + \frac{a}{b+c} - \frac{a+b}{2c}", "½ + a/(b + c) − (a + b)/(2c)"),
        (r"-x - (-y)^{-1}, a \cdot b", "−x − (−y)⁻¹, a ⋅ b"),
        (r"\hat{x}, \vec v, \bar{\theta}, \overline{AB}", "x̂, v⃗, θ̄, A̅B̅"),
        (r"e^{i\pi}, x_{\max}, x_{\text{word}}^T", "e^(iπ), xₘₐₓ, x_wordᵀ"),
        (r"\sin x, \log_2 n, \sin(x)", "sin x, log₂ n, sin(x)"),
        (
            r"a \not\in B, p \implies q, x \equiv 1 \pmod{4}",
            "a ∉ B, p ⟹ q, x ≡ 1 (mod 4)",
        ),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "(1, 2; 3, 4)"),
        (r"\left| \frac{a}{b} \right|, \lVert x \rVert, |y|", "|a/b|, ‖x‖, |y|"),
        (r"\{x \mid x > 0\}, [0, 1)", "{x ∣ x > 0}, [0, 1)"),
        (r"10\%, 1{,}000, f'(x), x^{\prime}, 90^\circ", "10%, 1,000, f′(x), x′, 90°"),
        (r"\text{if $x>0$ or so}", "if x > 0 or so"),
        (r"\mathbf{x} \in \boldsymbol{\alpha}, \mathrm{d}x", "𝐱 ∈ 𝛂, dx"),
        (r"\frac{n!}{k!}, {n \choose k}", "n!/k!, (n over k)"),
        (r"\boxed{42}, \ldots, \dots, \cdots", "[42], …, …, ⋯"),
        (r"x = 1 \tag{3}", "x = 1    (3)"),
        (r"\ket{\psi}, \abs{x}, \braket{a|b}", "|ψ⟩, |x|, ⟨a|b⟩"),
        (r"\ce{2H2 + SO4^2- -> H+ + Ca(OH)2}", "2H₂ + SO₄²⁻ → H⁺ + Ca(OH)₂"),
        (r"T_{\rm eff}, {\bf x} + {\cal L}", "T_eff, 𝐱 + ℒ"),
        (r"\mathop{\mathrm{argmin}}_x f", "argminₓ f"),
        (r"X = \varprojlim_n A_n", "X = proj limₙ Aₙ"),
        (r"\varlimsup a_n \le \injlim A", "limsup aₙ ≤ inj lim A"),
    ],
)
def test_in_a_sentence(source: str, shown: str) -> None:
    assert in_line(source) == shown


DRAWN = [
    (
        r"x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}",
        """\
           ┌────────
     −b ± ╲│b² − 4ac
x = ─────────────────
           2a""",
    ),
    (
        r"\sum_{i=1}^{n} i^2, \lim_{x \to 0} \frac{\sin x}{x} = 1",
        """\
 n           sin x
 ∑  i², lim ─────── = 1
i=1     x→0    x""",
    ),
    (
        r"A = \begin{bmatrix} a & b \\ c & -d \end{bmatrix}",
        """\
A = ⎡a  b ⎤
    ⎣c  −d⎦""",
    ),
    (
        r"f(x) = \begin{cases} x & \text{if } x \ge 0 \\ 0 & \text{else}"
        r" \\ 1 & z \end{cases}",
        """\
       ⎧ x  if x ≥ 0
f(x) = ⎨ 0  else
       ⎩ 1  z""",
    ),
    (
        r"\begin{align*} a^2 &= b + c \\ &\le d \end{align*}",
        """\
a² = b + c
   ≤ d""",
    ),
    (
        r"\int_0^\infty e^{-x^2}\,dx = \left(\frac{a}{b}\right)^2",
        """\
 ∞  −x²      ⎛ a ⎞²
∫  e    dx = ⎜───⎟
 0           ⎝ b ⎠""",
    ),
    (
        r"\left[\begin{array}{cc|c} 1 & 2 & 3 \\ 4 & 5 & 6\end{array}\right]",
        """\
⎡1  2 │ 3⎤
⎣4  5 │ 6⎦""",
    ),
    (
        r"\begin{array}{c|c} p & \neg p \\ \hline 1 & 0 \\ 0 & 1 \end{array}",
        """\
p │ ¬p
──┼───
1 │ 0
0 │ 1""",
    ),
    (
        r"\int\limits_0^1 x \, \mathrm{d}x",
        """\
1
∫ x dx
0""",
    ),
    (
        r"\underbrace{a + b}_{n} \xrightarrow{\text{then}} \boxed{c}",
        """\
       then  ┌───┐
a + b ─────→ │ c │
╰─┬─╯        └───┘
  n""",
    ),
    (
        r"\sqrt[n]{\frac{1}{2}} + \overline{z + 1}",
        """\
 ┌───
 │ 1    _____
ⁿ│─── + z + 1
╲│ 2""",
    ),
]


@pytest.mark.parametrize(("source", "shown"), DRAWN, ids=range(len(DRAWN)))
def test_in_two_dimensions(source: str, shown: str) -> None:
    rows = displayed(source, 80)
    assert rows is not None
    assert "\n".join(rows) == shown


def test_one_that_is_too_wide_is_broken_at_relations_then_operations() -> None:
    assert displayed("f(x) = a + b + c = d + e + f \\le g", 16) == (
        "f(x) = a + b + c",
        "    = d + e + f",
        "    ≤ g",
    )
    assert displayed("f(x) = aaaa + bbbb + cccc + dddd", 20) == (
        "f(x) = aaaa + bbbb",
        "    + cccc + dddd",
    )
    assert displayed(
        r"\begin{aligned} x &= aaaa \\ &= bbbb + cccc \end{aligned}", 12
    ) == (
        "x = aaaa",
        "= bbbb",
        "    + cccc",
    )
    assert displayed(r"\frac{aaaaaaaaaaa}{b}", 10) is None


@pytest.mark.parametrize(
    "source",
    [
        r"\nosuchcommand{x}",
        r"\begin{tikzcd} a \end{tikzcd}",
        r"\newcommand{\R}{\mathbb{R}} x",
        r"\frac{a}",
        "{a",
        "a}",
        r"\left( a",
        r"\begin{matrix} a",
        "a_b_c",
        r"\text{\unknown}",
        "x" * 5_000,
        r"\frac{1}{" * 10_000 + "2" + "}" * 10_000,
        r"\frac{1}{" * 200 + "2" + "}" * 200,
        "{" * 100 + "}" * 100,
        r"\sqrt " * 600 + "x",
        r"x^{" * 600 + "}" * 600,
        r"\left(" * 300 + r"\right)" * 300,
        r"\begin{matrix}" + r"\\" * 1_900 + r"\end{matrix}" + "x+" * 40,
        r"\mathrm{\!" * 300 + "}" * 300,
        r"\left( a \middle| " * 28 + r"\right)" * 28,
        r"x \over " * 300 + "x",
        "x^a^b",
    ],
    ids=range(22),
)
def test_what_is_not_known_too_deep_or_too_large_is_not_drawn(source: str) -> None:
    start = process_time()
    assert in_line(source) is None or displayed(source, 60) is None
    assert process_time() - start < 0.5


@given(SOURCES, st.integers(10, 90))
@example(r"\frac{漢}{x}\hat漢\text{漢字}_漢", 40)
def test_any_source_is_drawn_within_the_width_or_not_at_all(
    source: str, width: int
) -> None:
    rows = displayed(source, width)
    line = in_line(source)
    for row in rows or ():
        assert cell_len(row) <= width
    for row in (*(rows or ()), *([line] if line else ())):
        assert FORBIDDEN.search(row) is None
        assert "\n" not in row


@given(SOURCES)
def test_boxes_are_rectangles(source: str) -> None:
    try:
        box: Box = laid_out(parse(source))
    except Unshowable:
        return
    assert {cells(row) for row in box.rows} == {box.width}
    assert 0 <= box.base < box.height


@given(st.lists(st.sampled_from("abxyz019+-=().,"), max_size=30).map("".join))
def test_every_letter_of_a_plain_formula_is_shown(source: str) -> None:
    shown = in_line(source) or ""
    assert shown.replace(" ", "").replace("−", "-") == source
