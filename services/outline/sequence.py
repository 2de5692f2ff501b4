"""Which labels are numbers of parts, and which part stands in which: a beam over stacks of open families.

A label that goes on where an open family stopped is free, one that opens a family at its first costs 1, a gap
up to 3, going back 6. What a label costs to believe, and to leave out, comes with it.
"""

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

from models.outline import NodeKind
from services.outline.labels import Reading
from services.outline.names import ATTACHED, RANKS
from services.outline.ordinals import WHOLE

_WIDTH, _NARROW = 8, 2
_MANY = 50_000
_HOPELESS = 5.5
_OPENS, _OPENS_LATE, _SKIPS, _RETURNS, _NAMED_RETURNS, _REPEATED = 1.0, 1.5, 3.0, 6.0, 4.0, 8.0
_RESUMES, _RESUMES_ELSEWHERE, _RESUMES_ITEM = 0.3, 1.2, 2.0
_NEW_SCOPE, _AGAINST_RANK, _AGAINST_KIND, _AGAIN, _CHILDLESS, _NOT_LED = 0.5, 1.0, 1.0, 2.0, 1.5, 2.0
_NEXT_PREFIX, _NEAR_GAP = 0.5, 0.5
_ABSATZ = "1()"
"""The family of `(1)`; where a section is divided so, `1.` stands below it."""

_COST = itemgetter(0)
_WITHOUT_PARTS = frozenset({NodeKind.PREAMBLE, NodeKind.SIGNATURE})

Path = tuple[int, ...]


class Mark(NamedTuple):
    """A label as the beam sees it: its readings, what believing it costs, and what leaving it out costs.

    `is_bare`: nothing stands between it and the next one, so that the next one stands in it. `level` is that
    of a heading as the document sets it, else 0. `is_led`: what stands above says that it follows there.
    """

    readings: tuple[Reading, ...]
    kind: NodeKind
    doubt: float
    loss: float
    is_bare: bool = False
    level: int = 0
    is_led: bool = False


class Placed(NamedTuple):
    """A mark that was believed: which, read how, and the number of the mark it stands in."""

    mark: int
    reading: Reading
    parent: int | None


class _Open(NamedTuple):
    """A part that is open: `mark` is its number among the marks, `scope` the depth of what a name holds."""

    family: str
    path: Path
    kind: NodeKind
    mark: int
    level: int
    scope: int


class _State(NamedTuple):
    """`closed`: where families stopped that may go on (`12.` after a heading), and the family around them."""

    cost: float
    stack: tuple[_Open, ...]
    closed: dict[str, tuple[Path, str]]
    trail: "tuple[Placed, object] | None"


_Way = tuple[float, _State, int, Reading | None]


def placed(given: Iterable[Mark]) -> list[Placed]:
    """The marks that are parts, each with its reading and parent, as the cheapest of all ways has it."""
    marks = list(given)
    width = _WIDTH if len(marks) < _MANY else _NARROW
    beam = [_State(0.0, (), {}, None)]
    for number in range(len(marks)):
        beam = _advanced(beam, marks, number, width)
    trail: object = beam[0].trail
    found: list[Placed] = []
    while isinstance(trail, tuple):
        found.append(trail[0])
        trail = trail[1]
    return found[::-1]


def _advanced(beam: list[_State], marks: Sequence[Mark], number: int, width: int) -> list[_State]:
    mark = marks[number]
    childless = number - 1 if number and marks[number - 1].is_bare else -1
    if len(beam) == 1 and len(mark.readings) == 1 and not mark.doubt:
        free = [depth for depth, cost in _going_on(beam[0].stack, mark.readings[0]) if not cost]
        if len(free) == 1 and beam[0].stack[-1].mark != childless:
            return [_with(beam[0], free[0], 0.0, mark.readings[0], mark, number)]
    ways: list[_Way] = []
    for state in beam:
        ways.append((state.cost + mark.loss, state, 0, None))
        ways += _ways(state, mark, childless)
    ways.sort(key=_COST)
    most = ways[0][0] + _HOPELESS
    found: dict[tuple[object, ...], _State] = {}
    for cost, state, depth, reading in ways[:width]:
        if cost > most:
            break
        if reading is None:
            found[(id(state),)] = state._replace(cost=cost)
            continue
        key = (depth, reading, state.stack[depth - 1].mark if depth else -1)
        if key not in found:
            found[key] = _with(state, depth, cost - state.cost, reading, mark, number)
    return list(found.values())


