"""Of whom a status phrase is said; the words stand in ``words/binding.toml``.

A phrase is bound to the speaker, to a relation, or to nobody: then it names a group of its own
("Can US citizens be deported?"). The steps of ``owner`` are tried in order; the first that decides
is taken.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.guard.memory import Memory, NamedGroup, Sentence, Stated
from bot.guard.people import Mention, fits, mentions, self_clitic
from bot.guard.statuses import StatusPhrase
from bot.guard.words import words
from bot.types import ALIENS, ANYONE

_BINDING = words("binding")
_OPENING = 3
"""A phrase that begins within so many characters opens the text."""
_MISTAKEN_INSIDE = 6
"""A phrase can begin with its subject: "I was born in Texas"."""
_FRAGMENT_WORDS = 6
"""A phrase with at most so many words before it, and nobody among them, may have no subject."""
_FAR_WORDS = 12
"""A subject further away than so many words is not the phrase's."""
_SEVERAL = frozenset({"parents", "family"})
_OF_ONE = frozenset({"he", "him", "his", "hes", "he's", "she", "her", "hers", "shes", "she's"})
_HAVING = frozenset({"have", "has", "tengo", "tiene"})


def take_facts(memory: Memory, number: int, sentence: Sentence, turn: str) -> list[NamedGroup]:
    """Bind each status phrase of ``sentence`` to a person, or make it a group of its own.

    Args:
        memory: what is known so far; it takes in what the sentence says.
        number: which turn of the conversation the sentence is in.
        sentence: the sentence.
        turn: the whole turn, folded.
    """
    groups: list[NamedGroup] = []
    for phrase in sentence.phrases:
        person = owner(memory, sentence, phrase, turn)
        if person not in {None, "self"} and _BINDING.UNSURE.search(sentence.folded.text):
            continue
        if _mistaken(sentence, phrase, turn):
            continue
        if person is not None and _denied(sentence.folded.text, phrase):
            continue
        if person is not None:
            _learn(memory, number, sentence, phrase, person)
        elif phrase.statuses != ANYONE:
            groups.append(_group(groups, sentence, phrase))
            memory.add_fact(groups[-1].mention.person, sentence, _stated(phrase), number)
    _remember_people(memory, sentence.people)
    named = [m for m in sentence.people if m.kind == "relation"]
    memory.told_now = named[-1].person if named else memory.told_now
    if groups and not any(m.kind in {"self", "relation"} for m in sentence.people):
        last = groups[-1]
        memory.last_person = memory.last_other = last.mention.person
        memory.known[last.mention.person] = [last.statuses]
    return groups


def _mistaken(sentence: Sentence, phrase: StatusPhrase, turn: str) -> bool:
    """Whether the phrase is what somebody wrongly thought, or falsely claimed."""
    text = sentence.folded.text
    before = text[: phrase.start].rstrip()
    inside = text[: phrase.start + _MISTAKEN_INSIDE].rsplit(" ", 1)[0]
    if _BINDING.MISTAKEN.search(before) or _BINDING.MISTAKEN.search(inside):
        return not phrase.noun or len(before.split()) > 1
    return bool(_BINDING.CLAIMED.search(before) and _BINDING.UNTRUE.search(turn))


def _denied(text: str, phrase: StatusPhrase) -> bool:
    """Whether the words take the phrase back; who had an alien's paper once is one still."""
    before, said = text[: phrase.start], text[phrase.start : phrase.end]
    verb_first = _BINDING.VERB_FIRST.match(said) and _BINDING.DENIED_VERB.search(before)
    if not (verb_first or _BINDING.DENIED.search(before)):
        return False
    return not (phrase.statuses <= ALIENS and _BINDING.HAD_ONCE.search(text))


def owner(memory: Memory, sentence: Sentence, phrase: StatusPhrase, turn: str) -> str | None:
    """Say who a status phrase is said of; None for a group named by it."""
    place = _Place(memory, sentence, phrase, turn)
    for step in _STEPS:
        decided = step(place)
        if decided is not None:
            return decided.person
    return None


def resolve(memory: Memory, mention: Mention, sentence: Sentence) -> str:
    """Say which person a mention stands for; a pronoun stands for the last that fits."""
    if mention.kind != "pronoun":
        return mention.person
    earlier = [m for m in sentence.people if m.kind == "relation" and m.end <= mention.start]
    here = [m.person for m in earlier if fits(mention.word, m.person) and not m.plural]
    before = [person for person in memory.heard if fits(mention.word, person)]
    if fitting := here or before:
        return ([person for person in fitting if _gendered(person)] or fitting)[-1]
    last = memory.last_person if memory.last_person != "self" else None
    other = memory.last_other
    if other and not (other in _SEVERAL and mention.word in _OF_ONE):
        return other
    return last if last and last not in _SEVERAL else "someone"


