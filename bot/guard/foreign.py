"""Read a turn in a language Habeas does not speak: as a question on removal, of anyone.

English and Spanish words in it may be somebody's name for a thing ("green card") under a "not"
nobody here can read, so no fact is taken, and the rule opens with both branches.
"""

from collections.abc import Iterator

from bot.guard.acts import acts
from bot.guard.memory import Case, Memory, Said
from bot.guard.rules import State
from bot.types import ANYONE, REMOVAL_LIKE, Action


def read_foreign(memory: Memory, said: Said) -> None:
    """Take in that something was asked, and no more."""
    actions = tuple(dict.fromkeys(_named(said.folded.text))) or (Action.UNCLEAR,)
    states = tuple(State(ANYONE, action, memory.danger) for action in actions)
    memory.told_now = None
    memory.topic = True
    memory.actions = actions
    memory.cases = (Case("someone", states),)


def _named(text: str) -> Iterator[Action]:
    """Give the acts on removal whose names are the same in many languages: "CECOT", "deport"."""
    for act in acts(text, topical=True):
        if act.action in REMOVAL_LIKE:
            yield act.action
