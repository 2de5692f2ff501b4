"""Standard Webhooks 1.0.0 as its published Python package reads it."""

import base64
import json
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from services.webhooks.signing import key_of, new_secret, sign

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
BODY = '{"type":"document.succeeded","timestamp":"2026-01-01T00:00:00Z","data":{"n":"Über 条約"}}'.encode()


def verifies(secret: str, body: bytes, headers: dict[str, str]) -> bool:
    try:
        Webhook(secret).verify(body, headers, json_parse=False)
    except (WebhookVerificationError, UnicodeDecodeError, ValueError):
        return False
    return True


def now() -> int:
    return int(time.time())


def test_the_three_headers_are_those_of_the_specification() -> None:
    # the example of the specification's own test vectors: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
    headers = sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1_614_265_330,
        b'{"test": 2432232314}',
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@given(
    body=st.text().map(lambda text: json.dumps({"text": text}).encode()),
    key=st.binary(min_size=24, max_size=64),
)
def test_the_published_library_verifies_every_message(body: bytes, key: bytes) -> None:
    secret = "whsec_" + base64.b64encode(key).decode()
    assert verifies(secret, body, sign(secret, "evt_1", now(), body))


def test_a_thousand_messages_verify_each_with_its_own_secret() -> None:
    secrets = {new_secret() for _ in range(1_000)}
    assert len(secrets) == 1_000
    assert all(verifies(secret, BODY, sign(secret, "evt_1", now(), BODY)) for secret in secrets)


def changed(data: bytes) -> Iterator[bytes]:
    """`data` with one byte changed to each of three other values, at each place."""
    for index, byte in enumerate(data):
        for flip in (0x01, 0x20, 0x80):
            yield data[:index] + bytes([byte ^ flip]) + data[index + 1 :]


def test_a_change_of_any_single_byte_of_the_body_is_noticed() -> None:
    headers = sign(SECRET, "evt_1", now(), BODY)
    assert not [body for body in changed(BODY) if verifies(SECRET, body, headers)]


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp"])
def test_a_change_of_any_single_byte_of_a_signed_header_is_noticed(name: str) -> None:
    headers = sign(SECRET, "evt_0123456789abcdef", now(), BODY)
    tampered = [headers | {name: value.decode("latin-1")} for value in changed(headers[name].encode())]
    assert not [one for one in tampered if verifies(SECRET, BODY, one)]


def test_a_change_of_any_single_bit_of_the_signature_is_noticed() -> None:
    headers = sign(SECRET, "evt_1", now(), BODY)
    digest = base64.b64decode(headers["webhook-signature"].removeprefix("v1,"))
    tampered = ["v1," + base64.b64encode(one).decode() for one in changed(digest)]
    assert not [one for one in tampered if verifies(SECRET, BODY, headers | {"webhook-signature": one})]


@pytest.mark.parametrize("age", [-301, 301])
def test_a_message_more_than_five_minutes_away_is_stale(age: int) -> None:
    assert not verifies(SECRET, BODY, sign(SECRET, "evt_1", now() + age, BODY))


def test_the_secret_of_one_endpoint_does_not_verify_for_another() -> None:
    assert not verifies(new_secret(), BODY, sign(new_secret(), "evt_1", now(), BODY))


def test_a_new_secret_has_between_24_and_64_bytes() -> None:
    secret = new_secret()
    assert secret.startswith("whsec_")
    assert 24 <= len(key_of(secret)) <= 64


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "secret_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_not base64!",
        "whsec_c2hvcnQ=",
        SECRET[:-1],
        "whsec_" + base64.b64encode(bytes(65)).decode(),
    ],
)
def test_a_secret_of_another_form_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="webhook secret"):
        key_of(secret)