def related_before(before: str) -> str | None:
    """Give the words that make what follows somebody's relation: "married to"; else None."""
    found = _BINDING.RELATED_TO.search(before)
    return found["rel"] if found and found["rel"] not in _HAVING else None


@dataclass(frozen=True)
class _Owner:
    """A decision: a person, or None for a group."""

    person: str | None


@dataclass(frozen=True)
class _Place:
    """A status phrase where it stands."""

    memory: Memory
    sentence: Sentence
    phrase: StatusPhrase
    turn: str

    @property
    def speaker(self) -> bool:
        """Whether the turn speaks of the one who asks, and of no relation of theirs."""
        people = mentions(self.turn)
        if any(m.kind == "relation" for m in people):
            return False
        return self_clitic(self.turn) or any(m.kind == "self" for m in people)

    @property
    def text(self) -> str:
        return self.sentence.folded.text

    @property
    def before(self) -> str:
        return self.text[: self.phrase.start]

    @property
    def after(self) -> str:
        return self.text[self.phrase.end :]

    @property
    def said(self) -> str:
        return self.text[self.phrase.start : self.phrase.end]

    @property
    def through(self) -> str:
        """Everything up to the end of the phrase."""
        return self.text[: self.phrase.end]

    @property
    def relations_after(self) -> list[Mention]:
        people = self.sentence.people
        return [m for m in people if m.start >= self.phrase.end and m.kind == "relation"]

    @property
    def subject(self) -> Mention | None:
        return _subject_before(self.sentence, self.phrase.start)


def _opening(place: _Place) -> _Owner | None:
    """Such as "Born in Texas", "Citizen here, ..."."""
    opens = place.phrase.start <= _OPENING
    born = place.phrase.field == "birthplace"
    if not opens or not (born or _BINDING.FRAGMENT.match(place.after)):
        return None
    told = place.memory.told_now
    return _Owner(told if born and told else "self")


def _mine(place: _Place) -> _Owner | None:
    """Such as "my citizen (friend)"."""
    mine = place.phrase.noun and _BINDING.MY_BEFORE.search(place.before)
    return _Owner("self") if mine else None


def _as_relation(place: _Place) -> _Owner | None:
    """Such as "married to a citizen", said of the spouse."""
    related = related_before(place.before)
    if related is None:
        return None
    rows = _BINDING.rows("related")
    return _Owner(next((row.name for row in rows if row.pattern.search(related)), "friend"))


def _possessing(place: _Place) -> _Owner | None:
    """Such as "a citizen's wife", said of her spouse; "a citizen's child" names a group."""
    possessed = _BINDING.POSSESSED.match(place.after) if place.phrase.noun else None
    if possessed is None:
        return None
    start, end = place.phrase.start, place.phrase.end
    around = [m for m in place.sentence.people if m.start < start and end < m.end]
    if around:
        return _Owner(around[0].person)
    of_a_child = possessed["rel"].startswith(("child", "kid", "son", "daughter"))
    return _Owner(None if of_a_child else "spouse")


def _inside_relation(place: _Place) -> _Owner | None:
    """Such as "my citizen brother"."""
    start, end = place.phrase.start, place.phrase.end
    people = place.sentence.people
    around = [m for m in people if m.start <= start and end <= m.end and m.kind == "relation"]
    return _Owner(around[0].person) if around else None


def _by_first_word(place: _Place) -> _Owner | None:
    """Such as "my US passport", "his green card"."""
    if _BINDING.MY_FIRST.match(place.said):
        return _Owner("self")
    if _BINDING.THEIR_FIRST.match(place.said) and place.memory.last_other:
        return _Owner(place.memory.last_other)
    return None


def _given_to(place: _Place) -> _Owner | None:
    """Such as "the green card of my mother"."""
    given = _BINDING.GIVEN_TO.match(place.after)
    if given is None:
        return None
    at = place.phrase.end + given.end()
    return next((_Owner(m.person) for m in place.relations_after if m.start == at), None)


def _speaker_inside(place: _Place) -> _Owner | None:
    """Such as "soy ciudadano", where the phrase holds the speaker."""
    start, end = place.phrase.start, place.phrase.end
    within = any(m.kind == "self" and start <= m.start < end for m in place.sentence.people)
    return _Owner("self") if within else None


def _as_something(place: _Place) -> _Owner | None:
    """Such as "as a citizen"."""
    if not _BINDING.AS.search(place.before):
        return None
    speaker = any(m.kind == "self" for m in place.sentence.people) or self_clitic(place.text)
    return _Owner("self" if speaker else None)


