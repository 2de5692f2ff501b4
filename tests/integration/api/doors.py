"""An API with settings of its own, and how the tests of who is let in speak with it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import httpx2

Standing = Callable[..., AbstractAsyncContextManager[httpx2.AsyncClient]]


async def upload(client: httpx2.AsyncClient, words: str = "Either party may end it.") -> httpx2.Response:
    return await client.post("/v1/documents", files={"file": ("a.txt", words.encode())})
