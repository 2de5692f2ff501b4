"""Which URLs are fetched from, and where redirects may lead."""

from datetime import UTC, datetime

import pytest

from models.errors import TargetRefused
from models.fetching import FetchFailed, FetchRefused
from services.fetches.policy import FetchPolicy
from services.fetches.settling import JITTER, LONGEST_WAIT, WAITS, due_after
from services.fetches.submission import shown
from services.webhooks.own import Own
from tests.unit.webhooks.hostile import HOSTS_OF_LOOPBACK, WHOLE_URLS

HERE = "https://example.com/a/b?c"


@pytest.mark.parametrize("url", [*WHOLE_URLS, *(f"https://{host}/" for host in HOSTS_OF_LOOPBACK)])
def test_no_hostile_url_is_taken_nor_followed(url: str) -> None:
    policy = FetchPolicy()
    with pytest.raises(TargetRefused):
        policy.read(url)


@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        ("/x", "https://example.com/x"),
        ("d", "https://example.com/a/d"),
        ("?e", "https://example.com/a/b?e"),
        ("../../../f", "https://example.com/f"),
        ("//other.example.com/x", "https://other.example.com/x"),
        ("https://other.example.com/x#part", "https://other.example.com/x"),
        ("HTTPS://Other.Example.com", "https://other.example.com/"),
    ],
)
def test_a_redirect_leads_where_it_says(location: str, leads_to: str) -> None:
    assert FetchPolicy().hop(HERE, location) == leads_to


@pytest.mark.parametrize(
    "location",
    [
        "http://example.com/",
        "//127.0.0.1/",
        "//user@example.com/",
        "https://example.com:22/",
        "https://[::1",
        "javascript:alert(1)",
        "data:text/plain,x",
        "https://kerf.example.com/",
        "/a b",
    ],
)
def test_a_redirect_that_no_caller_could_ask_for_is_not_followed(location: str) -> None:
    policy = FetchPolicy(own=Own.of(0, "https://kerf.example.com"))
    with pytest.raises(FetchRefused):
        policy.hop(HERE, location)


def test_from_plain_http_a_redirect_may_lead_anywhere_that_is_allowed() -> None:
    policy = FetchPolicy(allow_private=True)
    assert policy.hop("http://127.0.0.1:8080/a", "http://127.0.0.1:8081/b") == "http://127.0.0.1:8081/b"
    assert policy.hop("http://127.0.0.1/", "https://example.com/") == "https://example.com/"
    with pytest.raises(FetchRefused):
        policy.hop("https://127.0.0.1/", "http://127.0.0.1/")


def test_what_is_shown_of_a_url_has_no_query() -> None:
    target = FetchPolicy().read("https://example.com:8443/a/b.pdf?X-Amz-Signature=s&x=?y")
    assert shown(target) == "https://example.com:8443/a/b.pdf"


def test_waits_grow_and_a_source_may_ask_for_longer_ones_but_not_for_ever() -> None:
    now = datetime.now(UTC)

    def wait(failed: int, retry_after: float | None = None) -> float:
        return (due_after(FetchFailed(retry_after=retry_after), failed, now) - now).total_seconds()

    for failed, usual in enumerate(WAITS):
        assert usual * (1 - JITTER) - 0.001 <= wait(failed) <= usual * (1 + JITTER) + 0.001
    assert wait(0, 100) == 100
    assert wait(0, -5) > 0
    assert wait(0, 10**9) == LONGEST_WAIT
