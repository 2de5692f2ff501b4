"""What this installation allows of webhooks, and how it keeps their secrets."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from services.infra.secrets import Cipher, load_cipher
from services.webhooks.own import NOWHERE, Own


@dataclass(frozen=True, slots=True)
class WebhookPolicy:
    """`allow_private` opens plain HTTP and private networks; `own` is what nobody may name as a target."""

    cipher: Cipher = field(repr=False)
    allow_private: bool = False
    own: Own = NOWHERE

    @classmethod
    def load(
        cls,
        *,
        secret_key: str | None,
        data_dir: Path,
        allow_private: bool,
        public_url: str | None,
        port: int,
    ) -> Self:
        """The policy of an installation with these settings; makes its key file if there is no key."""
        return cls(load_cipher(secret_key, data_dir), allow_private, Own.of(port, public_url))
