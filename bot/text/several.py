"""Several questions in one message."""

import re
from dataclasses import dataclass

from bot.text.sentences import split

FEWEST = 4
"""From so many questions on each is answered by itself; fewer are mostly one, asked again."""
MOST = 10
"""Questions of one message that are looked up; whoever reads the answer must get through it."""

_FEWEST_WORDS = 3
_MARK = re.compile(r"^\W*(?:\d{1,2}\s*[.)\-:]\s*)?")
_AFTER_MARK = ")\"'” "


@dataclass(frozen=True)
class Several:
    """The questions of one message, in order, and what it tells besides."""

    questions: tuple[str, ...]
    told: str


def several(text: str) -> Several | None:
    """Take a message that asks many questions apart; None when it asks few."""
    asked: list[str] = []
    told: list[str] = []
    for cut in split(text):
        sentence = _MARK.sub("", cut.text)
        a_question = sentence.rstrip(_AFTER_MARK).endswith("?")
        (asked if a_question and len(sentence.split()) >= _FEWEST_WORDS else told).append(sentence)
    if len(asked) < FEWEST:
        return None
    return Several(tuple(asked[:MOST]), " ".join(one for one in told if one))
