"""The grammar of entity tags, and what conditions decide (RFC 9110, sections 8.8.3 and 13)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.conditions import Conditions, Named, NotModified, PreconditionFailed

OPAQUE = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters='"\x7f')
    | st.sampled_from("\x80\xff,")
)


@pytest.mark.parametrize(
    ("field", "strong", "weak", "anything"),
    [
        ('"a"', {"a"}, set(), False),
        ('W/"a"', set(), {"a"}, False),
        ('"a", W/"b" ,"c,d"', {"a", "c,d"}, {"b"}, False),
        (', ,"a",, \t,', {"a"}, set(), False),
        ('""', {""}, set(), False),
        ('"\xff!#~"', {"\xff!#~"}, set(), False),
        (" * ", set(), set(), True),
        # what keeps to no grammar names nothing
        ("", set(), set(), False),
        ("a", set(), set(), False),
        ('"a', set(), set(), False),
        ('"a" "b"', set(), set(), False),
        ('w/"a"', set(), set(), False),
        ('W/ "a"', set(), set(), False),
        ('"a b"', set(), set(), False),
        ('"a", *', set(), set(), False),
        ('*, "a"', set(), set(), False),
        ('"a";q=1', set(), set(), False),
        ('"\x7f"', set(), set(), False),
        ('"a\x00"', set(), set(), False),
    ],
)
def test_a_list_of_tags_is_read_as_rfc_9110_writes_it(
    field: str,
    strong: set[str],
    weak: set[str],
    anything: bool,  # noqa: FBT001  # an expected value
) -> None:
    assert Named.read(field) == Named(frozenset(strong), frozenset(weak), anything)


@given(st.lists(st.tuples(st.booleans(), OPAQUE), max_size=8), st.sampled_from([",", ", ", " ,\t", ",,"]))
def test_every_list_that_can_be_written_is_read(tags: list[tuple[bool, str]], between: str) -> None:
    written = between.join(f'{"W/" if weak else ""}"{opaque}"' for weak, opaque in tags)
    found = Named.read(written)
    assert found.strong == {opaque for weak, opaque in tags if not weak}
    assert found.weak == {opaque for weak, opaque in tags if weak}


@given(st.text(st.characters(max_codepoint=0xFF)) | st.text('"W/, *a'))
def test_no_value_is_too_strange_to_be_read(field: str) -> None:
    Named.read(field)


@pytest.mark.parametrize("piece", ['"', '"a",', ",", " ", 'W/"', "\t,", '"a" '])
def test_a_megabyte_of_anything_is_read_in_one_pass(piece: str) -> None:
    field = piece * (1_000_000 // len(piece))
    Named.read(field)
    Named.read(field + "x")  # the square of it would be hours


@pytest.mark.parametrize(
    ("reads", "match", "none_match", "outcome"),
    [
        (True, None, None, None),
        (True, None, '"t"', NotModified),
        (True, None, 'W/"t"', NotModified),
        (True, None, "*", NotModified),
        (True, None, '"u"', None),
        (True, '"t"', None, None),
        (True, 'W/"t"', None, PreconditionFailed),
        (True, "*", '"t"', NotModified),
        (True, '"u"', '"t"', PreconditionFailed),  # If-Match comes first
        (False, None, '"t"', PreconditionFailed),
        (False, None, "*", PreconditionFailed),
        (False, '"u", "t"', None, None),
        (False, '"u"', None, PreconditionFailed),
        (False, "nonsense", None, PreconditionFailed),
        (False, None, "nonsense", None),
    ],
)
def test_conditions_decide_as_section_13_says(
    reads: bool,  # noqa: FBT001  # a case
    match: str | None,
    none_match: str | None,
    outcome: type[Exception] | None,
) -> None:
    conditions = Conditions(reads, match and Named.read(match), none_match and Named.read(none_match))  # type: ignore[arg-type]  # None stays None
    if outcome is None:
        assert conditions.met("t")["ETag"] == '"t"'
    else:
        with pytest.raises(outcome):
            conditions.met("t")
