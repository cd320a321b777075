"""Read one turn into the memory of the conversation; the words stand in ``words/turns.toml``."""

from collections.abc import Sequence

from bot.guard.acts import acts, only_resembles, touches_topic
from bot.guard.cases import case, cases_again, cases_of
from bot.guard.fears import fear
from bot.guard.memory import AskedAct, Memory, NamedGroup, Said, Sentence, Stated
from bot.guard.owners import take_facts
from bot.guard.people import mentions
from bot.guard.statuses import status_phrases
from bot.guard.words import words
from bot.text.normalise import fold, views
from bot.text.sentences import Cut, split
from bot.text.spelling import mend
from bot.types import BESIDE_REMOVAL, PROTECTED, Action, Danger

_TURNS = words("turns")
_FACT_WORDS = 40
"""A turn of at most so many words that gives a fact answers what was asked before."""
_FEW_WORDS = 4
_CONTINUING_WORDS = 14


def read_turn(memory: Memory, said: Said) -> None:
    """Take in what one turn says and asks."""
    memory.told_now = None
    sentences = _sentences(said, topical=memory.topic)
    facts_before = len(memory.facts)
    joined = " ".join(sentence.folded.text for sentence in sentences)
    groups = [
        group
        for sentence in sentences
        for group in take_facts(memory, said.number, sentence, joined)
    ]
    _take_fears(memory, said.number, sentences)
    found = _acts_asked(sentences, groups, joined) or _hidden_acts(said)
    gave_facts = len(memory.facts) > facts_before or bool(groups)
    topical = touches_topic(joined) or memory.danger is not Danger.NONE_STATED
    if found:
        memory.cases = cases_of(memory, found, groups, joined)
        memory.actions = tuple(dict.fromkeys(one.act.action for one in found))
        memory.topic = True
    elif memory.topic and memory.cases and _follows(joined, gave_facts=gave_facts):
        memory.cases = cases_again(memory, sentences, groups, joined)
    elif topical or memory.topic:
        memory.topic = True
        memory.cases = (case(memory, _default_person(memory, joined), (Action.OTHER,)),)
        memory.actions = (Action.OTHER,)


def _sentences(said: Said, *, topical: bool) -> list[Sentence]:
    spanish = said.heard.lang != "en"
    topical = topical or bool(status_phrases(said.folded.text))
    out: list[Sentence] = []
    for cut in _whole(split(said.content), said.content):
        folded = mend(fold(cut.text), spanish=spanish)
        text = folded.text
        phrases = status_phrases(text)
        named = acts(text, topical=topical or bool(phrases))
        out.append(Sentence(cut.text, folded, cut.start, mentions(text), phrases, named))
    return out


def _whole(cuts: Sequence[Cut], content: str) -> list[Cut]:
    """Join a correction to what it corrects: "I'm a citizen. Of Mexico, I mean."."""
    out: list[Cut] = []
    for cut in cuts:
        if out and _TURNS.CORRECTS.match(cut.text):
            start = out.pop().start
            cut = Cut(content[start : cut.end], start, cut.end)  # noqa: PLW2901 - the joined one
        out.append(cut)
    return out


def _take_fears(memory: Memory, number: int, sentences: Sequence[Sentence]) -> None:
    for sentence in sentences:
        feared = fear(sentence.folded.text)
        if feared is None:
            continue
        stated = Stated("danger", feared.danger.value, feared.start, feared.end)
        memory.add_fact(memory.last_person or "self", sentence, stated, number)
        if memory.danger is not Danger.TORTURE:
            memory.danger = feared.danger


def _acts_asked(
    sentences: Sequence[Sentence], groups: Sequence[NamedGroup], joined: str
) -> list[AskedAct]:
    """Every act named; another state's, only where someone may be a citizen or national."""
    found = [AskedAct(sentence, act) for sentence in sentences for act in sentence.acts]
    if only_resembles(joined, (one.act for one in found)):
        return [one for one in found if one.act.action in BESIDE_REMOVAL]
    persons = any(m.kind in {"self", "relation"} for s in sentences for m in s.people)
    aliens_only = not any(group.statuses & PROTECTED for group in groups)
    if aliens_only and (groups or not persons):
        return [one for one in found if one.act.action is not Action.EXPELLED_BY_FOREIGN_STATE]
    return found


def _hidden_acts(said: Said) -> list[AskedAct]:
    """Find acts only a decoded view of the text names; they set the topic, never a fact."""
    for view in views(said.content, said.folded):
        for act in acts(view):
            folded = fold(view)
            blank = Sentence(view, folded, 0, mentions(folded.text), (), (act,))
            return [AskedAct(blank, act)]
    return []


def _follows(text: str, *, gave_facts: bool) -> bool:
    """Whether a turn without an act goes on with the act asked about before."""
    count = len(text.split())
    if _TURNS.DOUBTS.search(text) or count <= _FEW_WORDS:
        return True
    if gave_facts and count <= _FACT_WORDS:
        return True
    return count <= _CONTINUING_WORDS and bool(_TURNS.CONTINUES.match(text))


def _default_person(memory: Memory, text: str) -> str:
    if memory.last_other and _TURNS.THEM.search(text):
        return memory.last_other
    if memory.known.get("self") and not memory.last_other:
        return "self"
    if _TURNS.SPEAKER.search(text):
        return "self"
    return memory.last_person or "someone"
