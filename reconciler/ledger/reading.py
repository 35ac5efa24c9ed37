"""Ask the ledger about earlier runs."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from reconciler.ledger.operations import operation_from_row, state_of
from reconciler.ledger.place import Place, at
from reconciler.ledger.tables import APPLIED, OPERATIONS, RUNS
from reconciler.model.history import Applied, PastOperation, PastRun, Question, RunStart, State
from reconciler.model.values import Kind

_CONDITIONS = {
    State.UNSENT: and_(OPERATIONS.c.status.is_(None), OPERATIONS.c.sent.is_(None)),
    State.UNANSWERED: and_(OPERATIONS.c.status.is_(None), OPERATIONS.c.sent.is_not(None)),
}


def read_runs(connection: Connection, question: Question) -> tuple[PastRun, ...]:
    """Return the runs that *question* means, the newest first."""
    wanted = select(RUNS).order_by(RUNS.c.id.desc())
    if question.run is not None:
        wanted = wanted.where(RUNS.c.id == question.run)
    if question.since is not None:
        wanted = wanted.where(RUNS.c.started >= stamp(question.since))
    if question.targets:
        there = select(OPERATIONS.c.run).where(OPERATIONS.c.target.in_(question.targets))
        wanted = wanted.where(RUNS.c.id.in_(there))
    rows = connection.execute(_limited(wanted, question)).mappings().all()
    counts = _counts(connection, [row["id"] for row in rows])
    return tuple(_run(row, counts[row["id"]]) for row in rows)


def read_operations(connection: Connection, question: Question) -> tuple[PastOperation, ...]:
    """Return the operations that *question* means: of one run in order, else the newest first."""
    in_order = OPERATIONS.c.id if question.run is not None else OPERATIONS.c.id.desc()
    wanted = select(OPERATIONS).where(*_conditions(question)).order_by(in_order)
    rows = connection.execute(_limited(wanted, question)).mappings()
    return tuple(map(operation_from_row, rows))


def read_rest(connection: Connection, place: Place) -> tuple[PastOperation, ...]:
    """Return the operations that the last run at *place* left without an end, in order."""
    here = at(OPERATIONS, place.row)
    last = select(func.max(OPERATIONS.c.run)).where(*here).scalar_subquery()
    wanted = select(OPERATIONS).where(
        *here, OPERATIONS.c.run == last, OPERATIONS.c.status.is_(None)
    )
    rows = connection.execute(wanted.order_by(OPERATIONS.c.id)).mappings()
    return tuple(map(operation_from_row, rows))


def read_applied(connection: Connection, place: Place) -> Applied | None:
    """Return the desired state that the target at *place* last took whole."""
    row = connection.execute(select(APPLIED).where(*at(APPLIED, place.row))).mappings().first()
    if row is None:
        return None
    return Applied(row["digest"], row["commit"], datetime.fromisoformat(row["at"]))


def stamp(moment: datetime) -> str:
    """Return *moment* as it stands in the tables: such texts sort by time."""
    return moment.isoformat(timespec="microseconds")


def _limited(wanted: Select[Any], question: Question) -> Select[Any]:
    return wanted.limit(question.limit) if question.limit else wanted


def _conditions(question: Question) -> Iterator[ColumnElement[bool]]:
    if question.run is not None:
        yield OPERATIONS.c.run == question.run
    if question.targets:
        yield OPERATIONS.c.target.in_(question.targets)
    if question.since is not None:
        recent = select(RUNS.c.id).where(RUNS.c.started >= stamp(question.since))
        yield OPERATIONS.c.run.in_(recent)
    if question.state is not None:
        yield _CONDITIONS.get(question.state, OPERATIONS.c.status == question.state.value)
    if question.user is not None:
        yield or_(_is(Kind.USER, question.user), _moves(question.user))
    if question.group is not None:
        yield _is(Kind.GROUP, question.group)


def _is(kind: Kind, name: str) -> ColumnElement[bool]:
    columns = OPERATIONS.c
    folded = func.lower(columns.display) == name.lower()
    named = or_(columns.key == name, columns.live_id == name, folded)
    return and_(columns.kind == kind.value, named)


def _moves(user: str) -> ColumnElement[bool]:
    """Return the condition that a group's members change by this user: keys stand as JSON."""
    return and_(
        OPERATIONS.c.kind == Kind.GROUP.value,
        OPERATIONS.c.action.in_(("add-members", "remove-members")),
        OPERATIONS.c["values"].contains(json.dumps(user), autoescape=True),
    )


def _counts(
    connection: Connection, runs: list[int]
) -> defaultdict[int, list[tuple[str, State, int]]]:
    columns = OPERATIONS.c
    kinds = (columns.run, columns.target, columns.status, columns.sent.is_(None).label("unsent"))
    wanted = select(*kinds, func.count()).where(columns.run.in_(runs)).group_by(*kinds)
    found = defaultdict(list)
    for run, target, status, unsent, number in connection.execute(wanted):
        found[run].append((target, state_of(status, None if unsent else "sent"), number))
    return found


def _run(row: Any, counts: list[tuple[str, State, int]]) -> PastRun:
    states: defaultdict[State, int] = defaultdict(int)
    for _, state, number in counts:
        states[state] += number
    return PastRun(
        number=row["id"],
        start=RunStart(
            plan=row["plan"],
            digest=row["digest"] or "",
            commit=row["commit"],
            tool=row["tool"] or "",
            trigger=row["trigger"] or "",
            resumes=row["resumes"],
        ),
        started=datetime.fromisoformat(row["started"]),
        ended=datetime.fromisoformat(row["finished"]) if row["finished"] else None,
        code=row["code"],
        failures=tuple((target, reason) for target, reason in json.loads(row["failures"] or "[]")),
        targets=tuple(sorted({target for target, _, _ in counts})),
        counts={state: states[state] for state in State if states[state]},
    )
