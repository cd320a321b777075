"""Put one word for everyone a sentence names: the words stand in ``words/marks.toml``.

``xprot`` may be a citizen or national, ``xalien`` is neither, ``xrel`` is a citizen's relative,
``xproc`` a proceeding and not an act. What follows judges marked text only.
"""

import re

from bot.guard.statuses import StatusPhrase, status_phrases
from bot.guard.words import words
from bot.types import ALIENS, ANYONE, PROTECTED

_MARKS = words("marks")


def mark(text: str) -> str:
    """Put marks for the people and proceedings folded ``text`` names."""
    out: list[str] = []
    at = 0
    for phrase in status_phrases(text):
        if phrase.statuses != ANYONE:
            out += [text[at : phrase.start], _word(phrase)]
            at = phrase.end
    marked = "".join([*out, text[at:]])
    marked = _MARKS.CHILDREN_BORN.sub("xprot", marked)
    marked = _MARKS.ALSO_PROTECTED.sub("xprot", marked)
    marked = _MARKS.RELATED.sub("xrel", marked)
    marked = _MARKS.CONTRASTED.sub(" ", marked)
    marked = _MARKS.WHILE_YOU_ARE.sub(" ", marked)
    marked = _MARKS.OWN_CITIZENS.sub(_as_aliens, marked)
    marked = _MARKS.IF_NOT.sub("if xalien", marked)
    return _MARKS.PROCEEDING.sub("xproc", marked)


def _word(phrase: StatusPhrase) -> str:
    if phrase.statuses <= ALIENS:
        return "xalien"
    return "xprot" if phrase.statuses <= PROTECTED else "xabroad"


def _as_aliens(match: re.Match[str]) -> str:
    return match[0].replace("xprot", "xalien")
