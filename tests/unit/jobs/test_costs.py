"""What a job is likely to cost, and how urgent it is."""

import pytest

from models import costs
from models.urgency import FIRST, LATER, PATIENT, SMALL, Urgency, priority_of


def test_more_bytes_cost_more_and_nothing_is_free() -> None:
    for name in ("a.pdf", "b.txt", "c", "d.zip", "e.PNG"):
        assert 0 < costs.of_upload(name, 0) < costs.of_upload(name, 10 << 20)


def test_a_picture_costs_more_than_a_text_of_its_size() -> None:
    assert costs.of_upload("scan.PNG", 100_000) > 5 * costs.of_upload("scan.txt", 100_000)


def test_pages_have_their_price() -> None:
    assert costs.of_pages(100) == pytest.approx(costs.START + 100 * costs.PAGE)


@pytest.mark.parametrize(
    ("urgency", "size", "is_parsed", "priority"),
    [
        (Urgency.AUTO, SMALL, False, FIRST),
        (Urgency.AUTO, SMALL + 1, False, LATER),
        (Urgency.AUTO, SMALL + 1, True, FIRST),
        (Urgency.INTERACTIVE, 10 * SMALL, False, FIRST),
        (Urgency.BULK, 1, True, PATIENT),
    ],
)
def test_small_documents_are_urgent_unless_they_are_said_to_be_bulk(
    urgency: Urgency,
    size: int,
    is_parsed: bool,  # noqa: FBT001 - a column of the table
    priority: int,
) -> None:
    assert priority_of(urgency, size, is_parsed=is_parsed) == priority
