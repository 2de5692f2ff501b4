"""The headers of tus 1.0.0 (https://tus.io/protocols/resumable-upload), read strictly and written."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import InvalidRequest
from api.text import checked
from models.resuming import MalformedHeader, UnsupportedVersion
from models.tables.uploads import UploadRecord

VERSION = "1.0.0"
PREFIX = "/v1/uploads"
BYTES = "application/offset+octet-stream"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
ALGORITHMS = ("sha1", "sha256", "sha512")
OVERRIDES = {"DELETE", "HEAD", "PATCH"}

NUMBER = r"^[0-9]{1,18}$"
PAIR = r"[!-+\--~]+( [A-Za-z0-9+/]*={0,2})?"
METADATA = rf"^({PAIR}( *, *{PAIR})*)?$"
CHECKSUM = r"^[!-~]+ [A-Za-z0-9+/]+={0,2}$"
LONGEST_METADATA = 128 << 10
UNSUPPORTED = {
    "Upload-Defer-Length": "The length of an upload must be known here when it begins: send `Upload-Length`.",
    "Upload-Concat": "Uploads cannot be joined here; send the file as one.",
}


class Checksum:
    """What the bytes of one request have to be."""

    def __init__(self, algorithm: str, digest: bytes) -> None:
        self._hash = hashlib.new(algorithm, usedforsecurity=False)
        self._digest = digest

    def update(self, data: bytes) -> None:
        """Some more of them."""
        self._hash.update(data)

    @property
    def is_met(self) -> bool:
        """Whether they are."""
        return hmac.compare_digest(self._hash.digest(), self._digest)


class Tus:
    """Says the version in every answer about uploads, and lets `X-HTTP-Method-Override` name the method."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI call."""
        if scope["type"] != "http" or not is_about_uploads(scope["path"]):
            await self.app(scope, receive, send)
            return
        method = Headers(scope=scope).get("x-http-method-override", "").upper()
        if scope["method"] == "POST" and method in OVERRIDES:
            scope["method"] = method

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Tus-Resumable"] = VERSION
                if message["status"] == HTTPStatus.PRECONDITION_FAILED:
                    headers["Tus-Version"] = VERSION
            await send(message)

        await self.app(scope, receive, telling)


def is_about_uploads(path: str) -> bool:
    """Whether a path is one of those where tus is spoken."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def brings_bytes(method: str, path: str) -> bool:
    """Whether a request may have a body as large as an upload."""
    return (method, path) == ("POST", PREFIX) or (method == "PATCH" and is_about_uploads(path))


def require_version(request: Request) -> None:
    """UnsupportedVersion for a caller who does not speak this one."""
    if request.headers.getlist("Tus-Resumable") != [VERSION]:
        raise UnsupportedVersion


def read_number(request: Request, name: str) -> int:
    """A byte count; MalformedHeader for anything but digits, once."""
    text = _one(request, name)
    if text is None or not re.fullmatch(NUMBER, text):
        raise MalformedHeader(
            f"{name} must be there once, a number of at most 18 digits.", pointer=f"/{name}"
        )
    return int(text)


def read_length(request: Request) -> int:
    """How many bytes the upload will have; MalformedHeader, also for what only other extensions allow."""
    for name, detail in UNSUPPORTED.items():
        if name in request.headers:
            raise MalformedHeader(detail, pointer=f"/{name}")
    return read_number(request, "Upload-Length")


def read_metadata(request: Request) -> tuple[str, dict[str, str]]:
    """`Upload-Metadata` as it came, and what its keys say; MalformedHeader, InvalidRequest for no text."""
    name = "Upload-Metadata"
    text = _one(request, name) or ""
    if len(text) > LONGEST_METADATA or not re.fullmatch(METADATA, text):
        raise MalformedHeader(f"{name} is no list of keys and values in base64.", pointer=f"/{name}")
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip(" ") for part in text.split(","))):
        key, _, value = pair.partition(" ")
        if key in found:
            raise MalformedHeader(f"{name} has a key twice.", pointer=f"/{name}")
        found[key] = _text(key, _decoded(name, value))
    return text, found


def read_checksum(request: Request) -> Checksum | None:
    """What `Upload-Checksum` asks for; MalformedHeader, also for algorithms that are not known here."""
    name = "Upload-Checksum"
    text = _one(request, name)
    if text is None:
        return None
    if not re.fullmatch(CHECKSUM, text):
        raise MalformedHeader(f"{name} is an algorithm and a digest in base64.", pointer=f"/{name}")
    algorithm, _, digest = text.partition(" ")
    if algorithm not in ALGORITHMS:
        raise MalformedHeader(f"{name} is one of {', '.join(ALGORITHMS)}.", pointer=f"/{name}")
    return Checksum(algorithm, _decoded(name, digest))


def has_body(request: Request) -> bool:
    """Whether bytes come with the request."""
    return "transfer-encoding" in request.headers or request.headers.get("content-length", "0") != "0"


def declared(request: Request) -> int:
    """How many at least, as far as the request says."""
    text = request.headers.get("content-length", "0")
    return int(text) if re.fullmatch(NUMBER, text) else 0


def require_bytes(request: Request) -> None:
    """HTTPException 415 unless the body is said to be a part of an upload."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != BYTES:
        raise HTTPException(415, f"Send the bytes as {BYTES}.")


def standing(upload: UploadRecord) -> dict[str, str]:
    """How the upload stands, for every answer about it."""
    told = {
        "Upload-Offset": str(upload.received),
        "Upload-Expires": format_datetime(upload.expires_at.astimezone(UTC), usegmt=True),
    }
    return told | ({"Link": f'</v1/jobs/{upload.job_id}>; rel="monitor"'} if upload.job_id else {})


def abilities(max_bytes: int) -> Mapping[str, str]:
    """What can be done here."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(max_bytes),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }


def _one(request: Request, name: str) -> str | None:
    values = request.headers.getlist(name)
    if len(values) > 1:
        raise MalformedHeader(f"{name} is there twice.", pointer=f"/{name}")
    return values[0] if values else None


def _decoded(name: str, text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise MalformedHeader(f"{name} has something that is not base64.", pointer=f"/{name}") from None


def _text(key: str, value: bytes) -> str:
    try:
        return checked(value.decode())
    except ValueError:
        raise InvalidRequest(f"{key} is not UTF-8 without NUL", pointer=f"/{key}") from None


def parameter(name: str, pattern: str, description: str, *, required: bool = True) -> dict[str, Any]:
    """A header of a request, for the OpenAPI document."""
    schema = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "header", "required": required, "description": description, "schema": schema}
