"""Resumable uploads by tus 1.0.0: begin, send, look how far it is, go on, give up."""

from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from api import tus
from api.dependencies import READS, WRITES, TenantPolicyDep
from api.openapi import LOCATION, problems
from api.resumable import DeskDep
from models.errors import KerfError

router = APIRouter(
    prefix=tus.PREFIX, tags=["uploads"], dependencies=[READS], responses=problems(401, 500, 503)
)
UploadId = Annotated[str, Path(pattern=r"^upl_[0-9A-Za-z_-]{1,60}$", description="Id of the upload.")]

SPEAKS = tus.parameter("Tus-Resumable", f"^{tus.VERSION}$".replace(".", r"\."), "The version that is spoken.")
CHECKSUM = tus.parameter(
    "Upload-Checksum",
    tus.CHECKSUM,
    f"What the body has to be: {', '.join(tus.ALGORITHMS)}, a space, the digest in base64.",
    required=False,
)
LENGTH = tus.parameter("Upload-Length", tus.NUMBER, "Bytes of the whole file.")
METADATA = tus.parameter(
    "Upload-Metadata",
    tus.METADATA,
    "Keys, each with a space and its value in base64, with commas between: `filename`, `options`, `parsing`,"
    " `webhook_url`, `external_id`, `priority`, which mean what the parts of the form do.",
    required=False,
)
OFFSET = tus.parameter("Upload-Offset", tus.NUMBER, "Where the body begins: what is there already.")


def _told(description: str, **more: Any) -> dict[str, Any]:
    """A good answer: its headers say everything."""
    headers = {
        "Upload-Offset": {
            "description": "Bytes that are kept.",
            "required": True,
            "schema": {"type": "integer"},
        },
        "Upload-Expires": {
            "description": "Until when to go on.",
            "required": True,
            "schema": {"type": "string"},
        },
        "Link": {
            "description": 'The job, once all bytes are there: `</v1/jobs/…>; rel="monitor"`.',
            "schema": {"type": "string"},
        },
    }
    return {"description": description, "headers": headers | more}


def _extra(*parameters: dict[str, Any], body: bool = False) -> dict[str, Any]:
    content = {tus.BYTES: {"schema": {"type": "string", "format": "binary"}}}
    return {"parameters": [*parameters]} | ({"requestBody": {"content": content}} if body else {})


@router.options(
    "",
    operation_id="get_upload_abilities",
    summary="What resumable uploads can do here",
    status_code=204,
)
async def get_upload_abilities(policy: TenantPolicyDep) -> Response:
    """`Tus-Version`, `Tus-Extension`, `Tus-Max-Size` (of the caller) and `Tus-Checksum-Algorithm`."""
    return Response(status_code=204, headers=tus.abilities(policy.limits.max_bytes))


@router.post(
    "",
    operation_id="begin_upload",
    summary="Begin a resumable upload",
    status_code=201,
    response_class=Response,
    responses={
        201: _told("The upload; it may be complete already.", Location=LOCATION),
        **problems(400, 408, 409, 412, 413, 415, 422, 460, 507),
    },
    openapi_extra=_extra(SPEAKS, LENGTH, METADATA, CHECKSUM, body=True),
    dependencies=[WRITES],
)
async def begin_upload(desk: DeskDep) -> Response:
    """What the file is to become is checked here, before a byte is stored. The body may be its beginning.

    It needs no `Idempotency-Key`: an upload that is not continued expires, and complete ones that are equal
    are one document.
    """
    upload = await desk.begin()
    if upload.length == 0 or tus.has_body(desk.request):
        try:
            upload = await desk.take(upload)
        except BaseException:
            with suppress(KerfError):  # nobody has heard of it
                await desk.terminate(upload.id)
            raise
    return Response(
        status_code=201, headers={"Location": f"{tus.PREFIX}/{upload.id}", **tus.standing(upload)}
    )


@router.head(
    "/{upload_id}",
    operation_id="get_upload",
    summary="How far an upload is",
    response_class=Response,
    responses={200: _told("How it stands."), **problems(400, 404, 410, 412)},
    openapi_extra=_extra(SPEAKS),
)
async def get_upload(upload_id: UploadId, desk: DeskDep) -> Response:
    """Where to go on. An offset that equals the length tells that the job is there, under `Link`."""
    upload = await desk.find(upload_id)
    told = {"Upload-Length": str(upload.length), "Cache-Control": "no-store"}
    described = {"Upload-Metadata": upload.described} if upload.described else {}
    return Response(status_code=200, headers={**tus.standing(upload), **told, **described})


@router.patch(
    "/{upload_id}",
    operation_id="append_to_upload",
    summary="Send a part of an upload",
    status_code=204,
    response_class=Response,
    responses={
        204: _told("All of the body is kept."),
        **problems(400, 404, 408, 409, 410, 412, 413, 415, 422, 460, 507),
    },
    openapi_extra=_extra(SPEAKS, OFFSET, CHECKSUM, body=True),
    dependencies=[WRITES],
)
async def append_to_upload(upload_id: UploadId, desk: DeskDep) -> Response:
    """The body follows on what is there. If it breaks off what has arrived is kept, unless it has a checksum.

    With the last byte the upload becomes what the same file sent as a form would; the job is under `Link`.
    Of several requests at once the last one counts. The others, and whoever begins elsewhere, get 409
    `wrong_offset`, which says where the upload goes on (`offset`), of a complete one also its `job`.
    """
    tus.require_bytes(desk.request)
    upload = await desk.go_on(upload_id, tus.read_number(desk.request, "Upload-Offset"))
    return Response(status_code=204, headers=tus.standing(await desk.take(upload)))


@router.delete(
    "/{upload_id}",
    operation_id="terminate_upload",
    summary="Give an upload up",
    status_code=204,
    responses=problems(400, 404, 410, 412),
    openapi_extra=_extra(SPEAKS),
    dependencies=[WRITES],
)
async def terminate_upload(upload_id: UploadId, desk: DeskDep) -> None:
    """Its bytes go, and nobody can go on with it. A job that came of it stays."""
    await desk.find(upload_id)
    await desk.terminate(upload_id)
