"""Chat completions as a server sends them, and a model that is told apart by the last letters of passages."""

import json
from typing import Any

from tests.integration.webhooks.receiver import Received, Reply


def completion(content: object) -> Reply:
    """An answer with these words."""
    body = {"id": "1", "choices": [{"index": 0, "message": {"role": "assistant", "content": content}}]}
    return Reply(headers=(("content-type", "application/json"),), body=json.dumps(body).encode())


def asked(received: Received) -> Any:
    """What was sent."""
    return json.loads(received.body)


def by_topic(received: Received) -> Reply:
    """Names the first passage whose last letter is not that of the first one."""
    return completion(first_other(asked(received)["messages"][-1]["content"]))


def first_other(question: str) -> str:
    """The answer to a question, or that there is no such passage."""
    lines = [line.split(": ", 1) for line in question.split("\n")]
    other = next((name for name, text in lines[1:] if text[-2] != lines[0][1][-2]), "none")
    return f"Answer: {other}"


def passages(topics: str) -> str:
    """A paragraph for each topic, which is a letter."""
    return "\n\n".join(f"Paragraph {i} says something of {topic}." for i, topic in enumerate(topics))
