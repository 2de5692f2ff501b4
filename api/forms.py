"""The forms of uploads as the OpenAPI document shows them."""

from collections.abc import Mapping, Sequence
from typing import Any

from models.urgency import Urgency
from services.documents.submission import LONGEST_NAME

REF = "#/components/schemas/"
JSON_PART = {"contentType": "application/json"}


def ref(name: str) -> dict[str, str]:
    """Where the document has a schema."""
    return {"$ref": f"{REF}{name}"}


def address() -> dict[str, Any]:
    """The schema of a `webhook_url`."""
    return {
        "type": "string",
        "format": "uri",
        "maxLength": 2048,
        "description": "Where to tell of this job's outcome.",
    }


def upload_bodies() -> dict[str, Any]:
    """One document: a form with the file, or JSON with its URL."""
    fields = {
        "options": {
            "description": "JSON; send it before `file`, so that a mistake costs no upload.",
            **ref("Options"),
        },
        "parsing": {
            "description": "How the file is read: JSON; send it before `file`.",
            **ref("ParsingOptions"),
        },
        "webhook_url": address(),
        "external_id": {
            "type": "string",
            "minLength": 1,
            "maxLength": LONGEST_NAME,
            "description": "Your own name for the document; another file under it is its next version.",
        },
        "priority": _priority(
            "What somebody waits for goes before what nobody watches, among your own. "
            "`auto`: small documents, and those that were read before, are `interactive`."
        ),
    }
    where = "Where the document is: public HTTPS, unless the operator allows more."
    url = {**address(), "description": where}
    body = _form({**fields, "file": _file("The document")}, json_parts=("options", "parsing"))
    body["content"]["application/json"] = {"schema": _object({"url": url, **fields}, "url")}
    return body


def batch_form() -> dict[str, Any]:
    """Many documents. Part names that come again are an array."""
    fields = {
        "options": {"description": "JSON, for files without options of their own.", **ref("Options")},
        "parsing": {"description": "JSON, for files without their own.", **ref("ParsingOptions")},
        "webhook_url": address(),
        "priority": _priority("`auto`: the documents of a batch are `bulk`."),
        "items": {
            "type": "array",
            "maxItems": 1000,
            "items": ref("ItemIn"),
            "description": "JSON: what is otherwise for single files, in their order or by their names.",
        },
        "file": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1000,
            "items": _file("A document"),
            "description": "The files, after all other parts.",
        },
    }
    return _form(fields, json_parts=("options", "parsing", "items"))


def _priority(description: str) -> dict[str, Any]:
    return {
        "type": "string",
        "enum": list(Urgency),
        "default": Urgency.AUTO,
        "description": description,
    }


def _file(what: str) -> dict[str, Any]:
    return {
        "type": "string",
        "format": "binary",
        "description": f"{what}, with a file name of at most {LONGEST_NAME} characters.",
    }


def _form(fields: Mapping[str, Any], *, json_parts: Sequence[str]) -> dict[str, Any]:
    schema = _object(fields, "file")
    encoding = {**dict.fromkeys(json_parts, JSON_PART), "file": {"contentType": "application/octet-stream"}}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema, "encoding": encoding}}}


def _object(fields: Mapping[str, Any], needed: str) -> dict[str, Any]:
    return {"type": "object", "required": [needed], "properties": fields, "additionalProperties": False}
