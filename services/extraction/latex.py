"""Characters of formulas as LaTeX: symbols by their commands, raised and lowered ones in groups."""

import re
from itertools import groupby
from unicodedata import name

_COMMANDS = {
    "−": "-",
    "∗": "*",
    "′": "^{\\prime}",
    "″": "^{\\prime}{}^{\\prime}",
    "·": "\\cdot",
    "⋅": "\\cdot",
    "×": "\\times",
    "÷": "\\div",
    "±": "\\pm",
    "∓": "\\mp",
    "∘": "\\circ",
    "◦": "\\circ",
    "⊕": "\\oplus",
    "⊗": "\\otimes",
    "⊙": "\\odot",
    "∼": "\\sim",
    "≃": "\\simeq",
    "≈": "\\approx",
    "≅": "\\cong",
    "≡": "\\equiv",
    "≠": "\\neq",
    "≤": "\\leq",
    "⩽": "\\leqslant",
    "≥": "\\geq",
    "⩾": "\\geqslant",
    "≪": "\\ll",
    "≫": "\\gg",
    "≲": "\\lesssim",
    "≳": "\\gtrsim",
    "≜": "\\triangleq",
    "∝": "\\propto",
    "∈": "\\in",
    "∉": "\\notin",
    "∋": "\\ni",
    "⊂": "\\subset",
    "⊆": "\\subseteq",
    "⊃": "\\supset",
    "⊇": "\\supseteq",
    "∪": "\\cup",
    "∩": "\\cap",
    "∅": "\\emptyset",
    "∀": "\\forall",
    "∃": "\\exists",
    "¬": "\\neg",
    "∧": "\\wedge",
    "∨": "\\vee",
    "⊤": "\\top",
    "⊥": "\\perp",
    "∥": "\\|",
    "‖": "\\|",
    "∞": "\\infty",
    "∂": "\\partial",
    "∇": "\\nabla",
    "∑": "\\sum",
    "∏": "\\prod",
    "∫": "\\int",
    "∮": "\\oint",
    "√": "\\sqrt",
    "→": "\\to",
    "←": "\\leftarrow",
    "↔": "\\leftrightarrow",
    "↦": "\\mapsto",
    "⇒": "\\Rightarrow",
    "⇐": "\\Leftarrow",
    "⇔": "\\Leftrightarrow",
    "⟨": "\\langle",
    "⟩": "\\rangle",
    "⌊": "\\lfloor",
    "⌋": "\\rfloor",
    "⌈": "\\lceil",
    "⌉": "\\rceil",
    "†": "\\dagger",
    "…": "\\ldots",
    "⋯": "\\cdots",
    "⋮": "\\vdots",
    "ℓ": "\\ell",
    "ℏ": "\\hbar",
    "ℜ": "\\Re",
    "ℑ": "\\Im",
    "ℵ": "\\aleph",
    "⋆": "\\star",
    "⋄": "\\diamond",
    "△": "\\triangle",
    "µ": "\\mu",
    "ϵ": "\\epsilon",
    "ε": "\\varepsilon",
    "ϕ": "\\phi",
    "φ": "\\varphi",
    "ϑ": "\\vartheta",
    "ϱ": "\\varrho",
    "ς": "\\varsigma",
    "ϖ": "\\varpi",
    "~": "\\sim",
    "\ufffd": "",
}
"""What LaTeX, with the symbols of the AMS, calls the characters that formulas are set with."""

_ESCAPED = "{}#$%&_"

_LOOKALIKES = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧ", "ABEZHIKMNOPTX", strict=True))
"""Greek capitals without a command, and the letters that look like them."""
_GREEK = re.compile(
    r"GREEK (SMALL|CAPITAL) LETTER (ALPHA|BETA|GAMMA|DELTA|ZETA|ETA|THETA|IOTA|KAPPA|LAMDA|MU|NU|XI|PI|RHO"
    r"|SIGMA|TAU|UPSILON|CHI|PSI|OMEGA|PHI)$"
)
FUNCTIONS = [
    "arccos",
    "arcsin",
    "arctan",
    "arg",
    "cos",
    "cosh",
    "cot",
    "det",
    "dim",
    "exp",
    "gcd",
    "inf",
    "ker",
    "lim",
    "log",
    "ln",
    "max",
    "min",
    "Pr",
    "sin",
    "sinh",
    "sup",
    "tan",
    "tanh",
]
_ACCENTS = {"ˇ": "check", "ˆ": "hat", "˜": "tilde", "¯": "bar", "˙": "dot", "¨": "ddot"}
_NAMES = "|".join(FUNCTIONS)
_SEVERAL = re.compile(rf"\.\s?\.\s?\.|·\s?·\s?·|[ˇˆ˜¯˙¨]\s?[^\W\d_]|(?<![A-Za-z\\])(?:{_NAMES})(?![A-Za-z])")
_PRIME, _BARE_PRIME = "^{\\prime}", "\\prime"
LEVEL, RAISED, LOWERED = "-", "^", "_"


def latex(text: str, shifts: str) -> str:
    """The formula; `shifts` says of each character whether it is level, raised or lowered."""
    pieces: list[str] = []
    start = 0
    used = ""
    for shift, group in groupby(shifts):
        end = start + len(list(group))
        own = _level(text[start:end])
        start = end
        if shift == LEVEL:
            pieces.append(own)
            used = used if not own else ""
        elif own:
            again = "{}" if shift in used else ""
            pieces.append(f"{again}{shift}{{{own.replace(_PRIME, _BARE_PRIME)}}}")
            used = shift if again else used + shift
    return _joined([piece for piece in pieces if piece])


def _level(text: str) -> str:
    """Characters of one level, with no more spaces than the commands need."""
    pieces: list[str] = []
    position = 0
    for match in _SEVERAL.finditer(text):
        pieces += map(_command, text[position : match.start()])
        pieces.append(_of_several(match[0]))
        position = match.end()
    pieces += map(_command, text[position:])
    return _joined([piece for piece in pieces if not piece.isspace()])


def _of_several(own: str) -> str:
    """Three dots, a letter below an accent, the name of a function."""
    if own[0] in _ACCENTS:
        return f"\\{_ACCENTS[own[0]]}{{{_command(own[-1])}}}"
    return "\\ldots" if own[0] == "." else "\\cdots" if own[0] == "·" else f"\\{own}"


def _command(char: str) -> str:
    if char in _COMMANDS:
        return _COMMANDS[char]
    if char in _ESCAPED:
        return f"\\{char}"
    if char in _LOOKALIKES:
        return _LOOKALIKES[char]
    greek = _GREEK.match(name(char, "")) if not char.isascii() else None
    if greek is None:
        return char
    called = greek[2].lower().replace("lamda", "lambda")
    return f"\\{called if greek[1] == 'SMALL' else called.capitalize()}"


def _joined(pieces: list[str]) -> str:
    """One after the other; a space where a command would run into a letter."""
    found = ""
    for piece in pieces:
        if piece[:1].isalpha() and re.search(r"\\[A-Za-z]+$", found):
            found += " "
        found += piece
    return found
