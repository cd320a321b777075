"""The rules: data checked hard at start, then one look-up a decision.

A state is what is known of one person (a non-empty set of statuses), one action and the danger
stated. ``evaluate`` is total over all of them and pure.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain, combinations
from typing import Any, get_args

from bot.errors import RuleError
from bot.types import Action, Authority, Danger, Outcome, RuleId, Status

STRENGTH: Mapping[Outcome, int] = {outcome: i for i, outcome in enumerate(Outcome)}
"""Lower is stronger."""


@dataclass(frozen=True)
class State:
    """What is known of one person, what is asked about, and the danger they state."""

    statuses: frozenset[Status]
    action: Action
    danger: Danger = Danger.NONE_STATED


@dataclass(frozen=True)
class Row:
    """When a rule gives an outcome; ``beyond`` lists groups the set must each leave."""

    rule: RuleId
    outcome: Outcome
    within: frozenset[Status]
    touches: frozenset[Status]
    outside: frozenset[Status]
    beyond: tuple[frozenset[Status], ...]
    actions: frozenset[Action]
    dangers: frozenset[Danger]
    why: str

    def fits(self, state: State) -> bool:
        """Whether this row applies to ``state``."""
        known = state.statuses
        return (
            state.action in self.actions
            and state.danger in self.dangers
            and known <= self.within
            and bool(known & self.touches)
            and not known & self.outside
            and all(known - group for group in self.beyond)
        )


@dataclass(frozen=True)
class Rule:
    """A rule's standing and what it rests on."""

    id: RuleId
    kind: str
    contested: bool
    authorities: tuple[Authority, ...]


@dataclass(frozen=True)
class Finding:
    """One rule met by a state."""

    rule: RuleId
    outcome: Outcome


@dataclass(frozen=True)
class RuleSet:
    """All rules, and for every state the findings, strongest first."""

    as_of: str
    rules: Mapping[RuleId, Rule]
    rows: tuple[Row, ...]
    findings: Mapping[State, tuple[Finding, ...]]

    def evaluate(self, state: State) -> tuple[Finding, ...]:
        """Give what the rules say of ``state``, the leading finding first; never empty."""
        return self.findings[state]


def all_states() -> Iterator[State]:
    """Give every state there is."""
    members = tuple(Status)
    sets = chain.from_iterable(combinations(members, n) for n in range(1, len(members) + 1))
    for known in map(frozenset, sets):
        for action in Action:
            for danger in Danger:
                yield State(known, action, danger)


@cache
def rule_set() -> RuleSet:
    """Load the rules that ship with Habeas.

    Raises:
        RuleError: the data contradicts itself; the process must not serve.
    """
    text = resources.files("bot.guard").joinpath("rules.toml").read_text(encoding="utf-8")
    return load_rules(text)


def load_rules(text: str) -> RuleSet:
    """Parse and check rule data.

    Raises:
        RuleError: unknown names, a rule left out, a state no row reaches, or two rows of one rule
            that disagree.
    """
    try:
        data = tomllib.loads(text)
        groups = {name: frozenset(map(Status, ids)) for name, ids in data["statuses"].items()}
        actions = {name: frozenset(map(Action, ids)) for name, ids in data["actions"].items()}
        rows = tuple(_row(raw, groups, actions) for raw in data["rows"])
        rules = {name: _rule(name, raw) for name, raw in data["rules"].items()}
        as_of = data["as_of"]
    except (tomllib.TOMLDecodeError, KeyError, ValueError, TypeError) as error:
        raise RuleError(f"rules.toml: {error}; mend the row and start again") from error
    lacking = set(get_args(RuleId)) - ({row.rule for row in rows} & set(rules))
    if lacking:
        raise RuleError(f"rules.toml: no rule, or no row, for {sorted(lacking)}; add it")
    return RuleSet(as_of, rules, rows, {s: _findings(s, rows) for s in all_states()})


def check_authorities(rules: RuleSet, known: frozenset[str]) -> None:
    """Check that every authority a rule rests on is in the corpus.

    Raises:
        RuleError: one is not.
    """
    for rule in rules.rules.values():
        for authority in rule.authorities:
            if authority.path not in known:
                raise RuleError(
                    f"rule {rule.id} rests on {authority}, which is not in the corpus;"
                    " add the statement or mend rules.toml"
                )


def _findings(state: State, rows: tuple[Row, ...]) -> tuple[Finding, ...]:
    met: dict[RuleId, Outcome] = {}
    for row in rows:
        if not row.fits(state):
            continue
        if met.setdefault(row.rule, row.outcome) is not row.outcome:
            raise RuleError(
                f"rules.toml: {row.rule} says both {met[row.rule]} and {row.outcome} of {state}"
            )
    if not met:
        raise RuleError(f"rules.toml: no row reaches {state}")
    if len(met) > 1:
        met.pop("none", None)
    order = sorted(met, key=lambda rule: STRENGTH[met[rule]])
    return tuple(Finding(rule, met[rule]) for rule in order)


def _row(
    raw: Mapping[str, Any],
    groups: Mapping[str, frozenset[Status]],
    actions: Mapping[str, frozenset[Action]],
) -> Row:
    unknown = set(raw) - {
        "rule",
        "outcome",
        "within",
        "touches",
        "outside",
        "beyond",
        "actions",
        "dangers",
        "why",
    }
    if unknown:
        raise ValueError(f"unknown key {sorted(unknown)} in a row of {raw.get('rule')}")
    if raw["rule"] not in get_args(RuleId):
        raise ValueError(f"unknown rule {raw['rule']!r}")
    beyond = raw.get("beyond", [])
    return Row(
        rule=raw["rule"],
        outcome=Outcome(raw["outcome"]),
        within=groups[raw.get("within", "anyone")],
        touches=groups[raw.get("touches", "anyone")],
        outside=groups[raw["outside"]] if "outside" in raw else frozenset(),
        beyond=tuple(groups[name] for name in ([beyond] if isinstance(beyond, str) else beyond)),
        actions=actions[raw["actions"]]
        if isinstance(raw["actions"], str)
        else frozenset(map(Action, raw["actions"])),
        dangers=frozenset(Danger if raw["dangers"] == "any" else map(Danger, raw["dangers"])),
        why=raw["why"],
    )


def _rule(name: str, raw: Mapping[str, Any]) -> Rule:
    if raw["kind"] not in {"hard", "policy"}:
        raise ValueError(f"rule {name}: kind is hard or policy, not {raw['kind']!r}")
    if name not in get_args(RuleId):
        raise ValueError(f"unknown rule {name!r}")
    return Rule(
        id=name,  # type: ignore[arg-type]
        kind=raw["kind"],
        contested=raw["contested"],
        authorities=tuple(map(Authority, raw["authorities"])),
    )
