"""Standard Webhooks 1.0.0, symmetric signatures: `v1,` + base64 HMAC-SHA256 over `id.timestamp.body`."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence

SECRET_PREFIX = "whsec_"  # noqa: S105 - the public prefix of every secret, not a secret
SHORTEST_SECRET = 24
LONGEST_SECRET = 64
NEW_SECRET_BYTES = 32


def new_secret() -> str:
    """A fresh secret of one endpoint: `whsec_` and the base64 of 32 random bytes."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(NEW_SECRET_BYTES)).decode("ascii")


def key_of(secret: str) -> bytes:
    """The 24 to 64 random bytes a secret spells; ValueError for anything else."""
    if not secret.startswith(SECRET_PREFIX):
        raise ValueError("a webhook secret begins with whsec_")
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("a webhook secret is base64 after its prefix") from None
    if not SHORTEST_SECRET <= len(key) <= LONGEST_SECRET:
        raise ValueError("a webhook secret has 24 to 64 bytes")
    return key


def sign(
    secret: str, message_id: str, timestamp: int, body: bytes, *, old: Sequence[str] = ()
) -> dict[str, str]:
    """The three headers of one attempt; `timestamp` is in whole seconds since 1970, `body` as it is sent.

    One signature for each secret, the current one first: a receiver may verify with whichever it has.
    """
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(_signature(one, signed) for one in (secret, *old)),
    }


def _signature(secret: str, signed: bytes) -> str:
    digest = hmac.new(key_of(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode("ascii")
