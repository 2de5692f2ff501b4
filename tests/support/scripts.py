"""PDFs in scripts that run from right to left or from top to bottom, without any font file."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

_FIRST_CODE = 65
_HEBREW = 0x05D0
_LETTERS = 27
_SIZE, _ADVANCE = 10, 6.67

Line = tuple[float, float, str]
"""Its right end and its baseline, in points from the bottom left, and its text as it is spoken."""


def leftward(lines: Iterable[Line], first: int = _HEBREW) -> bytes:
    """A page of lines that end at the left: glyphs in the order they are seen, as most programs write them.

    `first`: the first of 27 letters that may be used, by default those of Hebrew.
    """
    shown = {chr(first + n): chr(_FIRST_CODE + n) for n in range(_LETTERS)}
    drawn = "".join(_line(right, y, text, shown) for right, y, text in lines)
    return _file(f"BT /F {_SIZE} Tf\n{drawn}ET", _to_unicode(first))


def downward(columns: Sequence[str], *, right: float = 500, top: float = 700) -> bytes:
    """A page of Japanese lines of 12 points that run down, the first one on the right."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(612, 792))
    font = UnicodeCIDFont("HeiseiMin-W3", isVertical=True)
    pdfmetrics.registerFont(font)
    canvas.setFont(font.fontName, 12)
    for number, text in enumerate(columns):
        canvas.drawString(right - 20 * number, top, text)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _line(right: float, y: float, text: str, shown: dict[str, str]) -> str:
    glyphs = "".join(shown.get(char, char) for char in reversed(text))
    return f"1 0 0 1 {right - _ADVANCE * len(text)} {y} Tm ({glyphs}) Tj\n"


def _to_unicode(first: int) -> str:
    pairs = "\n".join(f"<{_FIRST_CODE + n:02X}> <{first + n:04X}>" for n in range(_LETTERS))
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <FF> endcodespacerange {_LETTERS} beginbfchar\n{pairs}\nendbfchar\n"
        "endcmap end end"
    )


def _file(content: str, to_unicode: str) -> bytes:
    widths = " ".join(["667"] * _LETTERS)
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(content)}>>\nstream\n{content}\nendstream",
        (
            f"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/FirstChar {_FIRST_CODE}"
            f"/LastChar {_FIRST_CODE + _LETTERS - 1}/Widths[{widths}]/ToUnicode 6 0 R>>"
        ),
        f"<</Length {len(to_unicode)}>>\nstream\n{to_unicode}\nendstream",
    ]
    written = "%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    count = len(objects) + 1
    end = f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer<</Size {count}/Root 1 0 R>>\n"
    return f"{written}{end}startxref\n{len(written)}\n%%EOF".encode("latin-1")
