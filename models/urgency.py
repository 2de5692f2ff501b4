"""How urgent a job is: within a tenant the urgent go first, and the patient still get their part."""

from enum import StrEnum

FIRST, LATER, PATIENT = 0, 1, 2
"""Priorities: somebody may be waiting for a small document, nobody watches a large one, and members of an
archive (or what was said to be patient) come after whatever was uploaded by itself. Only FIRST is urgent."""

SMALL = 1 << 20
"""Bytes of a document that is read in a moment."""


class Urgency(StrEnum):
    """What an upload may ask for; `auto` goes by what the document is."""

    AUTO = "auto"
    INTERACTIVE = "interactive"
    BULK = "bulk"


def priority_of(urgency: Urgency, size: int, *, is_parsed: bool) -> int:
    """The priority of a job on so many bytes, which were read before if they are `is_parsed`."""
    if urgency is not Urgency.AUTO:
        return FIRST if urgency is Urgency.INTERACTIVE else PATIENT
    return FIRST if size <= SMALL or is_parsed else LATER
