"""What is there after a storm: rows of the database, chunks over the API, lines of the receiver's ledger."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from tests.chaos.checker import FINAL, Report, Seen, Told, Wanted, check
from tests.chaos.documents import Sample
from tests.chaos.nemesis import wait_until
from tests.chaos.world import World


def connect(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    """A plain connection to the database behind a SQLAlchemy URL; every statement commits by itself."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


def rows(world: World, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """What a statement gives."""
    with connect(world.database_url) as connection:
        return connection.execute(statement.encode(), values).fetchall()


def value(world: World, statement: str, *values: object) -> Any:
    """The one value a statement gives."""
    return rows(world, statement, *values)[0][0]


def open_jobs(world: World) -> int:
    """Jobs that are not final."""
    found: int = value(world, "SELECT count(*) FROM jobs WHERE NOT state = ANY(%s)", sorted(FINAL))
    return found


def answers(ledger: Path) -> dict[str, list[int]]:
    """Statuses by message, in the order in which they were given."""
    found: dict[str, list[int]] = defaultdict(list)
    for line in ledger.read_text().splitlines() if ledger.exists() else []:
        entry = json.loads(line)
        found[entry["message"]].append(entry["status"])
    return found


def undelivered(world: World) -> set[str]:
    """Events that no request with a 2xx answer has carried."""
    given = answers(world.ledger)
    events = {event for (event,) in rows(world, "SELECT id FROM events")}
    return {event for event in events if not any(status < 300 for status in given.get(event, []))}


def settled(world: World, *, seconds: float) -> bool:
    """Whether every job became final and every event was delivered before the hard stop."""
    return wait_until(lambda: open_jobs(world) == 0 and not undelivered(world), seconds=seconds)


def seen(world: World) -> list[Seen]:
    """Every document there is."""
    versions: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for document, number in rows(world, "SELECT document_id, number FROM document_versions"):
        versions[document][number] = []
    for document, number, chunk in rows(
        world, 'SELECT document_id, version, id FROM chunks ORDER BY document_id, version, "index"'
    ):
        versions[document][number].append(chunk)
    jobs: dict[str, list[tuple[str, str | None, int]]] = defaultdict(list)
    for document, *job in rows(
        world, "SELECT document_id, state, failure->>'code', attempt FROM jobs ORDER BY created_at"
    ):
        jobs[document].append((job[0], job[1], job[2]))
    given, told = answers(world.ledger), defaultdict(list)
    for event, kind, document in rows(world, "SELECT id, type, document_id FROM events ORDER BY sequence"):
        told[document].append(Told(event, kind, tuple(given.get(event, []))))
    return [
        Seen(
            document=document,
            name=name,
            states=tuple(state for state, _, _ in jobs[document]),
            versions={number: tuple(ids) for number, ids in versions[document].items()},
            current=current,
            shown=shown(world, document) if current else (),
            told=tuple(told[document]),
            codes=tuple(code for _, code, _ in jobs[document] if code),
            attempts=max((attempt for _, _, attempt in jobs[document]), default=0),
        )
        for document, name, current in rows(world, "SELECT id, name, current_version FROM documents")
    ]


def shown(world: World, document: str) -> tuple[str, ...]:
    """Ids of the document's chunks as a reader gets them."""
    answer = world.client.get(
        f"/v1/documents/{document}/chunks", headers={"accept": "application/x-ndjson"}
    ).raise_for_status()
    return tuple(json.loads(line)["id"] for line in answer.text.splitlines())


def judged(
    world: World,
    samples: Iterable[Sample],
    acknowledged: Mapping[str, str],
    poison: Mapping[str, Wanted] | None = None,
) -> Report:
    """The checker's word on everything that was sent."""
    wanted = {sample.name: Wanted(sample.expected) for sample in samples}
    return check(wanted | dict(poison or {}), acknowledged, seen(world))
