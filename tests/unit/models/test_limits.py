"""Limits are lowered, never raised."""

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.limits import DEFAULT_LIMITS, Limits

NAMES = sorted(asdict(DEFAULT_LIMITS))
WANTED = st.dictionaries(
    st.sampled_from([*NAMES, "of another version"]), st.floats(1, 1e300) | st.integers(1, 10**15)
)


@given(WANTED)
def test_a_lowered_limit_is_the_smaller_one_and_no_other_changes(wanted: dict[str, float]) -> None:
    before, after = asdict(DEFAULT_LIMITS), asdict(DEFAULT_LIMITS.lowered(wanted))
    for name in NAMES:
        assert after[name] <= before[name]
        assert after[name] <= wanted.get(name, before[name])
        assert after[name] == before[name] or name in wanted
        assert type(after[name]) is type(before[name])


@pytest.mark.parametrize("name", NAMES)
def test_lowering_twice_is_lowering_to_the_smaller(name: str) -> None:
    once = Limits().lowered({name: 300}).lowered({name: 500})
    assert once == Limits().lowered({name: 300})
