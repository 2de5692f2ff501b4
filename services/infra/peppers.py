"""What API keys are checked by: keyed hashes, whose key comes from the installation's secret.

A digest is `hmac1.`, the name of the pepper and the HMAC-SHA-256. Keys of older versions, and those made
where the secret is not at hand, have a plain SHA-256 until they are used; of 192 random bits that tells
nothing either.
"""

import hashlib
import hmac
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from services.infra.secrets import SHORTEST_KEY, load_keys

KEYED = "hmac1."
_PURPOSE = b"kerf api keys, version 1"


class Peppers:
    """The first of `keys` makes new digests, every one of them knows its own: so a secret is replaced."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or any(len(key) < SHORTEST_KEY for key in keys):
            raise ValueError(f"a key for secrets has at least {SHORTEST_KEY} characters")
        self._peppers = {_mark_of(pepper): pepper for pepper in map(_derived, keys)}

    @classmethod
    def load(cls, given: str | None, folder: Path) -> Self:
        """Of the secret in the settings, else of the key file in `folder`, made if missing."""
        return cls(load_keys(given, folder))

    @property
    def marks(self) -> tuple[str, ...]:
        """How digests begin that these peppers made, those of the first one first."""
        return tuple(self._peppers)

    def digests(self, api_key: str) -> tuple[str, ...]:
        """Every form in which the database may have the key; the first is the one to keep."""
        data = _bytes(api_key)
        keyed = (
            mark + hmac.new(pepper, data, hashlib.sha256).hexdigest()
            for mark, pepper in self._peppers.items()
        )
        return *keyed, plain_digest(api_key)


def plain_digest(api_key: str) -> str:
    """The SHA-256 alone."""
    return hashlib.sha256(_bytes(api_key)).hexdigest()


def _bytes(api_key: str) -> bytes:
    """A header may hold what is no text; that is no key of ours, and no error."""
    return api_key.encode("utf-8", "surrogatepass")


def _derived(key: str) -> bytes:
    return hashlib.blake2b(_PURPOSE, key=hashlib.blake2b(key.encode()).digest(), digest_size=32).digest()


def _mark_of(pepper: bytes) -> str:
    """Tells digests of different peppers apart and says nothing about them."""
    return f"{KEYED}{hashlib.blake2b(pepper, person=b'pepper name', digest_size=4).hexdigest()}."
