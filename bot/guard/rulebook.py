"""The rules and every opening as one page a lawyer can read: ``docs/rules.md``."""

from collections.abc import Iterator

from bot.guard.openings import Block, Openings, openings
from bot.guard.rules import Row, RuleSet, rule_set
from bot.types import ANYONE, Action, Danger, Status

_ABOUT = """\
Written by `habeas guard rules`; edit `bot/guard/rules.toml` and `bot/guard/openings.toml`.
This is everything the guard can say before a model speaks. An opening is one block, a line for
each person where a question names several with different answers, at most two sentences on other
rules, and the law it rests on. Nothing a person, a document or a model wrote is put into it."""
_STATES = """\
Rules as of {as_of}. {states} states (what a person may be, the act, the
danger stated), each decided by the rows below: every row that fits counts, the strongest outcome
leads (forbidden, branch, conditions, lawful but different, not covered), on a tie the first row."""


def rulebook() -> str:
    """Write the page; the same rules and texts always give the same page."""
    return "\n".join([*_head(rule_set()), *_rules(rule_set(), openings()), *_shared(openings())])


def _head(rules: RuleSet) -> Iterator[str]:
    yield "# The rules and every opening"
    yield ""
    yield _ABOUT
    yield ""
    yield _STATES.format(as_of=rules.as_of, states=len(rules.findings))
    yield ""


def _rules(rules: RuleSet, texts: Openings) -> Iterator[str]:
    for name, rule in rules.rules.items():
        yield f"## {name}"
        yield ""
        standing = f"{rule.kind} rule{', contested' if rule.contested else ''}"
        law = ", ".join(f"`{one}`" for one in rule.authorities)
        rests = law or "nothing: it says that no rule decides"
        yield f"{standing}; rests on {rests}"
        yield ""
        yield "| outcome | who | acts | danger | why |"
        yield "|---|---|---|---|---|"
        for row in rules.rows:
            if row.rule == name:
                cells = (row.outcome, _who(row), _acts(row), _dangers(row), row.why)
                yield f"| {' | '.join(cells)} |"
        yield ""
        for key, block in texts.blocks.items():
            if key.split(".")[0] == name:
                yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    yield f"### {block.key}"
    yield ""
    yield block.text.en
    yield ""
    yield block.text.es
    yield ""
    if block.law:
        yield f"*{block.law}.*"
        yield ""


def _shared(texts: Openings) -> Iterator[str]:
    yield "## Sentences on other rules"
    yield ""
    for name, said in texts.also.items():
        yield f"- **{name}**: {said.en} / {said.es}"
    yield ""
    yield "## Lines for one of several people"
    yield ""
    for name, said in texts.person.items():
        yield f"- **{name}**: {said.en} / {said.es}"
    yield ""


def _who(row: Row) -> str:
    parts = []
    if row.within != ANYONE:
        parts.append(f"all of {_names(row.within)}")
    if row.touches != ANYONE:
        parts.append(f"may be {_names(row.touches)}")
    if row.outside:
        parts.append(f"none of {_names(row.outside)}")
    parts += [f"may be other than {_names(group)}" for group in row.beyond]
    return "; ".join(parts) or "anyone"


def _names(group: frozenset[Status]) -> str:
    return " or ".join(one.value.replace("_", " ") for one in Status if one in group)


def _acts(row: Row) -> str:
    if row.actions == frozenset(Action):
        return "any"
    return ", ".join(one.value.replace("_", " ") for one in Action if one in row.actions)


def _dangers(row: Row) -> str:
    if row.dangers == frozenset(Danger):
        return "any"
    return ", ".join(one.value.replace("_", " ") for one in Danger if one in row.dangers)
