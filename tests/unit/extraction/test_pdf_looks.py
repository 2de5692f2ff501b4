import pytest

from services.extraction.pdf_looks import line_looks


@pytest.mark.parametrize(
    ("font", "slanted"),
    [
        ("GulliverIT", True),
        ("CMTI10", True),
        ("Goudy-It", True),
        ("Garamond-BoldItalic", True),
        ("Courier-Oblique", True),
        ("GulliverRM", False),
        ("UNIT", False),
        ("DigitalSans", False),
    ],
)
def test_a_font_that_is_called_slanted_is_so_when_its_file_does_not_say_it(
    font: str, *, slanted: bool
) -> None:
    span = {"text": "2.3. Water", "font": font, "flags": 4, "size": 10.0, "origin": (0.0, 0.0)}
    style, _ = line_looks([span], 9)
    assert style.italic is slanted


def test_the_looks_of_a_line_are_known_although_an_accent_was_put_onto_its_letter() -> None:
    spans = [
        {"text": "2", "font": "Times", "flags": 5, "size": 6.0, "origin": (0.0, -3.0)},
        {"text": "Neuch\u02c6atel", "font": "Times", "flags": 4, "size": 8.0, "origin": (4.0, 0.0)},
    ]
    _, runs = line_looks(spans, len("2Neuch\u00e2tel"))
    assert [(run.letters, run.raised) for run in runs] == [(1, True), (9, False)]


def test_indices_and_exponents_are_told_from_the_level_of_most_letters() -> None:
    def span(text: str, size: float, level: float) -> dict[str, object]:
        return {"text": text, "font": "CMMI10", "flags": 4, "size": size, "origin": (0.0, level)}

    spans = [span("x", 10, 100), span("t", 7, 101.5), span(" )", 10, 101.5), span("denotes", 10, 100)]
    _, runs = line_looks([*spans, span("2", 7, 96)], 11)
    shifts = [(run.letters, run.raised, run.lowered) for run in runs]
    assert shifts == [(1, False, False), (1, False, True), (8, False, False), (1, True, False)]