def _fragment(place: _Place) -> _Owner | None:
    """Such as "Honduran, no papers, can they send me back": the speaker of a turn with no other."""
    if place.sentence.people and place.sentence.people[0].start < place.phrase.start:
        return None
    if any(m.kind == "relation" for m in place.sentence.people) or place.memory.last_other:
        return None
    if len(place.before.split()) > _FRAGMENT_WORDS or _BINDING.NAMES_MANY.search(place.said):
        return None
    if _BINDING.REPORTS.search(place.before) or _BINDING.ARTICLE_BEFORE.search(place.before):
        return None
    if any(act.start < place.phrase.start for act in place.sentence.acts):
        return None
    return _Owner("self") if place.speaker else None


def _by_subject(place: _Place) -> _Owner | None:
    """The subject before the phrase, where the two belong together; a group where they do not."""
    subject = place.subject
    if not _linked(place, subject):
        return _Owner(None)
    if subject is None:
        return None
    if subject.kind == "someone":
        return _Owner(None)
    return _Owner(resolve(place.memory, subject, place.sentence))


def _by_verb(place: _Place) -> _Owner | None:
    """Where there is no subject: the person of the verb, or of the bare status."""
    if _BINDING.SPEAKER.search(place.through):
        return _Owner("self")
    asks = bool(place.sentence.acts) or "?" in place.sentence.text
    if not asks and _BINDING.BARE_STATUS.match(place.text):
        return _Owner(place.memory.last_person or "self")
    if _BINDING.THIRD_PERSON.search(place.through) and place.memory.last_other:
        return _Owner(place.memory.last_other)
    return None


def _anyone_near(place: _Place) -> _Owner | None:
    """The relation that follows, else the first person of the sentence."""
    if place.phrase.noun:
        return None
    if place.relations_after and _BINDING.SUBJECT_AFTER.search(place.said):
        return _Owner(place.relations_after[0].person)
    people = place.sentence.people
    return _Owner(resolve(place.memory, people[0], place.sentence)) if people else None


_STEPS: Sequence[Callable[[_Place], _Owner | None]] = (
    _inside_relation,
    _opening,
    _mine,
    _as_relation,
    _possessing,
    _by_first_word,
    _given_to,
    _speaker_inside,
    _as_something,
    _fragment,
    _by_subject,
    _by_verb,
    _anyone_near,
)


def _linked(place: _Place, subject: Mention | None) -> bool:
    """Whether the phrase says something of somebody, and does not only name a group."""
    if not place.phrase.noun or _BINDING.PREDICATE.search(place.before):
        return True
    if _BINDING.VERB_FIRST.match(place.said):
        return True
    if subject is None:
        return False
    between = place.text[subject.end : place.phrase.start]
    if _BINDING.APPOSITION.search(between) or _BINDING.ARTICLE_ONLY.fullmatch(between):
        return True
    return _together(place, subject, between)


def _together(place: _Place, subject: Mention, between: str) -> bool:
    """Whether nothing between subject and phrase parts them."""
    start = place.phrase.start
    return (
        not any(subject.end <= act.start < start for act in place.sentence.acts)
        and not _BINDING.REPORTS.search(between)
        and not _BINDING.BETWEEN.search(between)
        and len(between.split()) <= _FAR_WORDS
    )


def _subject_before(sentence: Sentence, at: int) -> Mention | None:
    text = sentence.folded.text
    earlier = [m for m in sentence.people if m.end <= at]
    for mention in reversed(earlier):
        if mention.kind == "self":
            if text[mention.start : mention.end] not in {"me", "us", "my"}:
                return mention
        elif len(earlier) == 1 or not _BINDING.BREAK.search(text[mention.end : at]):
            return mention
    return None


def _gendered(person: str) -> bool:
    return not fits("he", person) or not fits("she", person)


def _stated(phrase: StatusPhrase) -> Stated:
    return Stated(phrase.field, phrase.value, phrase.start, phrase.end)


def _learn(
    memory: Memory, number: int, sentence: Sentence, phrase: StatusPhrase, person: str
) -> None:
    memory.known.setdefault(person, []).append(phrase.statuses)
    if phrase.statuses != ANYONE or phrase.value == "elsewhere":
        memory.add_fact(person, sentence, _stated(phrase), number)


def _group(groups: Sequence[NamedGroup], sentence: Sentence, phrase: StatusPhrase) -> NamedGroup:
    first = not any(group.mention.person == "someone" for group in groups)
    name = "someone" if first else "someone-2"
    mention = Mention("someone", name, phrase.start, phrase.end)
    return NamedGroup(sentence, mention, phrase.statuses)


def _remember_people(memory: Memory, people: Sequence[Mention]) -> None:
    """Note who was named last, for pronouns and turns to come."""
    for mention in people:
        if mention.kind == "relation":
            memory.last_person = memory.last_other = mention.person
            if not mention.plural:
                memory.heard.append(mention.person)
        elif mention.kind == "self":
            memory.last_person = mention.person
        elif mention.kind == "someone" and memory.last_other is None:
            memory.last_person = "someone"