def _ways(state: _State, mark: Mark, childless: int) -> Iterator[_Way]:
    """How the mark may be read and how deep it may stand then; each with what it costs in all."""
    stack = state.stack
    for reading in mark.readings:
        cost = state.cost + reading.cost + mark.doubt
        for depth, own in _places(state, reading, mark):
            closes = depth < len(stack) and stack[-1].mark == childless and stack[-1].family != reading.family
            yield cost + own + _CHILDLESS * closes, state, depth, reading


def _with(state: _State, depth: int, cost: float, reading: Reading, mark: Mark, number: int) -> _State:
    stack, closed = state.stack, state.closed
    if depth < len(stack) and (depth + 1 < len(stack) or stack[depth].family != reading.family):
        closed = closed.copy()
        for place in range(depth, len(stack)):
            closed[stack[place].family] = (stack[place].path, stack[place - 1].family if place else "")
    scope = depth + 1 if mark.kind in RANKS else _scope(stack, depth)
    opened = _Open(reading.family, reading.path, mark.kind, number, mark.level, scope)
    own = Placed(number, reading, stack[depth - 1].mark if depth else None)
    return _State(state.cost + cost, (*stack[:depth], opened), closed, (own, state.trail))


def _places(state: _State, reading: Reading, mark: Mark) -> list[tuple[int, float]]:
    """How deep in the stack the part may stand, each with its cost."""
    stack, kind = state.stack, mark.kind
    if not reading.path and kind is not NodeKind.ITEM:
        return _unnumbered_places(stack, mark)
    found = _going_on(stack, reading)
    if kind in RANKS:
        most = _REPEATED if kind in ATTACHED else _NAMED_RETURNS
        ahead = [(depth, min(cost, _OPENS) if cost < _RETURNS else most) for depth, cost in found]
        return ahead + _named_places(state, reading, mark)
    above = _above(stack, reading.path)
    if above is not None:
        return [*found, (above, _opening(reading.path) - _OPENS)]
    scope = _past_headings(stack, _scope(stack, len(stack)), mark.level)
    last = scope if stack and stack[-1].kind in _WITHOUT_PARTS else len(stack)
    against = _AGAINST_KIND * (last > 0 and kind is NodeKind.PARAGRAPH and stack[-1].kind is NodeKind.ITEM)
    is_first = bool(against and stack[-1].path) and reading.path[-1] == WHOLE
    if is_first and (mark.is_led or (0 < scope < last and stack[scope].family == _ABSATZ)):
        against = 0.0
    again = _AGAIN * (bool(found) and found[-1][0] >= scope)
    found.append((last, _beginning(state, reading, kind, last) + against + again))
    if scope < last:
        found.append((scope, _beginning(state, reading, kind, scope) + _NEW_SCOPE))
    return found


def _unnumbered_places(stack: Sequence[_Open], mark: Mark) -> list[tuple[int, float]]:
    """Preamble, signatures, what is resolved stand in no part of the body, recitals in the preamble."""
    body = max((depth + 1 for depth, part in enumerate(stack) if part.kind in ATTACHED), default=0)
    if mark.kind is NodeKind.HEADING:
        signed = bool(stack) and stack[-1].kind is NodeKind.SIGNATURE
        return [] if signed else [(max(_below_level(stack, mark.level), body), 0.0)]
    if mark.kind is not NodeKind.RECITAL:
        return [(body, 0.0)]
    in_preamble = len(stack) > body and stack[body].kind is NodeKind.PREAMBLE
    return [(body + in_preamble, 0.0)] if in_preamble or mark.is_bare else []


