"""Secrets at rest: readable with the key and for their owner, and in no other way."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.infra.secrets import KEY_FILE, Cipher, SecretUnreadable, is_sealed, load_cipher

OLD, NEW = "an old key of forty characters or more..", "a new key of forty characters or more..."
TEXT = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@given(text=st.text(st.characters(codec="utf-8")), owner=st.text(st.characters(codec="utf-8")))
def test_what_is_sealed_is_opened(text: str, owner: str) -> None:
    cipher = Cipher([NEW])
    sealed = cipher.seal(text, owner=owner)
    assert cipher.open(sealed, owner=owner) == text
    assert sealed.isascii()
    assert is_sealed(sealed)


def test_the_same_text_is_never_sealed_the_same_way_and_does_not_show() -> None:
    cipher = Cipher([NEW])
    sealed = {cipher.seal(TEXT, owner="ep_1") for _ in range(100)}
    assert len(sealed) == 100
    assert not [one for one in sealed if TEXT in one or TEXT.removeprefix("whsec_") in one or NEW in one]


def test_another_owner_another_key_or_a_changed_letter_opens_nothing() -> None:
    cipher = Cipher([NEW])
    sealed = cipher.seal(TEXT, owner="ep_1")
    changed = [
        sealed[:at] + ("A" if letter != "A" else "B") + sealed[at + 1 :] for at, letter in enumerate(sealed)
    ]
    for one in [*changed, sealed[:-4], "", "sealed", "sealed.1", "sealed.1.0.", TEXT, sealed + "\n"]:
        with pytest.raises(SecretUnreadable):
            cipher.open(one, owner="ep_1")
    with pytest.raises(SecretUnreadable):
        cipher.open(sealed, owner="ep_2")
    with pytest.raises(SecretUnreadable):
        Cipher([OLD]).open(sealed, owner="ep_1")


def test_a_key_is_replaced_by_naming_the_new_one_first() -> None:
    sealed = Cipher([OLD]).seal(TEXT, owner="ep_1")
    both = load_cipher(f"{NEW}, {OLD}", Path("nowhere"))
    assert both.open(sealed, owner="ep_1") == TEXT
    again = both.seal(TEXT, owner="ep_1")
    assert not sealed.startswith(both.mark)
    assert again.startswith(both.mark)
    assert Cipher([NEW]).open(again, owner="ep_1") == TEXT


@pytest.mark.parametrize("keys", [[], [""], ["short"], [NEW, "x" * 31]])
def test_a_short_key_is_refused(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="at least 32 characters"):
        Cipher(keys)


def test_without_a_key_one_is_made_for_its_owner_alone_and_found_again(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    sealed = load_cipher(None, folder).seal(TEXT, owner="ep_1")
    assert load_cipher(None, folder).open(sealed, owner="ep_1") == TEXT
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == [KEY_FILE]


def test_many_that_make_the_key_at_once_have_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        marks = set(pool.map(lambda _: load_cipher(None, tmp_path).mark, range(64)))
    assert len(marks) == 1
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]
