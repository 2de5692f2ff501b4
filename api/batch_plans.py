"""What the small parts of a batch say is to be done with each of its files."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from api.errors import InvalidRequest
from api.problems import pointer
from api.processing import Processing, read_parsing, read_processing
from api.schemas.batches import ItemIn
from api.state import Policy
from api.uploads import file_name, parse_json, parse_object, read_urgency
from models.batches import TooManyFiles
from models.errors import InvalidInput
from models.options import canonical_json
from models.urgency import Urgency
from services.documents.submission import refuse_external_id

FIELDS = ("options", "parsing", "webhook_url", "priority", "items")
ENTRIES = TypeAdapter(list[ItemIn])


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with one file."""

    options: Mapping[str, Any]
    parsing: Mapping[str, Any]
    urgency: Urgency
    external_id: str | None = None


class Plans:
    """A plan for each file: that of its entry in `items`, by place or by name, else the common one.

    InvalidInput points to what is wrong in the parts.
    """

    def __init__(self, fields: Mapping[str, str], policy: Policy) -> None:
        self._policy = policy
        self._checked: dict[str, Mapping[str, Any]] = {}
        options = parse_object(fields.get("options", "{}"), "options")
        self.processing: Processing = read_processing(
            options, policy, webhook_url=fields.get("webhook_url"), at=("options",)
        )
        parsing = read_parsing(parse_object(fields.get("parsing", "{}"), "parsing"))
        urgency = read_urgency(fields.get("priority", Urgency.AUTO))
        self._common = Plan(self.processing.options, parsing, urgency)
        entries = entries_of(fields.get("items", "[]"), policy.limits.max_batch_files)
        self._by_place = "items" in fields and not any(entry.name is not None for entry in entries)
        self._waiting = dict(self._read(entries))
        self._used: set[int | str] = set()

    def of(self, index: int, name: str) -> Plan:
        """That of a file. InvalidRequest where the entries leave it open."""
        key = index if self._by_place else name
        if key in self._waiting:
            self._used.add(key)
            return self._waiting.pop(key)[1]
        if self._by_place:
            raise InvalidRequest("items has no entry for this file", pointer=pointer("file", index))
        if key in self._used:
            detail = "items has an entry for this name, and several files have it"
            raise InvalidRequest(detail, pointer=pointer("file", index))
        return self._common

    def refuse_unused(self) -> None:
        """InvalidRequest for an entry that no file came for."""
        for number, _ in self._waiting.values():
            raise InvalidRequest("there is no file for this entry", pointer=pointer("items", number))

    def _read(self, entries: Sequence[ItemIn]) -> Iterator[tuple[int | str, tuple[int, Plan]]]:
        """Numbers and plans of the entries, by place or by the name of a file."""
        names: set[str] = set()
        external_ids: set[str] = set()
        for number, entry in enumerate(entries):
            with _at("items", number):
                plan = self._plan(entry)
                _refuse_again(entry.external_id, external_ids, "external_id")
                if self._by_place:
                    yield number, (number, plan)
                    continue
                if entry.name is None:
                    raise InvalidRequest("either all entries have a name or none has", pointer="/name")
                with _at("name", instead=True):
                    name = file_name(entry.name)
                _refuse_again(name, names, "name")
                yield name, (number, plan)

    def _plan(self, entry: ItemIn) -> Plan:
        """What an entry says counts instead of the common parts."""
        refuse_external_id(entry.external_id)
        plan = replace(self._common, external_id=entry.external_id)
        if entry.options is not None:
            plan = replace(plan, options=self._options(entry.options))
        if entry.parsing is not None:
            plan = replace(plan, parsing=read_parsing(entry.parsing))
        return plan if entry.priority is None else replace(plan, urgency=entry.priority)

    def _options(self, raw: dict[str, Any]) -> Mapping[str, Any]:
        """Checked once, however many entries have the same."""
        if "webhook_url" in raw:
            raise InvalidRequest("a batch has one webhook_url", pointer="/options/webhook_url")
        try:
            key = canonical_json(raw)
        except RecursionError:
            raise InvalidRequest("this is nested too deeply", pointer="/options") from None
        if key not in self._checked:
            self._checked[key] = read_processing(raw, self._policy, at=("options",)).options
        return self._checked[key]


def entries_of(text: str, most: int) -> Sequence[ItemIn]:
    """The entries of `items`; InvalidRequest, TooManyFiles."""
    value = parse_json(text, "items")
    if isinstance(value, list) and len(value) > most:
        raise TooManyFiles(f"A batch has at most {most:,} files.", pointer=pointer("items"))
    try:
        return ENTRIES.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise InvalidRequest(first["msg"], pointer=pointer("items", *first["loc"])) from None


def _refuse_again(value: str | None, seen: set[str], what: str) -> None:
    if value is None:
        return
    if value in seen:
        raise InvalidRequest(f"another entry has this {what}", pointer=pointer(what))
    seen.add(value)


@contextmanager
def _at(*where: str | int, instead: bool = False) -> Iterator[None]:
    """Faults inside point below `where`, or just there."""
    try:
        yield
    except InvalidInput as error:
        inside = "" if instead else error.pointer or ""
        raise type(error)(error.detail, pointer=pointer(*where) + inside) from None
