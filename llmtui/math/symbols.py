"""The signs of mathematics by their names in TeX.

Names come from the tables of ``unicodeit``, which has three thousand of them; here is
what it lacks, and where terminals are better served with another sign.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from llmtui.math.nodes import Kind

_OURS = {
    "And": "&", "Coloneqq": "⩴", "blacksquare": "■", "bullet": "•", "ast": "∗",
    "colon": ":", "dag": "†", "ddag": "‡", "dots": "…", "dotsb": "⋯", "dotsc": "…",
    "dotsi": "⋯", "dotsm": "⋯", "dotso": "…", "epsilon": "ϵ", "gt": ">",
    "intercal": "⊺", "langle": "⟨", "lbrack": "[", "lgroup": "(", "llbracket": "⟦",
    "lt": "<", "lvert": "|", "lVert": "‖", "mathellipsis": "…", "medbullet": "•",
    "medcirc": "○", "models": "⊨", "rangle": "⟩", "rbrack": "]", "rgroup": ")",
    "rrbracket": "⟧", "rvert": "|", "rVert": "‖", "smallsetminus": "∖", "star": "⋆",
    "varGamma": "Γ", "varDelta": "Δ", "varTheta": "Θ", "varLambda": "Λ", "varXi": "Ξ",
    "varPi": "Π", "varSigma": "Σ", "varPhi": "Φ", "varPsi": "Ψ", "varOmega": "Ω",
    "dd": "d", "ee": "e", "iff": "⟺", "R": "ℝ", "N": "ℕ", "Z": "ℤ", "Q": "ℚ",
    "reals": "ℝ", "slash": "/", "vert": "|", "Vert": "‖", "|": "‖", "{": "{",
    "}": "}", "%": "%", "$": "$", "#": "#", "&": "&", "_": "_", "backslash": "\\",
    "lbrace": "{", "rbrace": "}", "intop": "∫", "ointop": "∮", "thinspace": " ",
    "-": "", "/": "",
}  # fmt: skip


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LARGE = "∑∏∐⋃⋂⨄⨆⋁⋀⨁⨂⨀∫∬∭⨌∮∯∰"
_SIDE = "∫∬∭⨌∮∯∰"
"""Large ones whose scripts stand beside them."""
_BINARY = "+-−±∓×÷∗*⋆∘•⋅·∩∪⊎⊓⊔∨∧∖≀⊕⊖⊗⊘⊙†‡⨿◁▷⊲⊳△▽⋉⋊⋋⋌⊼⊻⊞⊟⊠⊡⊺∔∸◦⊛⊚⊝"
_ORDINARY = "/∀∃∄∂∇∞∅∠∢∡√∛∜∎⊤⊥ℏ¬∁′″‴°…⋯⋮⋱∴∵"
_OPEN = "([{⟨⌊⌈⟦⌜⌞⟮"
_CLOSE = ")]}⟩⌋⌉⟧⌝⌟⟯!?"

FUNCTIONS = words(
    "arccos arcsin arctan arccot arg argmax argmin cos cosh cot coth csc curl deg det "
    "diag dim erf exp gcd grad hom inf ker lcm lg lim liminf limsup ln log max "
    "min mod Pr proj lim rank sec sech sgn sign sin sinh span sup tan tanh tr Tr Var "
    "Cov softmax supp arcosh arsinh artanh"
)
"""Names that are set upright."""
SPELT = {
    "injlim": "inj lim", "varinjlim": "inj lim", "projlim": "proj lim",
    "varprojlim": "proj lim", "varliminf": "liminf", "varlimsup": "limsup",
}  # fmt: skip
"""Functions whose names are not those of their commands, from amsmath."""
LIMITS = words(
    "argmax argmin det gcd inf lim liminf limsup max min Pr sup"
) | frozenset(SPELT)
"""Functions under which scripts are written."""

ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "check": "\u030c", "widecheck": "\u030c",
    "tilde": "\u0303", "widetilde": "\u0303", "acute": "\u0301", "grave": "\u0300",
    "dot": "\u0307", "ddot": "\u0308", "dddot": "\u20db", "breve": "\u0306",
    "bar": "\u0304", "vec": "\u20d7", "mathring": "\u030a",
}  # fmt: skip

LINED = words(
    "overline underline overbrace underbrace overrightarrow overleftarrow "
    "overleftrightarrow"
)

FONTS = {
    "mathbb": "mathbb", "mathbf": "mathbf", "mathcal": "mathcal", "mathscr": "mathcal",
    "mathfrak": "mathfrak", "frak": "mathfrak", "boldsymbol": "mathbf", "bm": "mathbf",
    "bold": "mathbf", "mathds": "mathbb", "pmb": "mathbf", "Bbb": "mathbb",
    "mathit": "", "mathsf": "", "mathnormal": "", "mathbin": "", "mathord": "",
    "mathrel": "", "mathopen": "", "mathclose": "", "mathpunct": "",
    "mathinner": "", "symbf": "mathbf", "symbb": "mathbb", "smash": "", "mathstrut": "",
}  # fmt: skip
"""Commands that change the letters of their argument, and the alphabet they mean."""

SWITCHES = {
    "rm": "", "it": "", "sf": "", "tt": "", "bf": "mathbf", "cal": "mathcal",
}  # fmt: skip
"""Those that change the letters of what follows in their group."""

ARROWS = {
    "xrightarrow": ("", "→"), "xleftarrow": ("←", ""), "xleftrightarrow": ("←", "→"),
    "xRightarrow": ("═", "⇒"), "xLeftarrow": ("⇐", "═"), "xmapsto": ("↦", "→"),
    "xlongequal": ("═", "═"), "xhookrightarrow": ("↪", "→"),
    "xrightleftharpoons": ("↽", "⇀"),
}  # fmt: skip


@cache
def _names() -> dict[str, str]:
    """All that ``unicodeit`` knows, by the source it stands for."""
    # Imported here: three hundred kilobytes that most conversations never need.
    from unicodeit.data import REPLACEMENTS

    return dict(REPLACEMENTS)


def sign(name: str) -> str | None:
    """The sign of a command without its backslash, None if there is none.

    >>> sign("alpha"), sign("leq"), sign("langle"), sign("nosuch")
    ('α', '≤', '⟨', None)
    """
    found = _OURS.get(name)
    if found is None and name.isalpha():
        found = _names().get(f"\\{name}")
        if found and unicodedata.category(found[0]).startswith("M"):
            return None  # an accent, which wants an argument
    return found


def lettered(text: str, font: str) -> str:
    """``text`` in another alphabet, as far as that has its letters.

    >>> lettered("R", "mathbb"), lettered("Lβ!", "mathcal"), lettered("x", "")
    ('ℝ', 'ℒβ!', 'x')
    """
    names = _names()
    return "".join(
        names.get(f"\\{font}{{{letter}}}") or _greek(letter, font) for letter in text
    )


def _greek(letter: str, font: str) -> str:
    """Bold Greek, which has its own block: ``\\mathbf{\\alpha}`` is ``\\mathbf{α}``."""
    if font != "mathbf":
        return letter
    if "α" <= letter <= "ω":
        return chr(0x1D6C2 + ord(letter) - ord("α"))
    return chr(0x1D6A8 + ord(letter) - ord("Α")) if "Α" <= letter <= "Ω" else letter


def kind_of_sign(text: str) -> Kind:
    """The class of a sign.

    >>> [kind_of_sign(c) for c in "x+≤(,∑"]
    ['ord', 'bin', 'rel', 'open', 'punct', 'large']
    """
    if text in _LARGE:
        return "large"
    if text in _BINARY:
        return "bin"
    if text in ",;":
        return "punct"
    if text in _OPEN:
        return "open"
    if text in _CLOSE:
        return "close"
    if text in _ORDINARY:
        return "ord"
    arrow = "\u2190" <= text <= "\u21ff" or "\u27f0" <= text <= "\u297f"
    is_relation = arrow or text in ":∣∥≔⟂" or unicodedata.category(text[0]) == "Sm"
    return "rel" if is_relation and text != "|" else "ord"


def has_limits(text: str) -> bool:
    """Whether scripts of a large operator stand below and above it."""
    return text in _LARGE and text not in _SIDE


def negated(text: str) -> str:
    """A relation with a stroke through it.

    >>> negated("∈"), negated("=")
    ('∉', '≠')
    """
    return unicodedata.normalize("NFC", text + "\u0338")
