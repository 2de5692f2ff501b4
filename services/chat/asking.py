"""A document with what a model says of it; what was said before is not asked again."""

import asyncio
from collections.abc import Mapping
from typing import Any

from models.chat import ChatEndpoint
from models.document import Document
from services.chat.conversation import Conversation
from services.segmentation.boundaries.shifts import Ask, is_whole, shifts, with_shifts
from services.segmentation.registry import parse_options
from services.segmentation.strategies import llm


def group_asked_for(options: Mapping[str, Any] | None) -> int | None:
    """Tokens of a group where the options are those of `llm`."""
    if options is None or options.get("strategy") != llm.Options.model_fields["strategy"].default:
        return None
    parsed = parse_options(options)
    return parsed.group_tokens if isinstance(parsed, llm.Options) else None


def answered(document: Document, group_tokens: int, ask: Ask, most_calls: int) -> Document | None:
    """The document with the answers; None where it has them all."""
    if is_whole(document, group_tokens):
        return None
    found = shifts(document, ask, group_tokens=group_tokens, most_calls=most_calls)
    return with_shifts(document, found, group_tokens)


def asking(endpoint: ChatEndpoint) -> Ask:
    """Questions about one document, for a thread that may wait."""
    conversation = Conversation(endpoint)
    return lambda question: asyncio.run(conversation.ask(question))
