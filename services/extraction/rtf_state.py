"""What holds inside a group of RTF, and the tables at its head."""

from dataclasses import dataclass, field, replace
from enum import Enum, auto

_DEEPEST = 5


class Into(Enum):
    """Where the text of a group goes."""

    BODY = auto()
    NOTE = auto()
    LABEL = auto()
    CODE = auto()
    EDGE = auto()
    COMMENT = auto()
    METADATA = auto()
    FONTS = auto()
    STYLES = auto()
    NOTHING = auto()
    UNKNOWN = auto()


@dataclass(slots=True)
class Group:
    """A group with the looks of its characters and its paragraph; an inner one begins with the same.

    `name`: the destination it is itself; `about`: what its text says of the file; `is_new`: nothing stood in
    it yet; `is_optional`: it may be ignored; `skip`: how many characters stand for a code point; `outline`
    and `level` (of a list) count from 0.
    """

    into: Into = Into.BODY
    shown: Into = Into.BODY
    name: str = ""
    about: str = ""
    is_new: bool = True
    is_optional: bool = False
    font: int | None = None
    skip: int = 1
    is_hidden: bool = False
    is_deleted: bool = False
    style: int = 0
    outline: int | None = None
    level: int = 0
    in_table: bool = False
    in_list: bool = False

    def inner(self) -> "Group":
        """A group inside it."""
        return replace(self, is_new=True, is_optional=False, name="")

    def set_paragraph(self, word: str, number: int | None) -> None:
        """A control word of the paragraph's looks; `pard` takes all away."""
        if word == "pard":
            self.style, self.outline, self.level, self.in_table, self.in_list = 0, None, 0, False, False
        elif word == "s":
            self.style = number or 0
        elif word == "outlinelevel":
            self.outline = number
        elif word == "ilvl":
            self.level = min(max(number or 0, 0), _DEEPEST)
        elif word == "ls":
            self.in_list = bool(number)
        elif word == "intbl":
            self.in_table = True


@dataclass(slots=True)
class Tables:
    """Encodings of fonts, outline levels of styles."""

    fonts: dict[int | None, str] = field(default_factory=dict)
    outlines: dict[int, int] = field(default_factory=dict)
    titles: set[int] = field(default_factory=set)
    default: str = "cp1252"
    default_font: int | None = None

    def encoding(self, font: int | None) -> str:
        """That of the font, else that of the file."""
        return self.fonts.get(self.default_font if font is None else font, self.default)

    def set_default(self, page: int) -> None:
        """The code page of the file, if it is one that Python knows."""
        try:
            b"".decode(f"cp{page}")
        except LookupError:
            return
        self.default = f"cp{page}"
