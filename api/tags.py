"""Entity tags: strong validators, made of what an answer follows from, or of the answer itself."""

import hashlib
import json
from functools import cache

from pydantic import BaseModel

from api.schemas.chunks import ChunkPage
from api.schemas.outline import OutlineOut
from api.schemas.parsed import ParsedOut
from models.chunk import PROFILE
from models.parsed import parser_profile

CHARACTERS = 32

Value = str | int | bool | None


def tag_of(*values: Value) -> str:
    """Of an answer that these values decide, as this Kerf shows it: another release may have other tags."""
    text = json.dumps([_shapes(), *values], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:CHARACTERS]


def tag_of_answer(answer: BaseModel) -> str:
    """Of the answer as it stands."""
    return hashlib.sha256(answer.model_dump_json().encode()).hexdigest()[:CHARACTERS]


@cache
def _shapes() -> str:
    """Everything but the stored content that decides what readers are shown of it."""
    shapes = [model.model_json_schema(mode="serialization") for model in (ChunkPage, ParsedOut, OutlineOut)]
    return json.dumps([PROFILE, parser_profile(), shapes], sort_keys=True)
