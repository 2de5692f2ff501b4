"""Secrets at rest: sealed with a key that is not in the database, each bound to the row it belongs to."""

import base64
import hashlib
import os
import secrets
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import Unavailable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SHORTEST_KEY = 32
LEAST_DIFFERENT = 10
"""Different characters of a key: 32 random hexadecimal digits have 14."""

KEY_FILE = "secret.key"
_MARK = "sealed.1"
_NONCE_BYTES = 12
_PURPOSE = b"kerf secrets at rest, version 1"


class SecretUnreadable(Unavailable):
    """A stored secret cannot be read: KERF_SECRET_KEY, or the key file, is not the one it was sealed with."""


class Cipher:
    """AES-256-GCM. The first of `keys` seals, every one of them opens: that is how a key is replaced."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or any(len(key) < SHORTEST_KEY for key in keys):
            raise ValueError(f"a key for secrets has at least {SHORTEST_KEY} characters")
        self._keys = {_name_of(derived): derived for derived in map(_derived, keys)}
        self._first = next(iter(self._keys))

    def seal(self, text: str, *, owner: str) -> str:
        """`text` as ASCII that only this key opens, and only for the same `owner`."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = _aes(self._keys[self._first]).encrypt(nonce, text.encode(), owner.encode())
        return self.mark + base64.b64encode(nonce + sealed).decode("ascii")

    def open(self, sealed: str, *, owner: str) -> str:
        """What was sealed for `owner`; SecretUnreadable for another key, owner or a changed byte."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - native code, loaded on first use

        mark, _, rest = sealed.rpartition(".")
        kind, _, name = mark.rpartition(".")
        try:
            data = base64.b64decode(rest, validate=True)
            opened = _aes(self._keys[name]).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], owner.encode())
        except (KeyError, ValueError, InvalidTag):
            raise SecretUnreadable from None
        if kind != _MARK:
            raise SecretUnreadable
        return opened.decode()

    @property
    def mark(self) -> str:
        """How everything begins that is sealed with the first key; what does not should be sealed again."""
        return f"{_MARK}.{self._first}."


def is_sealed(text: str) -> bool:
    """Whether `text` was made by a Cipher, of whatever key."""
    return text.startswith(_MARK + ".")


def load_cipher(given: str | None, folder: Path) -> Cipher:
    """The cipher of `given`, keys with commas between, else of the key file in `folder`, made if missing."""
    return Cipher(load_keys(given, folder))


def load_keys(given: str | None, folder: Path) -> list[str]:
    """The keys of an installation, the current one first; at least one."""
    keys = given.split(",") if given else [_key_file(folder / KEY_FILE)]
    return [key.strip() for key in keys]


def weakness(key: str) -> str | None:
    """Why a key should be replaced; None for one that looks random."""
    if len(key) < SHORTEST_KEY:
        return f"has fewer than {SHORTEST_KEY} characters"
    different = len(set(key))
    return f"has {different} different characters only" if different < LEAST_DIFFERENT else None


def _key_file(path: Path) -> str:
    """The file's key. Of several processes that make it at once one wins, and all read the same."""
    with suppress(FileNotFoundError):
        return path.read_text(encoding="ascii")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=".key-")  # readable by its owner alone
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(made, path)
    finally:
        Path(made).unlink()
    return path.read_text(encoding="ascii")


def _derived(key: str) -> bytes:
    return hashlib.blake2b(_PURPOSE, key=hashlib.blake2b(key.encode()).digest(), digest_size=32).digest()


def _name_of(derived: bytes) -> str:
    """What tells sealed texts of different keys apart; it says nothing about the key."""
    return hashlib.blake2b(derived, person=b"key name", digest_size=4).hexdigest()


def _aes(key: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - the same

    return AESGCM(key)
