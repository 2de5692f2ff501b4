"""What this installation fetches, and how long it bears with a source."""

from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin

from models.errors import TargetRefused
from models.fetching import FetchRefused
from services.webhooks import targets
from services.webhooks.own import NOWHERE, Own
from services.webhooks.targets import Target


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """Whether anything is fetched. `allow_private` opens plain HTTP and private networks, but never `own`."""

    is_on: bool = True
    allow_private: bool = False
    own: Own = NOWHERE

    def read(self, url: str) -> Target:
        """A URL as a caller gives it, without asking the network; TargetRefused."""
        return targets.parse(url, allow_private=self.allow_private, own=self.own)

    def hop(self, url: str, location: str) -> str:
        """Where a redirect from `url` leads; FetchRefused for what no caller may give, or less safe."""
        try:
            target = self.read(urldefrag(urljoin(url, location)).url)
        except (TargetRefused, ValueError) as refused:
            why = refused.detail if isinstance(refused, TargetRefused) else "It leads to no URL."
            raise FetchRefused(f"A redirect of the source is not followed. {why}") from None
        if url.startswith("https:") and target.scheme != "https":
            raise FetchRefused("A redirect of the source is not followed. It leads from https to http.")
        return target.url


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds for all of a fetch; for the look-up, the connection and the head of one answer; for its body.

    Of the body at least `least` bytes come in each `window` seconds of waiting for it.
    """

    deadline: float = 600.0
    head: float = 30.0
    window: float = 30.0
    least: int = 30 << 10


USUAL = Patience()
