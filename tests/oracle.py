"""The second verdict table: what the law says of every state, read without the guard's code.

The rows are in ``data/oracle.toml``; this module only evaluates them. ``python tests/oracle.py``
checks the table itself and prints how many states each row decides.
"""

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

from bot.types import Action, Danger, Outcome, RuleId, Status

TABLE = Path(__file__).parent / "data" / "oracle.toml"

STRENGTH = tuple(Outcome)

# Acts the law allows that people take for removal, a foreign prison or loss of citizenship.
LOOKALIKES = frozenset(
    {
        Action.EXTRADITE,
        Action.TRANSFER_BY_CONSENT,
        Action.RELINQUISH,
        Action.DEPART,
        Action.CANCEL_DOCUMENT,
        Action.EXPELLED_BY_FOREIGN_STATE,
        Action.RETURN_OF_CHILD,
        Action.MOVE_INSIDE_COUNTRY,
        Action.MILITARY_ORDER,
        Action.QUARANTINE,
        Action.FLIGHT_BAN,
    }
)


@dataclass(frozen=True)
class State:
    """What is known of one person, and what is asked."""

    who: frozenset[Status]
    action: Action
    danger: Danger


@dataclass(frozen=True)
class Row:
    """One line of the table: conditions on a state, and what follows."""

    id: str
    within: frozenset[Status] | None
    touches: tuple[frozenset[Status], ...]
    beyond: frozenset[Status]
    actions: frozenset[Action]
    dangers: frozenset[Danger]
    rule: RuleId
    outcome: Outcome
    reason: str

    def holds(self, state: State) -> bool:
        """Whether every condition of this row is met."""
        return (
            (self.within is None or state.who <= self.within)
            and all(state.who & group for group in self.touches)
            and (not self.beyond or bool(state.who - self.beyond))
            and state.action in self.actions
            and state.danger in self.dangers
        )


@dataclass(frozen=True)
class Ruling:
    """The rule that leads, its outcome, the row it stands in, and the other rules met."""

    rule: RuleId
    outcome: Outcome
    row: str
    also: tuple[RuleId, ...]


def _row(
    raw: Mapping[str, object],
    sets: Mapping[str, frozenset[Status]],
    acts: Mapping[str, frozenset[Action]],
) -> Row:
    keys = {"id", "within", "touches", "beyond", "act", "danger", "rule", "outcome", "reason"}
    if unknown := raw.keys() - keys:
        raise ValueError(f"{TABLE.name}: row {raw.get('id')!r} has unknown keys {sorted(unknown)}")
    touches = raw.get("touches", [])
    dangers = raw.get("danger", [item.value for item in Danger])
    assert isinstance(touches, list)
    assert isinstance(dangers, list)
    return Row(
        id=str(raw["id"]),
        within=sets[str(raw["within"])] if "within" in raw else None,
        touches=tuple(sets[name] for name in touches),
        beyond=sets[str(raw["beyond"])] if "beyond" in raw else frozenset(),
        actions=acts[str(raw["act"])] if "act" in raw else frozenset(Action),
        dangers=frozenset(Danger(item) for item in dangers),
        rule=raw["rule"],  # type: ignore[arg-type]
        outcome=Outcome(str(raw["outcome"])),
        reason=str(raw["reason"]),
    )


@cache
def rows() -> tuple[Row, ...]:
    """The table, in its order.

    Raises:
        KeyError: a row names a set or an act that the table does not define.
        ValueError: a row has an unknown key, status, action, danger or outcome.
    """
    raw = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    sets = {name: frozenset(map(Status, items)) for name, items in raw["sets"].items()}
    acts = {name: frozenset(map(Action, items)) for name, items in raw["acts"].items()}
    return tuple(_row(item, sets, acts) for item in raw["row"])


def ruling(state: State) -> Ruling:
    """What follows of one state: the strongest row that holds; between equals the earlier one."""
    held = [row for row in rows() if row.holds(state)]
    first = min(held, key=lambda row: STRENGTH.index(row.outcome))
    also = dict.fromkeys(row.rule for row in held if row.rule not in {first.rule, "none"})
    return Ruling(first.rule, first.outcome, first.id, tuple(also))


def subsets(of: frozenset[Status] = frozenset(Status)) -> Iterator[frozenset[Status]]:
    """All non-empty sets of statuses within ``of``."""
    members = sorted(of)
    for size in range(1, len(members) + 1):
        yield from map(frozenset, combinations(members, size))


def states() -> Iterator[State]:
    """All 127 x 16 x 3 states."""
    for who in subsets():
        for action in Action:
            for danger in Danger:
                yield State(who, action, danger)


def problems() -> list[str]:
    """What is wrong with the table itself; empty when it may serve as a second opinion."""
    found = [f"{state}: no row" for state in states() if not any(r.holds(state) for r in rows())]
    if found:
        return found
    used = Counter(ruling(state).row for state in states())
    found += [f"row {row.id} decides no state" for row in rows() if not used[row.id]]
    for state in states():
        outcome = ruling(state).outcome
        if state.action in LOOKALIKES and outcome is Outcome.FORBIDDEN:
            found.append(f"{state}: a lawful look-alike is forbidden")
        if outcome is not Outcome.FORBIDDEN:
            continue
        found += [
            f"{state}: forbidden, but not of {sorted(fewer)}"
            for fewer in subsets(state.who)
            if ruling(State(fewer, state.action, state.danger)).outcome is not Outcome.FORBIDDEN
        ]
    return found


def main() -> int:
    """Check the table and print how many states each row decides."""
    wrong = problems()
    decided = Counter(ruling(state).row for state in states())
    lines = [f"{decided[row.id]:5d}  {row.id}  {row.rule}/{row.outcome}" for row in rows()]
    sys.stdout.write("\n".join([*lines, *wrong]) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
