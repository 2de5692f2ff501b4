"""`kerf doctor` of a bucket: what works, what does not and why, and nothing secret."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import obstore
import pytest
from obstore.exceptions import PermissionDeniedError

from cli.check_bucket import check_bucket
from cli.findings import Finding, State
from services.infra import s3
from services.infra.s3_probe import BucketUnusable, Step, probe
from tests.support.s3 import KEYS, Server


@contextmanager
def guarded(server: Server) -> Iterator[None]:
    """The server knows nobody, where it lets everybody do everything else."""
    try:
        httpx2.post(f"{server.url}/moto-api/reset-auth", content=b"0").raise_for_status()
        yield
    finally:
        httpx2.post(f"{server.url}/moto-api/reset-auth", content=b"inf").raise_for_status()


def broken(url: str) -> str:
    """Why; checked to hold neither keys nor what the server said."""
    found = check_bucket(url)
    assert (found.name, found.state) == ("bucket", State.BROKEN)
    why = found.detail.removeprefix(f"{url}: ")
    assert not any(part in why for part in (*list(KEYS.values())[:2], "<Error>", "http://"))
    return why


def test_a_bucket_that_works_is_good_and_keeps_nothing_of_the_probe(bucket: str) -> None:
    found = check_bucket(bucket)
    assert found == Finding("bucket", State.GOOD, f"{bucket} can be listed, written, read and removed from")
    assert [item for page in obstore.list(s3.bucket(bucket)) for item in page] == []


def test_without_a_bucket_there_is_nothing_to_check() -> None:
    assert check_bucket(None).state is State.ABSENT


def test_a_bucket_that_is_not_there_is_said(bucket: str) -> None:
    assert broken("s3://nobody-made-this/x") == "It cannot be listed: the store answers NoSuchBucket."
    assert check_bucket(bucket).state is State.GOOD


def test_keys_that_the_store_does_not_know_are_said(bucket: str, s3_server: Server) -> None:
    with guarded(s3_server):
        assert broken(bucket) == "It cannot be listed: the store answers InvalidAccessKeyId."


def test_a_store_that_cannot_be_reached_is_said(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for endpoint in ("http://127.0.0.1:1", "http://nowhere.invalid"):
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        assert broken(bucket) == "It cannot be listed: nobody answers at AWS_ENDPOINT_URL."


def test_a_missing_key_is_said(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert "AWS_SECRET_ACCESS_KEY are not both set" in broken(bucket)


@pytest.mark.parametrize(
    ("function", "step"), [("put", Step.WRITTEN), ("get", Step.READ), ("delete", Step.REMOVED)]
)
def test_each_thing_that_keys_may_not_is_named(
    bucket: str, monkeypatch: pytest.MonkeyPatch, function: str, step: Step
) -> None:
    """As keys with some rights only behave, which the server of the tests does not have."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionDeniedError("<Code>AccessDenied</Code> for kerf")

    monkeypatch.setattr(obstore, function, refuse)
    with pytest.raises(BucketUnusable) as caught:
        probe(bucket)
    assert (caught.value.step, caught.value.why) == (step, "the store answers AccessDenied")
