"""What lies across a gutter between columns."""

import pytest

from models.geometry import Box
from services.extraction.frames import Placed
from services.extraction.raw import RawLine, RawWord, Style
from services.extraction.spanning import spanning


@pytest.mark.parametrize(("edge", "runs"), [(300.0, 0), (330.0, 1)])
def test_lines_that_stick_out_of_a_narrow_column_do_not_end_the_one_beside_them(
    edge: float, runs: int
) -> None:
    """`edge`: where the lines beside them begin; the column above begins at 300."""

    def placed_at(rank: int, x0: float, x1: float, y: float) -> Placed:
        line = RawLine((RawWord("word", Box(x0, y, x1, y + 9)),), Box(x0, y, x1, y + 9), Style(9.0))
        return Placed(line, rank, line.box)

    above = [placed_at(n, 300, 550, 100 + 11 * n) for n in range(10)]
    beside = [placed_at(10 + n, edge, 550, 210 + 11 * n) for n in range(3)]
    notes = [placed_at(20 + n, 40, 280, 210 + 11 * n) for n in range(3)]
    assert len(list(spanning([*above, *beside, *notes], 190))) == runs
