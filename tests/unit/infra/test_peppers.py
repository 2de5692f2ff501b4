"""Digests of API keys: keyed, told apart by the secret that made them, and of older versions known still."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.infra.peppers import KEYED, Peppers, plain_digest
from services.infra.secrets import KEY_FILE, Cipher

OLD, NEW = "an old key of forty characters or more..", "a new key of forty characters or more..."
API_KEY = "kerf_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_a_digest_names_its_pepper_and_shows_neither_secret_nor_key() -> None:
    kept, plain = Peppers([NEW]).digests(API_KEY)
    (mark,) = Peppers([NEW]).marks
    assert kept.startswith(mark)
    assert mark.startswith(KEYED)
    assert len(kept.removeprefix(mark)) == 64
    assert plain == plain_digest(API_KEY) == hashlib.sha256(API_KEY.encode()).hexdigest()
    assert not [part for part in (API_KEY, NEW, plain) if part in kept]


def test_another_secret_makes_another_digest_and_the_old_one_is_known_behind_the_new() -> None:
    old, _ = Peppers([OLD]).digests(API_KEY)
    new, _ = Peppers([NEW]).digests(API_KEY)
    assert old != new
    assert Peppers([NEW, OLD]).digests(API_KEY) == (new, old, plain_digest(API_KEY))


def test_a_pepper_is_not_the_key_that_seals() -> None:
    assert Cipher([NEW]).mark.split(".")[2] != Peppers([NEW]).marks[0].split(".")[1]


def test_the_key_file_is_that_of_the_installation(tmp_path: Path) -> None:
    first, second = Peppers.load(None, tmp_path), Peppers.load(None, tmp_path)
    assert first.marks == second.marks
    assert (tmp_path / KEY_FILE).exists()
    assert Peppers.load(f" {NEW} , {OLD}", tmp_path).marks == Peppers([NEW, OLD]).marks


@given(st.text(st.characters()))
def test_whatever_a_header_holds_has_digests(sent: str) -> None:
    assert len(set(Peppers([NEW]).digests(sent))) == 2


@pytest.mark.parametrize("keys", [[], [""], ["short"], [NEW, "x" * 31]])
def test_a_short_secret_is_refused(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="at least 32 characters"):
        Peppers(keys)
