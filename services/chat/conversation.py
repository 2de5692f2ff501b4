"""An endpoint of chat completions: one question, one short answer; every failure has words for it."""

import asyncio
import json
import time
from collections.abc import Sequence

import httpx2

from models.chat import ChatEndpoint
from services.segmentation.boundaries.shifts import INSTRUCTION, Unanswered
from services.webhooks.client import make_client
from services.webhooks.post import Answer, post

USER_AGENT = "Kerf/1"
CALL_SECONDS = 30.0
"""For one answer; the first bytes of it that are read are 16 KiB."""
PAUSES = (0.5, 2.0)
"""Seconds before what may have been bad luck is tried again."""
_PASSING = frozenset({408, 429, 500, 502, 503, 504})
_PASSING_ERRORS = frozenset({"timeout", "connection_lost", "connection_refused"})


class Conversation:
    """The questions of one document; each is put alone."""

    def __init__(self, endpoint: ChatEndpoint, pauses: Sequence[float] = PAUSES) -> None:
        self._endpoint = endpoint
        self._pauses = pauses
        self._ends = time.monotonic() + endpoint.seconds

    async def ask(self, question: str) -> str:
        """The answer's text; Unanswered."""
        async with make_client(allow_private=self._endpoint.allow_private) as client:
            reply = await self._posted(client, question)
            for pause in self._pauses:
                if not _may_pass(reply):
                    break
                await asyncio.sleep(pause)
                reply = await self._posted(client, question)
        if not reply.is_success:
            raise Unanswered(f"the endpoint's answer: {reply.error or f'status {reply.status}'}")
        return _content(reply.body)

    async def _posted(self, client: httpx2.AsyncClient, question: str) -> Answer:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise Unanswered(f"the questions took more than {self._endpoint.seconds:g} seconds")
        headers = {"content-type": "application/json", "user-agent": USER_AGENT}
        if self._endpoint.key:
            headers["authorization"] = f"Bearer {self._endpoint.key}"
        url = self._endpoint.url.rstrip("/") + "/chat/completions"
        body = self._body(question)
        return await post(client, url, headers=headers, body=body, deadline=min(left, CALL_SECONDS))

    def _body(self, question: str) -> bytes:
        messages = [{"role": "system", "content": INSTRUCTION}, {"role": "user", "content": question}]
        asked = {"model": self._endpoint.model, "messages": messages, "temperature": 0, "seed": 0}
        return json.dumps(asked).encode()


def _may_pass(reply: Answer) -> bool:
    return reply.error in _PASSING_ERRORS or reply.status in _PASSING


def _content(body: bytes) -> str:
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        content = None
    if not isinstance(content, str):
        raise Unanswered("the endpoint's answer: no chat completion")
    return content
