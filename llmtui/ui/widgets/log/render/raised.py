"""Small letters above and below the line, as far as Unicode has them."""

from __future__ import annotations

_PLAIN = "0123456789+-=()−"
_UP = str.maketrans(
    _PLAIN + "abcdefghijklmnoprstuvwxyz" + "ABDEGHIJKLMNOPRTUVW",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾⁻" + "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ" + "ᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ",
)
_DOWN = str.maketrans(
    _PLAIN + "aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₋" + "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"
)


def raised(text: str) -> str:
    """A superscript.

    >>> raised("n+1"), raised("5 m"), raised("q")
    ('ⁿ⁺¹', '^(5 m)', '^q')
    """
    return _moved(text, _UP, "^")


def lowered(text: str) -> str:
    """A subscript.

    >>> lowered("2"), lowered("max"), lowered("cat")
    ('₂', 'ₘₐₓ', '_(cat)')
    """
    return _moved(text, _DOWN, "_")


def _moved(text: str, table: dict[int, int], sign: str) -> str:
    if all(ord(char) in table for char in text):
        return text.translate(table)
    return f"{sign}{text}" if len(text) == 1 else f"{sign}({text})"
