"""Read a conversation: who is asked about, what they said of themselves, what is asked.

Only the person's own turns are read. What is not known stays unknown; what contradicts itself
widens what is possible; on doubt the topic is on.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from bot.guard.acts import Act, acts, countries, danger, touches_topic
from bot.guard.people import Mention, fits, mentions, other_clitic, self_clitic
from bot.guard.places import THIRD_COUNTRIES
from bot.guard.rules import State
from bot.guard.statuses import StatusPhrase, status_phrases
from bot.text.language import detect, is_other
from bot.text.normalise import MAX_FOLD_CHARS, Folded, fold, views
from bot.text.sentences import split
from bot.text.spelling import mend
from bot.types import (
    ANYONE,
    CITIZENS,
    PROTECTED,
    REMOVAL_LIKE,
    Action,
    Danger,
    Fact,
    Lang,
    ReplyLang,
    Status,
    Turn,
)

Emergency = Literal["ice_at_door", "on_a_plane", "detained", "danger_now", "self_harm"]


@dataclass(frozen=True)
class Case:
    """One person a question is about and the states it puts, one for each act."""

    person: str
    states: tuple[State, ...]
    conflict: bool = False


@dataclass(frozen=True)
class Reading:
    """What a conversation says and asks, as far as the rules need it."""

    lang: ReplyLang
    on_topic: bool
    cases: tuple[Case, ...]
    facts: tuple[Fact, ...]
    actions: tuple[Action, ...]
    danger: Danger
    yes_no: bool
    negative: bool
    """The question asks whether the act is not to be: "can't they", "is it illegal to"."""
    prohibition: bool
    """The question asks whether the law forbids the act or protects from it: a yes is then right."""
    emergency: Emergency | None
    out_of_scope: bool
    question: str
    """The last question, folded, for matching only."""
    known: Mapping[str, frozenset[Status]] = field(default_factory=dict)
    """What each person the conversation says something of may be."""

    @property
    def possible(self) -> frozenset[Status]:
        """Everything any person the question is about may be."""
        known: set[Status] = set()
        for case in self.cases:
            for state in case.states:
                known |= state.statuses
        return frozenset(known) or ANYONE

    @property
    def needs(self) -> Literal["status", "birth"] | None:
        """The one fact that would decide, where a question about a certain person lacks it."""
        for case in self.cases:
            if case.person.startswith("someone"):
                continue
            for state in case.states:
                if state.action in REMOVAL_LIKE and state.statuses & PROTECTED and state.statuses - PROTECTED:
                    return "status"
                if state.action is Action.DENATURALIZE and len(state.statuses) > 1:
                    return "birth"
        return None


@dataclass
class _Memory:
    """What is carried from turn to turn."""

    facts: list[Fact] = field(default_factory=list)
    known: dict[str, list[frozenset[Status]]] = field(default_factory=dict)
    last_person: str | None = None
    last_other: str | None = None
    heard: list[str] = field(default_factory=list)
    cases: tuple[Case, ...] = ()
    actions: tuple[Action, ...] = ()
    danger: Danger = Danger.NONE_STATED
    topic: bool = False

    def statuses(self, person: str) -> frozenset[Status]:
        said = self.known.get(person, [])
        if any(f.person == person and f.value == "elsewhere" for f in self.facts) and any(
            f.person == person and f.value == "united_states" for f in self.facts
        ):
            return ANYONE
        both = ANYONE
        for one in said:
            both &= one
        if both:
            return both
        return frozenset().union(*(one for one in said if one != ANYONE))

    def conflicting(self, person: str) -> bool:
        both = ANYONE
        for one in self.known.get(person, []):
            both &= one
        return not both


@dataclass(frozen=True)
class _Sentence:
    text: str
    folded: Folded
    at: int
    people: tuple[Mention, ...]
    phrases: tuple[StatusPhrase, ...]
    acts: tuple[Act, ...]


_COPULA = re.compile(
    r"(?:^|[\s'(,])(?:is|are|am|was|were|be|been|being|'?m|im|'?s|'?re|became|become|becoming|consider(?:ed)?|called|not|also|both|still|now"
    r"|have|has|had|having|got|gets|with|only|just|really|actually|already|a|an|the|un|una|uno|el|la|es|son|soy|somos|era|fue|ser|sea|eres|siendo"
    r"|tengo|tiene|tienen|con|ya|que es|who is|born|legal|proud|my|his|her|su|mi)\s*$"
)
_PREDICATE = re.compile(
    r"(?:^|[\s'(,])(?:is|are|am|was|were|be|been|being|'?m|im|i'm|'?s|he's|she's|they're|'?re|ur|became|become|have|has|had|having|got|gets|with"
    r"|es|son|soy|somos|era|fue|ser|sea|eres|siendo|tengo|tiene|tienen|hold|holds|carry|not|no)"
    r"(?:\s+(?:a|an|the|un|una|el|la|my|his|her|su|mi|also|both|still|now|only|just|really|actually|already|ya|not|born|both|legally|fully|100%|us|american))*\s*$"
)
_BOTH = re.compile(r"\b(?:us both|both of us|the two of us|deport us|nos\b[^.?!]*\b(?:a los dos|a las dos|a ambos|a todos))\b")
_THIRD = re.compile(rf"\b{THIRD_COUNTRIES}\b|\b(?:from somewhere else|de otro pais|from another country)\b")
_REPORTS = re.compile(r"\b(?:says?|said|told|tells|thinks?|heard|hear|read|swears?|know|wonder|asked|ask|believes?|claims?|cree[n]?|dice[n]?|dijo|dijeron|se que|oi|lei|escuche|help|helps|represent|love|want)\b")
_AS = re.compile(r"\b(?:as|como)(?: an?| un| una)?\s*$")
_APPOSITION = re.compile(r",\s*(?:who(?:'s| is| was)?|que (?:es|era|nacio)|quien (?:es|nacio)|both|todos|all)?\s*(?:an?|un|una|the)?\s*$")
_RELATED_TO = re.compile(
    r"\b(?P<rel>married to|engaged to|marriage to|marry(?:ing)?|casad[oa] con|casarme con|matrimonio con|living with|dating"
    r"|(?:wife|husband|spouse|partner|girlfriend|boyfriend|fiancee?|espos[oa]s?|marido|mujer|pareja|novi[oa]|conyuge)s? (?:of|to|de)"
    r"|(?:mother|father|parents?|mom|dad|padres?|madres?|mama|papa) (?:of|to|de)"
    r"|(?:sons?|daughters?|child(?:ren)?|kids?|baby|hij[oa]s?|nin[oa]s?) (?:of|to|de)"
    r"|(?:brothers?|sisters?|siblings?|friends?|relatives?|cousins?|neighbou?rs?|herman[oa]s?|amig[oa]s?|familiar(?:es)?|prim[oa]s?|family|victims?|lawyers?|employers?|familia) (?:of|to|de)"
    r"|have|has|tengo|tiene)"
    r"\s+(?:an?|the|un|una|el|la|two|three|my|mi|dos|tres|her|his|su|sus)?\s*$"
)
_POSSESSED = re.compile(
    r"^(?:'s|s')?\s*(?P<rel>wife|husband|spouse|partner|mother|father|parents?|mom|dad|brother|sister|sons?|daughters?|child(?:ren)?|kids?|baby|relatives?|family|friend)\b"
)
_BIND_BREAK = re.compile(r"[;?!]|\b(?:but|pero|while|mientras|whereas)\b|, (?:and|y|so|can|will|puede)\b")
_PASSIVE = re.compile(r"\b(?:be|been|being|get|gets|got|getting|is|are|was|were|am|i'm|im|ser|sido|siendo|fue|fueron|sea|sean|estar|estoy|esta)(?:\s+\w+){0,2}\s*$")
_SELF_ACT = re.compile(r"\b(?:deport|expel|send|remove|kick|take|strip|arrest|detain|ship|extradite|stop|hold|put|let|banish|exile|throw|denaturalize|refuse|keep|turn|lock)\w*\s+(?:me|myself|us(?! (?:citizen|national|born|passport|person|prisoner|resident|soil)))\b")
_CONTINUES = re.compile(
    r"^\W*(?:and|but|so|what about|how about|what if|even if|even|then|also|or|ok(?:ay)?(?: so)?|y|pero|entonces|ni|o|aunque|aun si|incluso|tambien|que tal|que pasa si|en serio|really|are you sure|seguro|por que|why|but why|de verdad|is that|does that|would that|and if|y si|si|if)\b"
)
_QUESTION_ACT = re.compile(
    r"\?|^\W*(?:can|could|may|will|would|is|are|am|do|does|did|should|what|how|when|where|who|why|which|puede|pueden|podria|podrian|es|son|que|como|cuando|donde|quien|hay|tengo|debo)\b"
)
_YES_NO = re.compile(
    r"(?:^|[.,;:!?¿]\s*|\b(?:so|and|but|then|ok|okay|please|hi|hello|y|pero|entonces|hola|if .{0,60}|si .{0,60}|that|que|whether|know)\s+)"
    r"(?:can|could|may|might|will|would|is|are|am|do|does|did|has|have|should|isn't|aren't|can't|couldn't|won't|doesn't|puede|pueden|podria|podrian|podra|podran|es|son|esta|estan|me pueden|lo pueden|la pueden|los pueden|le pueden|nos pueden|te pueden|se puede|hay|tiene|tienen|van a|va a|me van a|soy|estoy|puedo|acaso|deportan|deportarian|sera)\b"
    r"|\b(?:right|correct|true|verdad|cierto|no)\s*\?"
)
_NEGATIVE = re.compile(
    r"\b(?:can't|cannot|cant|couldn't|can not|won't|isn't it illegal|illegal|unlawful|unconstitutional|forbidden|prohibited|against the law|ilegal|prohibido|inconstitucional|no (?:me |lo |la |los |nos )?pueden?|no se puede|protected from|safe from|immune|a salvo|protegid[oa])\b"
)
_PROHIBITION = re.compile(
    r"\b(?:is|are|isn't|it's|it) (?:\w+ ){0,3}?(?:illegal|unlawful|unconstitutional|forbidden|prohibited|against the law|safe|protected|immune)\b|\b(?:stop|prevent|forbid|prohibit|protect|bar)s?\b[^.?!]{0,30}\b(?:government|ice|them|deport\w*|remov\w*|citizens|me|us)\b|\bes (?:\w+ )?(?:ilegal|inconstitucional|prohibido)\b|\b(?:impide|prohibe|protege|evita)\b|\bno tiene[n]? que temer|\b(?:a salvo|segur[oa]s?|protegid[oa]s?)\b"
)
_EMERGENCIES: tuple[tuple[Emergency, re.Pattern[str]], ...] = (
    ("self_harm", re.compile(r"\b(?:kill myself|suicid\w+|end my life|want to die|hurt myself|don't want to live|dont want to live|quitarme la vida|matarme yo|no quiero vivir|me quiero morir|quiero morir(?:me)?|hacerme dano)\b")),
    ("danger_now", re.compile(r"\b(?:has a gun|going to (?:hurt|kill) me (?:right )?now|beating me|is hitting me|breaking in|me esta (?:pegando|golpeando)|tiene una pistola|me va a matar (?:ahora|ahorita))\b")),
    ("on_a_plane", re.compile(r"\b(?:putting|put|puting|loading|boarding|on)\b[^.?!]{0,30}\b(?:the|a|an) (?:plane|flight|bus to the airport|deportation flight)\b|\b(?:subiendo|subieron|suben|subir|meten|metiendo)\w*[^.?!]{0,30}\bavion\b|\b(?:plane|flight|avion|vuelo)\b[^.?!]{0,30}\b(?:now|tonight|today|in an hour|hoy|ahora|ahorita|esta noche)\b")),
    ("ice_at_door", re.compile(r"\bice is (?:here|outside|at)\b|\b(?:ice|immigration|la migra|agents?|agentes?|officers?|migracion)\b[^.?!]{0,40}\b(?:(?:at|outside|knocking on|banging on|in front of|a|en|afuera de|tocando) (?:my|the|our|la|mi|nuestra) (?:front )?(?:door|house|home|apartment|puerta|casa)|knocking|outside right now|afuera)\b|\b(?:tocando|toca|tocan) (?:a )?(?:la|mi) puerta\b[^.?!]{0,30}\b(?:migra|ice|inmigracion)\b")),
    ("detained", re.compile(r"\b(?:ice|cbp|border patrol|immigration|la migra|migracion)\b[^.?!]{0,25}\b(?:took|has|have|grabbed|detained|arrested|picked up|is holding|se llevo|tiene|agarro|detuvo|arresto)\b[^.?!]{0,12}\b(?:me|my|him|her|them|mi|us|lo|la|a mi)\b|\b(?:detained|arrested|held|picked up|taken) by (?:ice|cbp|immigration|border patrol)|\b(?:i am|i'm|im|estoy|esta|my \w+ is|he is|he's|she is|she's) (?:\w+ )?(?:detained|in ice custody|in detention|detenid[oa])\b|\b(?:me|lo|la) (?:agarro|detuvo|tiene|arresto) (?:la migra|ice|inmigracion)\b|\bdetenid[oa] por (?:ice|la migra|inmigracion)")),
)
_DISHONEST = re.compile(
    r"\b(?:where|how|help|can (?:i|you|we)|want to|need to|need|best way|donde|como|ayud\w+|quiero|necesito)\b[^.?!]{0,50}\b(?:fake|forge|counterfeit|false papers|falsif\w+|false document|pretend to be (?:an? )?(?:us )?citizen|lie (?:to|on|about)|lie in|papeles (?:falsos|chuecos)|documentos falsos|mentir(?:le)?|hacerme pasar|sham marriage|fake marriage|matrimonio falso|buy (?:a )?(?:ssn|social|green card|birth certificate)|comprar (?:papeles|un seguro|una green card|un acta))\b"
)


def read(turns: Sequence[Turn], lang: Lang | None = None) -> Reading:
    """Read a conversation that ends with the person's question.

    Args:
        turns: the conversation; only turns of role ``user`` are read.
        lang: the language to reply in, where the person chose one.
    """
    said = [(i, turn.content[:MAX_FOLD_CHARS]) for i, turn in enumerate(turns) if turn.role == "user"]
    memory = _Memory()
    for number, content in said:
        _read_turn(memory, number, content)
    question = said[-1][1] if said else ""
    folded = fold(question).text.strip()
    reply_lang = lang or _reply_lang([content for _, content in said])
    emergency = next((name for name, pattern in _EMERGENCIES if pattern.search(folded)), None)
    return Reading(
        lang=reply_lang,
        on_topic=memory.topic or (reply_lang == "en+es" and not lang and is_other(question)),
        cases=memory.cases,
        facts=tuple(memory.facts),
        actions=memory.actions,
        danger=memory.danger,
        yes_no=bool(_YES_NO.search(folded)),
        negative=bool(_NEGATIVE.search(folded)),
        prohibition=bool(_PROHIBITION.search(folded)),
        emergency=emergency,
        out_of_scope=bool(_DISHONEST.search(folded)),
        question=folded,
        known={person: memory.statuses(person) for person in memory.known},
    )


def _reply_lang(contents: Sequence[str]) -> ReplyLang:
    for content in reversed(contents):
        if found := detect(content):
            return found
        if is_other(content):
            return "en+es"
    return "en"


def _read_turn(memory: _Memory, number: int, content: str) -> None:
    sentences = _sentences(content, memory.topic)
    fresh = len(memory.facts)
    groups: list[tuple[_Sentence, Mention, frozenset[Status]]] = []
    for sentence in sentences:
        groups += _take_facts(memory, number, sentence)
    for sentence in sentences:
        stated, span = danger(sentence.folded.text)
        if stated is not Danger.NONE_STATED:
            memory.facts.append(_fact(memory.last_person or "self", "danger", stated, number, sentence, span))
            if memory.danger is not Danger.TORTURE:
                memory.danger = stated
    found = [(s, act) for s in sentences for act in s.acts]
    persons = any(m.kind in {"self", "relation"} for s in sentences for m in s.people)
    if all(not g[2] & PROTECTED for g in groups) and (groups or not persons):
        found = [pair for pair in found if pair[1].action is not Action.EXPELLED_BY_FOREIGN_STATE]
    joined = " ".join(s.folded.text for s in sentences)
    if not found:
        found = _hidden_acts(content)
    topical = bool(found) or touches_topic(joined) or memory.danger is not Danger.NONE_STATED
    gave_facts = len(memory.facts) > fresh or bool(groups)
    if found:
        memory.cases = _cases(memory, found, groups, joined)
        memory.actions = tuple(dict.fromkeys(act.action for _, act in found))
        memory.topic = True
    elif memory.topic and memory.cases and _follows(joined, gave_facts=gave_facts):
        memory.cases = _again(memory, sentences, groups, joined)
    elif topical or memory.topic:
        memory.topic = memory.topic or topical
        person = _default_person(memory, joined)
        memory.cases = (_case(memory, person, (Action.OTHER,), None),)
        memory.actions = (Action.OTHER,)


def _sentences(content: str, topical: bool) -> list[_Sentence]:
    out = []
    spanish = detect(content) != "en"
    topical = topical or bool(status_phrases(fold(content).text))
    for cut in split(content):
        folded = mend(fold(cut.text), spanish=spanish)
        out.append(
            _Sentence(
                cut.text,
                folded,
                cut.start,
                mentions(folded.text),
                status_phrases(folded.text),
                acts(folded.text, topical=topical),
            )
        )
    return out


def _hidden_acts(content: str) -> list[tuple[_Sentence, Act]]:
    """Find acts only a decoded view of the text names; they set the topic, never a fact."""
    for view in views(content):
        for act in acts(view):
            blank = _Sentence(view, fold(view), 0, mentions(fold(view).text), (), (act,))
            return [(blank, act)]
    return []


def _fact(person: str, name: str, value: str, number: int, sentence: _Sentence, span: tuple[int, int]) -> Fact:
    start, end = sentence.folded.span(*span)
    return Fact(
        person=person,
        field=name,  # type: ignore[arg-type]
        value=str(value),
        turn=number,
        span=(sentence.at + start, sentence.at + end),
        quote=sentence.text[start:end],
    )


def _take_facts(
    memory: _Memory, number: int, sentence: _Sentence
) -> list[tuple[_Sentence, Mention, frozenset[Status]]]:
    """Bind each status phrase to a person, or make it a group of its own."""
    groups: list[tuple[_Sentence, Mention, frozenset[Status]]] = []
    for phrase in sentence.phrases:
        owner = _owner(memory, sentence, phrase)
        if owner not in {None, "self"} and _UNSURE.search(sentence.folded.text):
            continue
        if owner is None and phrase.statuses == ANYONE:
            continue
        if owner is None:
            name = "someone" if not any(g[1].person == "someone" for g in groups) else "someone-2"
            mention = Mention("someone", name, phrase.start, phrase.end)
            groups.append((sentence, mention, phrase.statuses))
            memory.facts.append(
                _fact(name, phrase.field, phrase.value, number, sentence, (phrase.start, phrase.end))
            )
            continue
        memory.known.setdefault(owner, []).append(phrase.statuses)
        if phrase.statuses != ANYONE or phrase.value == "elsewhere":
            memory.facts.append(
                _fact(owner, phrase.field, phrase.value, number, sentence, (phrase.start, phrase.end))
            )
    for mention in sentence.people:
        if mention.kind in {"self", "relation"}:
            memory.last_person = mention.person
            if mention.kind == "relation":
                memory.last_other = mention.person
                if not mention.plural:
                    memory.heard.append(mention.person)
        elif mention.kind == "someone" and memory.last_other is None:
            memory.last_person = "someone"
    if groups and not any(m.kind in {"self", "relation"} for m in sentence.people):
        memory.last_person = groups[-1][1].person
        memory.last_other = groups[-1][1].person
        memory.known[memory.last_other] = [groups[-1][2]]
    return groups


_FRAGMENT = re.compile(r"\s*(?:here\b|aqui\b|,|\(|living|con\b|with\b|bc\b|since\b|de\b)")
_UNSURE = re.compile(r"\b(?:not sure|don't know|no idea|no se si|no estoy segur[oa]|no sabemos|says? (?:that )?(?:he|she|he's|she's|they)[^.?!]*\b(?:but|his mother says))\b")
_INVERSE = (
    (re.compile(r"marr|engaged|casa|matri|wife|husband|spouse|partner|friend of|girlf|boyf|fianc|espos|marido|mujer|pareja|novi|conyuge|living|dating"), "spouse"),
    (re.compile(r"mother|father|parent|mom|dad|padre|madre|mama|papa"), "child"),
    (re.compile(r"son|daught|child|kid|baby|hij|nin"), "parents"),
)


def _owner(memory: _Memory, sentence: _Sentence, phrase: StatusPhrase) -> str | None:
    """Who a status phrase is said of; None for a group named by it."""
    text = sentence.folded.text
    before = text[: phrase.start]
    if phrase.start <= 3 and phrase.field == "birthplace" or phrase.start <= 3 and _FRAGMENT.match(text[phrase.end :]):
        return "self"
    if re.search(r"\b(?:my|mi)\s*$", before) and phrase.noun:
        return "self"
    related = _RELATED_TO.search(before)
    if related and related["rel"] not in {"have", "has", "tengo", "tiene"}:
        return next((who for pattern, who in _INVERSE if pattern.search(related["rel"])), "friend")
    if phrase.noun and (possessed := _POSSESSED.match(text[phrase.end :])):
        relation = possessed["rel"]
        inside = [m for m in sentence.people if m.start < phrase.start and phrase.end < m.end]
        if inside:
            return inside[0].person
        return None if relation.startswith(("child", "kid", "son", "daughter")) else "spouse"
    inside = [m for m in sentence.people if m.start <= phrase.start and phrase.end <= m.end and m.kind == "relation"]
    if inside:
        return inside[0].person
    said = text[phrase.start : phrase.end]
    if re.match(r"(?:my|mi)\b", said):
        return "self"
    if re.match(r"(?:his|her|su)\b", said) and memory.last_other:
        return memory.last_other
    given = re.match(r"\s*(?:a|to|of|de|for) (?=(?:my|mi|mis|his|her|su)\b)", text[phrase.end :])
    if given:
        after = [m for m in sentence.people if m.kind == "relation" and m.start == phrase.end + given.end()]
        if after:
            return after[0].person
    within = [m for m in sentence.people if phrase.start <= m.start < phrase.end and m.kind == "self"]
    if within:
        return "self"
    subject = _subject_before(sentence, phrase.start)
    if _AS.search(before):
        return "self" if any(m.kind == "self" for m in sentence.people) or self_clitic(text) else None
    between = text[subject.end : phrase.start] if subject is not None else ""
    linked = (
        not phrase.noun
        or (
            subject is not None
            and not any(subject.end <= a.start < phrase.start for a in sentence.acts)
            and not _REPORTS.search(between)
            and not re.search(r"\b(?:can|could|may|will|would|puede[n]?|podria[n]?|deport|expel|remov|send|que un|if|si)\b", between)
            and len(between.split()) <= 12
        )
        or _PREDICATE.search(before) is not None
        or (subject is not None and _APPOSITION.search(text[subject.end : phrase.start]) is not None)
        or (subject is not None and re.fullmatch(r",?\s*(?:an?|un|una)?\s*", text[subject.end : phrase.start]) is not None)
        or re.match(r"(?:soy|somos|naci|tengo|no soy|es|no es|son|es una?|me hice|se hizo)\b", text[phrase.start : phrase.end]) is not None
    )
    if not linked:
        return None
    if subject is not None and subject.kind == "someone":
        return None
    if subject is not None:
        return _resolve(memory, subject, sentence)
    if re.search(r"\b(?:soy|somos|naci|tengo|estoy|im|i'm|me hice|nacimos)\b", text[: phrase.end]):
        return "self"
    if re.match(r"\W*(?:born|a |an |us |un |una |citizen|green|undocumented|naturalized|indocumentad)", text) and not sentence.acts and not re.search(r"\?", sentence.text):
        return memory.last_person or "self"
    if re.search(r"\b(?:es|nacio|tiene|era|fue|son|is|has|was)\b", text[: phrase.end]) and memory.last_other:
        return memory.last_other
    after = [m for m in sentence.people if m.start >= phrase.end and m.kind == "relation"]
    if not phrase.noun and after and re.search(r"\b(?:nacio|es)\b", text[phrase.start : phrase.end]):
        return after[0].person
    return None if phrase.noun or not sentence.people else _resolve(memory, sentence.people[0], sentence)


def _subject_before(sentence: _Sentence, at: int) -> Mention | None:
    text = sentence.folded.text
    earlier = [m for m in sentence.people if m.end <= at]
    for mention in reversed(earlier):
        if _BIND_BREAK.search(text[mention.end : at]) and len(earlier) > 1 and mention.kind != "self":
            continue
        if mention.kind == "self" and text[mention.start : mention.end] in {"me", "us", "my"}:
            continue
        return mention
    return None


def _resolve(memory: _Memory, mention: Mention, sentence: _Sentence) -> str:
    if mention.kind == "pronoun":
        earlier = [m for m in sentence.people if m.kind == "relation" and m.end <= mention.start]
        fitting = [m.person for m in earlier if fits(mention.word, m.person) and not m.plural]
        gendered = [p for p in fitting if not fits("he", p) or not fits("she", p)]
        if fitting:
            return (gendered or fitting)[-1]
        heard = [p for p in memory.heard if fits(mention.word, p)]
        sure = [p for p in heard if not fits("he", p) or not fits("she", p)]
        if heard:
            return (sure or heard)[-1]
        return memory.last_other or (memory.last_person if memory.last_person != "self" else None) or "someone"
    return mention.person


def _follows(text: str, *, gave_facts: bool) -> bool:
    """Whether a turn without an act goes on with the act asked about before."""
    words = text.split()
    return bool(
        re.search(r"\b(?:are you (?:really )?sure|esta[s]? segur[oa]|de verdad|for real|is that true|es cierto|really)\b", text)
        or gave_facts and len(words) <= 40
        or len(words) <= 4
        or (_CONTINUES.match(text) and len(words) <= 14)
    )


def _default_person(memory: _Memory, text: str) -> str:
    if re.search(r"\b(?:ellos|ellas|they|them|los|las)\b", text) and memory.last_other:
        return memory.last_other
    if memory.known.get("self") and not memory.last_other:
        return "self"
    if re.search(r"\b(?:i|me|my|yo|mi|soy|tengo)\b", text):
        return "self"
    return memory.last_person or "someone"


def _again(
    memory: _Memory,
    sentences: Sequence[_Sentence],
    groups: Sequence[tuple[_Sentence, Mention, frozenset[Status]]],
    text: str,
) -> tuple[Case, ...]:
    """Put the acts asked about before to the person this turn names."""
    actions = memory.actions
    if groups:
        return tuple(_case(memory, g[1].person, actions, g[2]) for g in groups)
    named = [m for s in sentences for m in s.people if m.kind in {"relation", "self"}]
    about = [m.person for m in named if m.kind == "relation"] or [m.person for m in named]
    if not about and any(m.kind == "pronoun" for s in sentences for m in s.people) and memory.last_other:
        about = [memory.last_other]
    if about and _QUESTION_ACT.search(text) or about and re.search(r"\b(?:what about|and|y)\b", text):
        person = about[-1]
    elif memory.cases:
        return tuple(
            _case(memory, c.person, actions, None if memory.known.get(c.person) else c.states[0].statuses)
            for c in memory.cases
        )
    else:
        person = memory.last_person or "someone"
    if person == "self" and not any(f.person == "self" for f in memory.facts) and memory.cases:
        return tuple(
            _case(memory, c.person, actions, None if memory.known.get(c.person) else c.states[0].statuses)
            for c in memory.cases
        ) if memory.cases[0].person != "someone" else (_case(memory, "self", actions, None),)
    return (_case(memory, person, actions, None),)


def _cases(
    memory: _Memory,
    found: Sequence[tuple[_Sentence, Act]],
    groups: Sequence[tuple[_Sentence, Mention, frozenset[Status]]],
    joined: str,
) -> tuple[Case, ...]:
    """Say of whom each act is asked, and put the states."""
    asked: dict[str, list[Action]] = {}
    statuses: dict[str, frozenset[Status]] = {}
    questions = [pair for pair in found if _QUESTION_ACT.search(pair[0].folded.text)] or list(found)
    vague = {Action.UNCLEAR, Action.DENY_REVIEW}
    if all(act.action in vague for _, act in questions):
        questions += [pair for pair in found if pair[1].action not in {*vague, Action.DETAIN}]
    for sentence, act in questions:
        for mention, known in _targets(memory, sentence, act, groups, joined):
            asked.setdefault(mention, []).append(act.action)
            if known is not None:
                statuses[mention] = known
    between = countries(joined)
    if between and -1 not in between and between[0] != between[1]:
        asked = {
            who: [Action.THIRD_COUNTRY if a is Action.REMOVE else a for a in acts_]
            for who, acts_ in asked.items()
        }
    elif _THIRD.search(joined):
        asked = {
            who: [Action.THIRD_COUNTRY if a in {Action.REMOVE, Action.UNCLEAR} else a for a in acts_]
            for who, acts_ in asked.items()
        }
    return tuple(
        _case(memory, person, tuple(dict.fromkeys(actions)), statuses.get(person))
        for person, actions in asked.items()
    )


def _targets(
    memory: _Memory,
    sentence: _Sentence,
    act: Act,
    groups: Sequence[tuple[_Sentence, Mention, frozenset[Status]]],
    joined: str,
) -> list[tuple[str, frozenset[Status] | None]]:
    text = sentence.folded.text
    if _BOTH.search(text) and memory.heard:
        return [("self", None), (memory.heard[-1], None)]
    mine = [(g[1], g[2]) for g in groups if g[0] is sentence]
    people = [(m, None) for m in sentence.people if not any(g.start <= m.start < g.end for g, _ in mine)]
    around: list[tuple[Mention, frozenset[Status] | None]] = sorted(
        [*mine, *people], key=lambda pair: pair[0].start
    )
    around = [pair for pair in around if not _merely_related(text, pair[0])]
    named = text[act.start : act.end]
    if _SELF_ACT.search(named) or _SELF_ACT.search(text[act.start : act.end + 8]):
        more = [
            _as_target(memory, sentence, m, known)
            for m, known in around
            if m.start >= act.start and re.search(r"\b(?:me|us) (?:and|or|with|along with) (?:\w+ )?$", text[: m.start])
            or m.start >= act.start and m.kind == "relation" and re.search(r"\bme (?:and|or)\s*$", text[: m.start])
        ]
        return [("self", None), *more]
    clitic = text[max(0, act.start - 22) : act.end]
    if not mine and self_clitic(clitic):
        others = [m for m, _ in around if m.kind == "relation" and m.start > act.start]
        both = [("self", None), *((m.person, None) for m in others)]
        if not others or re.search(r"\ba mi y\b|\by a mi\b", text):
            return both
        if re.search(r"\bme (?:puede|van|quier|deport|mand|sac|ech|regres)", clitic):
            return [("self", None)]
    if not mine and other_clitic(clitic):
        before_rel = [m for m, _ in around if m.kind == "relation" and m.end <= act.start]
        if before_rel:
            return [(before_rel[-1].person, None)]
        if memory.last_other and not any(m.kind == "relation" and m.start > act.start for m, _ in around):
            several = re.search(r"\b(?:los|las|les)\b|\w(?:ar|er|ir)l[oa]s\b", clitic)
            people = dict.fromkeys(p for p in memory.heard) if several else ()
            return [(p, None) for p in people] or [(memory.last_other, None)]
    passive = _PASSIVE.search(text[: act.start]) is not None
    inside = [pair for pair in around if act.start <= pair[0].start < act.end and pair[0].kind != "self"]
    after = [pair for pair in around if act.start <= pair[0].start <= act.end + 45]
    before = [pair for pair in around if pair[0].end <= act.start]
    chosen = (before[-1:] or inside or after[:1]) if passive else (inside[:1] or after[:1] or before[-1:])
    chosen = chosen + [pair for pair in _joined_with(text, chosen, around)]
    if chosen and chosen[0][0].kind == "pronoun" and mine and memory.last_other is None:
        return [(mine[0][0].person, mine[0][1])]
    if chosen and chosen[0][0].word == "them" and len(dict.fromkeys(memory.heard)) > 1:
        return [(person, None) for person in dict.fromkeys(memory.heard)]
    if chosen:
        return [_as_target(memory, sentence, mention, known) for mention, known in chosen]
    if groups:
        return [(groups[-1][1].person, groups[-1][2])]
    if act.action is Action.UNCLEAR and memory.last_other:
        return [(memory.last_other, None)]
    if re.search(r"\b(?:me|my|mi|yo)\b", joined) or self_clitic(joined):
        return [("self", None)]
    person = memory.last_other or memory.last_person or ("self" if memory.known.get("self") else "someone")
    return [(person, None)]


def _as_target(
    memory: _Memory, sentence: _Sentence, mention: Mention, known: frozenset[Status] | None
) -> tuple[str, frozenset[Status] | None]:
    if known is not None:
        return (mention.person, known)
    person = _resolve(memory, mention, sentence)
    if person == "child" and not memory.known.get("child"):
        person = next((p for p in ("son", "daughter") if memory.known.get(p)), person)
    if mention.kind == "someone":
        return ("someone", ANYONE & (memory.statuses("someone") if memory.known.get("someone") else ANYONE))
    return (person, None)


def _joined_with(
    text: str,
    chosen: Sequence[tuple[Mention, frozenset[Status] | None]],
    around: Sequence[tuple[Mention, frozenset[Status] | None]],
) -> list[tuple[Mention, frozenset[Status] | None]]:
    """Further persons joined to the first by "and", "or"."""
    if not chosen:
        return []
    more = []
    for (left, _), right in pairwise([pair for pair in around if pair[0].start >= chosen[0][0].start]):
        if re.fullmatch(r"\s*(?:,|and|or|y|o|e|u|and also|,? ?and|,? ?or|&)\s*(?:an?|the|un|una|a|al|los|las|even|also|not just|not)?\s*(?:un |una )?", text[left.end : right[0].start]):
            more.append(right)
        else:
            break
    return more


def _merely_related(text: str, mention: Mention) -> bool:
    """Whether a group is named only as somebody's relation: "married to a US citizen"."""
    if mention.kind != "someone":
        return False
    related = _RELATED_TO.search(text[: mention.start])
    return bool(related) and related["rel"] not in {"have", "has", "tengo", "tiene"}  # type: ignore[index]