def _going_on(stack: Sequence[_Open], reading: Reading) -> list[tuple[int, float]]:
    family, path = reading.family, reading.path
    return [(depth, _step(part.path, path)) for depth, part in enumerate(stack) if part.family == family]


def _beginning(state: _State, reading: Reading, kind: NodeKind, depth: int) -> float:
    """What it costs to open the family at this depth: anew, or where it stopped when it was closed."""
    cost = _named_opening(reading.path) if kind in RANKS else _opening(reading.path)
    path, around = state.closed.get(reading.family, ((), ""))
    if not path or _step(path, reading.path) >= _OPENS:
        return cost
    if kind is NodeKind.ITEM:
        return min(cost, _RESUMES_ITEM)
    same = around == (state.stack[depth - 1].family if depth else "")
    return min(cost, _RESUMES) if same else min(cost + _RESUMES, _RESUMES_ELSEWHERE)


def _named_places(state: _State, reading: Reading, mark: Mark) -> list[tuple[int, float]]:
    """A named part stands in the last one that encloses it; in the last one of all against the rank."""
    stack, kind, rank = state.stack, mark.kind, RANKS[mark.kind]
    named = [
        depth for depth, part in enumerate(stack) if part.kind in RANKS and part.family != reading.family
    ]
    inner = max((depth + 1 for depth in named if RANKS[stack[depth].kind] < rank), default=0)
    inner = 0 if kind in ATTACHED else _past_headings(stack, inner, mark.level)
    if inner < len(stack) and stack[inner].family == reading.family:
        found = [(0, _OPENS + _NEW_SCOPE)] if reading.path <= (WHOLE,) else []
    else:
        found = [(inner, _beginning(state, reading, kind, inner) + _NOT_LED * mark.is_led)]
    if named and named[-1] + 1 > inner:
        against = 0.0 if mark.is_led else _AGAINST_RANK
        found.append((named[-1] + 1, _beginning(state, reading, kind, named[-1] + 1) + against))
    return found


def _above(stack: Sequence[_Open], path: Path) -> int | None:
    """For `4.2`, how deep what stands in `4` stands."""
    if len(path) < 2:  # noqa: PLR2004
        return None
    for depth in range(len(stack) - 1, -1, -1):
        if stack[depth].path == path[:-1]:
            return _past_headings(stack, depth + 1, 0)
    return None


def _scope(stack: Sequence[_Open], depth: int) -> int:
    """How deep what the last named part above `depth` holds stands."""
    return stack[depth - 1].scope if depth else 0


def _past_headings(stack: Sequence[_Open], depth: int, level: int) -> int:
    """Further down, as long as headings without a number stand there that enclose a heading of the level."""
    while (
        depth < len(stack) and stack[depth].kind is NodeKind.HEADING and not 0 < level <= stack[depth].level
    ):
        depth += 1
    return depth


def _below_level(stack: Sequence[_Open], level: int) -> int:
    """How deep a heading of the level stands: in the last one that is set as a heading of a lower level."""
    return max((depth + 1 for depth, part in enumerate(stack) if 0 < part.level < level), default=0)


def _named_opening(path: Path) -> float:
    return _OPENS if path[-1] <= WHOLE else _OPENS_LATE


def _opening(path: Path) -> float:
    ordinal = path[-1] if path else 0
    return _OPENS if ordinal <= WHOLE else _SKIPS + min((ordinal // WHOLE - 1) * 0.1, 2.0)


def _step(last: Path, path: Path) -> float:
    """What it costs that `path` comes after `last` in one family; bullets have none."""
    if not path:
        return 0.0
    if path <= last:
        return _RETURNS
    if path[:-1] != last[:-1]:
        return _NEXT_PREFIX if path[-1] <= WHOLE else _OPENS
    whole = path[-1] // WHOLE - last[-1] // WHOLE
    if whole == 0 or (whole == 1 and path[-1] % WHOLE == 0):
        return 0.0
    return _NEAR_GAP if whole == 1 else _SKIPS - 2.0 / whole
