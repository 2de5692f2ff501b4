"""The made-up page of docs/s2.md: `python -m tests.bench.s2.example page.pdf`."""

import sys
from pathlib import Path

from tests.bench.s2.magazines import magazines

SEED, BOX_IN_COLUMN = 2, 1
"""With them the article is about canals, and the box in its second column about bread."""


def article(name: str) -> list[str]:
    """Paragraphs of our own."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8").strip().split("\n\n")


def main() -> None:
    """Write the page."""
    pages = magazines([article("canals.txt"), article("bread.txt")], BOX_IN_COLUMN + 1, seed=SEED)
    Path(sys.argv[1]).write_bytes(pages[BOX_IN_COLUMN].pdf)


if __name__ == "__main__":
    main()