def _case(
    memory: _Memory, person: str, actions: tuple[Action, ...], group: frozenset[Status] | None
) -> Case:
    known = group if group is not None else memory.statuses(person)
    kept = _in_order(person, actions, known)
    return Case(
        person,
        tuple(State(_presupposed(known, action), action, memory.danger) for action in kept),
        conflict=group is None and memory.conflicting(person),
    )


def _in_order(person: str, actions: tuple[Action, ...], known: frozenset[Status]) -> tuple[Action, ...]:
    """Drop the removal that would only follow after a court took naturalization away."""
    if Action.STRIP_CITIZENSHIP in actions and Action.RELINQUISH in actions:
        actions = tuple(a for a in actions if a is not Action.STRIP_CITIZENSHIP)
    if Action.DENATURALIZE in actions:
        rest = tuple(a for a in actions if a not in REMOVAL_LIKE and a is not Action.STRIP_CITIZENSHIP)
        if known != frozenset({Status.CITIZEN_BY_BIRTH}):
            return rest
    if len(actions) > 1:
        actions = tuple(a for a in actions if a not in {Action.OTHER, Action.UNCLEAR}) or actions[:1]
    if person == "someone" and known == ANYONE and Action.DENY_REVIEW in actions:
        actions = tuple(a for a in actions if a is not Action.REMOVE)
    for stronger in (Action.FOREIGN_PRISON, Action.THIRD_COUNTRY):
        if stronger in actions:
            actions = tuple(a for a in actions if a is not Action.REMOVE)
    return actions


def _presupposed(known: frozenset[Status], action: Action) -> frozenset[Status]:
    """Asking whether citizenship can be taken or given up says that there is some."""
    if action in {Action.STRIP_CITIZENSHIP, Action.DENATURALIZE, Action.RELINQUISH}:
        return (known & CITIZENS) or known
    return known


