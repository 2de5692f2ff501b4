"""Questions over real HTTP to an endpoint that answers well, badly, late or not at all."""

import json

import pytest

from models.chat import ChatEndpoint
from services.chat.conversation import Conversation
from services.segmentation.boundaries.shifts import Unanswered
from tests.integration.webhooks.receiver import Receiver, Reply, Script, receiver
from tests.support.chat import asked, completion

KEY = "sk-not-for-logs"
NO_PAUSES = (0.0, 0.0)


def endpoint(server: Receiver, *, allow_private: bool = True, seconds: float = 60) -> ChatEndpoint:
    url = f"http://127.0.0.1:{server.server_port}/v1/"
    return ChatEndpoint(url, "small", KEY, allow_private=allow_private, seconds=seconds)


async def reason_of(script: Script, *, allow_private: bool = True, seconds: float = 60) -> tuple[str, int]:
    """Why there was no answer, and after how many requests."""
    with receiver(script) as server:
        told = endpoint(server, allow_private=allow_private, seconds=seconds)
        with pytest.raises(Unanswered) as failure:
            await Conversation(told, NO_PAUSES).ask("ID 0: a\nID 1: b")
        return str(failure.value), len(server.requests)


async def test_a_question_is_one_chat_completion() -> None:
    with receiver(lambda _: completion("Answer: ID 1")) as server:
        assert await Conversation(endpoint(server)).ask("ID 0: a\nID 1: b") == "Answer: ID 1"
    (received,) = server.requests
    assert received.path == "/v1/chat/completions"
    assert received.headers["authorization"] == f"Bearer {KEY}"
    body = asked(received)
    assert (body["model"], body["temperature"], body["seed"]) == ("small", 0, 0)
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert body["messages"][1]["content"] == "ID 0: a\nID 1: b"


@pytest.mark.parametrize("bad", [Reply(429), Reply(500), Reply(503), Reply(reset=True)])
async def test_what_may_have_been_bad_luck_is_tried_again(bad: Reply) -> None:
    replies = iter([bad, completion("Answer: none")])
    with receiver(lambda _: next(replies)) as server:
        assert await Conversation(endpoint(server), NO_PAUSES).ask("ID 0: a") == "Answer: none"


async def test_there_is_an_end_to_trying() -> None:
    assert await reason_of(lambda _: Reply(500)) == ("the endpoint's answer: status 500", 3)
    assert await reason_of(lambda _: Reply(401)) == ("the endpoint's answer: status 401", 1)


async def test_no_redirect_is_followed() -> None:
    elsewhere = Reply(302, headers=(("location", "/v1/other"),))
    assert await reason_of(lambda _: elsewhere) == ("the endpoint's answer: status 302", 1)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"\xff\xfe",
        b"[" * 10_000,
        b"[]",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": 7}}]}',
        json.dumps({"choices": [{"message": {"content": "Answer: ID 1" + " " * (1 << 20)}}]}).encode(),
    ],
)
async def test_what_is_no_completion_or_too_long_is_no_answer(body: bytes) -> None:
    assert await reason_of(lambda _: Reply(body=body)) == ("the endpoint's answer: no chat completion", 1)


async def test_what_is_not_http_is_no_answer() -> None:
    assert await reason_of(lambda _: Reply(garbage=b"220 mail.example ESMTP\r\n")) == (
        "the endpoint's answer: not_http",
        1,
    )


async def test_one_document_may_not_wait_for_ever() -> None:
    why, _ = await reason_of(lambda _: Reply(delay=600), seconds=0.2)
    assert why == "the questions took more than 0.2 seconds"


async def test_private_addresses_are_refused_unless_allowed() -> None:
    assert await reason_of(lambda _: completion(""), allow_private=False) == (
        "the endpoint's answer: target_refused",
        0,
    )
    metadata = ChatEndpoint("http://169.254.169.254/v1", "small", KEY, allow_private=True)
    with pytest.raises(Unanswered, match="target_refused"):
        await Conversation(metadata, NO_PAUSES).ask("ID 0: a")


def test_the_key_is_in_no_description() -> None:
    assert KEY not in repr(ChatEndpoint("https://models.example/v1", "small", KEY))
