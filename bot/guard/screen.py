"""Whether a sentence of a draft may be shown: dropped unless it is clearly safe.

The opening has already said the law, so dropping is cheap; but safe sentences are worth keeping,
and who "he" is decides, so a sentence is read with the question and with the draft so far. Every
act a sentence names must be denied, be about aliens, or be laid to someone else; where a citizen
or national is at stake, a sentence that names no act must be clearly safe for another reason.
"""

import re
from collections.abc import Iterator
from enum import Enum

from bot.guard import claims as c
from bot.guard.form import language_reason, shape_reason
from bot.guard.people import mentions
from bot.guard.places import FOREIGN_ADJECTIVE, FOREIGN_COUNTRY
from bot.guard.polarity import (
    attributed,
    bad_exception,
    denied,
    denies,
    is_question,
    restricted,
    taken_back,
)
from bot.guard.reading import Reading
from bot.guard.safe import (
    clearly_safe,
    denied_plainly,
    lawful_loss,
    lookalike,
    may_depend,
    unsafe_permission,
)
from bot.guard.verdict import certainly_alien
from bot.text.normalise import fold, views
from bot.types import (
    ANYONE,
    PROTECTED,
    REMOVAL_LIKE,
    Action,
    Danger,
    DropReason,
    Outcome,
    Status,
    Verdict,
)


class Group(Enum):
    """Whom an act falls on."""

    PROTECTED = "protected"
    ALIEN = "alien"
    GENERAL = "general"
    NONE = "none"


_CLAUSE = re.compile(
    r"[;:(]|\s-+\s|,?\s\b(?:but|however|although|though|yet|nevertheless|whereas|while|so|because|pero|sin embargo|mientras que|asi que|sino(?: que)?|porque|which means|lo que significa|meaning|then|entonces|with one)\b\s|,\s|\band (?=they|he|she|you|it|can|may|could|the|we|xprot|i\b|your)|\by (?=el|ella|ellos|puede|los|las|la|usted|se|lo|le|a usted)"
)
_CONDITION = re.compile(r"^\W*(?:and |but |y |pero |even )?(?:if|when|whether|in case|suppose|unless|were|si|cuando|en caso de|a menos que)\b")
_LEADING_EXCEPTION = re.compile(r"^\W*(?:outside|absent|except|unless|barring|apart from|aside from|fuera de|salvo|excepto|a menos que|a no ser que)\b[^,]{3,80},")
_IF_ALIEN = re.compile(r"\b(?:if|si|cuando|when|unless)\b(?![^.?!;]{0,30}\b(?:parents?|father|mother|padres?|madre|papas?|mama|spouse|espos[oa])\b)[^.?!;]{0,40}xalien")
_CAUSE = re.compile(r"\b(?:so|since|because|as|asi que|porque|como|ya que|puesto que)\b")
_YOU = re.compile(r"\b(?:you|yourself|usted(?:es)?|tu|te|ti|vos|contigo)\b")
_THEY = re.compile(r"\b(?:he|him|she|her|them|lo|la|los|las|le|les|el(?= (?:puede|podria|sera|fue|va|tiene))|ella|ellos|the (?:boy|girl|child|kid|baby|man|woman|person)|el nino|la nina|el menor)\b|\w(?:ar|er|ir)l[oae]s?\b|\bthey(?= (?:can|could|may|might|will|would|are|were|should) (?:\w+ )?be\b)")
_ALSO_YOU = re.compile(r"\b(?:so (?:can|may|could|will|are|do) (?:you|he|she|xprot)|you(?:,)? (?:too|as well|also)|and you\b|y a usted|usted tambien|tambien (?:a )?(?:usted|tu|ti|el|ella)|as (?:can|could|may) you|same for you|including you|incluid[oa] usted|you can both|los dos|a ambos|both of you)\b")
_PAST_WRONG = re.compile(r"\b(?:was|were|has been|have been|had been|been|got|fue|fueron|ha sido|han sido|deported|removed|deporto|deportaron|expulso|expulsaron|happened|pasado|ocurrido|expulsiones fueron|deportaciones fueron)\b")
_PERMITS = re.compile(r"\b(?:can|could|may|might|lawful|legal|puede[n]?|podria[n]?|legalmente|lawfully|allowed|permitted)\b")
_MEANS = re.compile(r"\b(?:means|is (?:the|a|an) (?:\w+ )?(?:term|word|name|process|act|order|tramite)|refers to|is called|significa|se llama|se refiere|es (?:el|un|una) (?:\w+ )?(?:termino|nombre|proceso|tramite|orden)|quiere decir|(?:is|are) (?:not|different)|differs? from|confuse|confundir|no (?:es|son) (?:lo mismo|deportacion)|es distint\w+|not deportation|as a translation|in a novel|en el cuento|en la novela)\b")
_AFTER_COURT = re.compile(r"\b(?:after|once|only then|only if|only after|despues de|una vez|solo (?:despues|si)|if the court|si el tribunal|solo entonces|luego de)\b")
_TAKES_NATURALIZATION = re.compile(r"\bdenaturali|\bdesnaturali|\b(?:revok|cancel|anul|revoc)\w*|\bnaturali[sz]ation|\bnaturalizacion|\bjudgment|\bsentencia")
_COURT = re.compile(r"\b(?:courts?|judge|judgment|tribunal|juez|sentencia)\b")
_FOREIGN_STATE = re.compile(rf"\b(?:{FOREIGN_COUNTRY}|another country|a foreign (?:country|state|government)|its government|otro pais|(?:a |some )?tribes?|(?:una )?tribu)\b[^.?!;]{{0,40}}?\b(?:can|may|could|might|will|puede|podria|decides?|decide|has|have|expels?|exclude)\b")
_US = re.compile(r"\b(?:united states|estados unidos|eeuu|ice|us|america)\b")
_OWN_MOVE = re.compile(r"^\W*(?:leav|travel|return(?!ed)|mov(?:e|es|ing) |go |fly |live|regresar |volver |viaj|sal|mud|entr|irse)")
_IMPERATIVE_START = re.compile(r"^\W*(?:ask|call|carry|keep|show|tell|say|bring|contact|stay|do not|don't|find|write|request|see|read|save|speak|film|pida|llame|diga|guarde|muestre|lleve|hable|busque|no (?:firme|abra|mienta|diga)|consulte|pide|llama|lleva|guarda)\b")
_STRANGE = re.compile(r"\[|\{|\}|\||=|___|^\W*(?:deport\w*|expuls\w*|remov\w*|desterr\w*|lawfully removed)\W*$")


class Screen:
    """Reads the sentences of one draft in order; remembers whom it spoke of."""

    def __init__(self, reading: Reading, verdict: Verdict | None) -> None:
        self._reading = reading
        self._verdict = verdict
        self._on_topic = verdict is not None
        self._alien = certainly_alien(reading)
        self._last = Group.NONE

    def reason(self, sentence: str) -> DropReason | None:
        """Say why ``sentence`` may not be shown; None when it may."""
        found = shape_reason(sentence) or language_reason(sentence, self._reading.lang, self._on_topic)
        if found is not None:
            return found
        text = c.mark(fold(sentence).text)
        found = self._bare(text) or self._named(text) or self._elliptic(text) or self._unclear(text)
        if found is None:
            for view in views(sentence):
                hidden = self._named(c.mark(view))
                if hidden is not None:
                    found = hidden
                    break
        self._remember(text)
        return found

    def _remember(self, text: str) -> None:
        if "xprot" in text:
            self._last = Group.PROTECTED
        elif "xalien" in text:
            self._last = Group.ALIEN
        elif c.PEOPLE_IN_GENERAL.search(text):
            self._last = Group.GENERAL

    def _named(self, text: str) -> DropReason | None:
        """The reason why an act the sentence names is asserted of someone protected."""
        if is_question(text) and not self._rhetorical(text):
            return None
        return (
            self._torture(text)
            or self._feared(text)
            or self._no_challenge(text)
            or self._loss(text)
            or self._removal(text)
        )

    # Who

    def _possible(self, person: str) -> frozenset[Status]:
        return self._reading.known.get(person, ANYONE)

    def _asked_protected(self) -> bool:
        """Whether a person the question is about may be a citizen or national."""
        if self._reading.cases:
            return bool(self._reading.possible & PROTECTED)
        known = self._reading.known
        return not known or any(one & PROTECTED for one in known.values())

    def _group(self, clause: str, at: int, end: int, carried: Group) -> Group:
        """Whom the act at ``at`` falls on: who stands next to it, else who was spoken of."""
        near = clause[end : end + 28]
        if re.match(r"\s*(?:of |to |a |de |los |las |an? |the |un |una )*(?:us )?xprot", near):
            return Group.PROTECTED
        if re.match(r"\s*(?:of |a |de |los |las |an? |the |un |una |certain |some )*xalien", near):
            return Group.ALIEN
        before = clause[:at]
        words = clause[max(0, at - 25) : end + 12]
        you = _YOU.search(words)
        conditional = _IF_ALIEN.search(clause)
        minors = self._minors(clause[:at])
        if minors is not None:
            return minors
        if "xprot" in before and before.rfind("xprot") > before.rfind("xalien"):
            return Group.PROTECTED
        if you and not conditional and carried is not Group.ALIEN:
            return Group.PROTECTED if self._possible("self") & PROTECTED else Group.ALIEN
        if "xprot" in clause:
            return Group.PROTECTED
        if "xrel" in clause:
            return Group.ALIEN
        if "xalien" in clause:
            told = (_THEY.search(words) or you) and not conditional and _CAUSE.search(clause)
            return Group.PROTECTED if told and self._asked_protected() else Group.ALIEN
        for mention in mentions(clause):
            if mention.kind == "relation" and mention.person in self._reading.known:
                return Group.PROTECTED if self._possible(mention.person) & PROTECTED else Group.ALIEN
        if carried is not Group.NONE:
            return carried
        if _THEY.search(words):
            if self._last in {Group.PROTECTED, Group.ALIEN}:
                return self._last
            return Group.PROTECTED if self._asked_protected() else Group.ALIEN
        if c.PEOPLE_IN_GENERAL.search(clause):
            return Group.ALIEN if self._last is Group.ALIEN or c.ALIEN_CONTEXT.search(clause) else Group.GENERAL
        return Group.NONE

    def _minors(self, before: str) -> Group | None:
        """Whom "the children" stands for, where the act follows."""
        if not re.search(r"\b(?:the|your|los|las|el|la|sus?) (?:child(?:ren)?|kids?|boys?|girls?|bab(?:y|ies)|nin[oa]s?|bebes?|menor(?:es)?|hij[oa]s?)\b[^.?!;]{0,25}$", before):
            return None
        known = [one for person, one in self._reading.known.items() if person in {"child", "son", "daughter"}]
        if known:
            return Group.PROTECTED if any(one & PROTECTED for one in known) else Group.ALIEN
        return Group.PROTECTED if self._asked_protected() else None

    # Yes and no

    def _bare(self, text: str) -> DropReason | None:
        """A yes or no says what the question asked; it is right only where the rules say so."""
        if not self._on_topic or self._verdict is None or self._verdict.rule == "none":
            return None
        yes, no = c.YES.match(text), c.NO.match(text)
        if not yes and not no:
            return None
        rest = text[(yes or no).end() :].strip(" ,.!:-")  # type: ignore[union-attr]
        if yes:
            if may_depend(text) and self._verdict.outcome is not Outcome.FORBIDDEN:
                return None
            if self._yes_is_right() and not c.DANGER.search(rest) and not _ALSO_YOU.search(rest):
                return None
            if self._reading.prohibition and not self._turned(rest):
                return None
            if self._denies_the_act(rest) or (lookalike(rest) and not self._turned(rest)):
                return None
            if _FOREIGN_STATE.search(rest) and not _US.search(rest):
                return None
            return "bare_yes_no" if self._yes_affirms() else None
        if not self._yes_affirms():
            return None
        if self._reading.prohibition and not self._denies_the_act(rest):
            return "bare_yes_no"
        short = len(rest.split()) <= 4 and not re.search(r"xprot|xalien", rest)
        right = self._verdict.outcome is Outcome.FORBIDDEN and not self._reading.negative
        branch = self._verdict.outcome is Outcome.BRANCH and len(self._reading.cases) == 1
        if short and not right and not (self._verdict.outcome is not Outcome.LAWFUL_BUT_DIFFERENT and not branch and not self._alien):
            return "bare_yes_no"
        return None

    def _yes_is_right(self) -> bool:
        verdict = self._verdict
        if verdict is None or verdict.outcome is Outcome.LAWFUL_BUT_DIFFERENT:
            return True
        plain = {Action.REMOVE, Action.DETAIN, Action.REFUSE_ENTRY, Action.UNCLEAR}
        if verdict.rule == "challenge" and set(self._reading.actions) <= {Action.DETAIN}:
            return True
        return (
            self._alien
            and verdict.rule == "challenge"
            and set(self._reading.actions) <= plain
            and not self._reading.negative
        )

    def _yes_affirms(self) -> bool:
        """Whether a yes would affirm what a rule forbids or binds to conditions."""
        if self._verdict is None:
            return False
        return self._about_removal() or self._verdict.rule != "challenge" or self._asked_protected()

    def _denies_the_act(self, rest: str) -> bool:
        if c.REVERSED.search(rest) or re.search(r"\b(?:if|unless|except|si|salvo|aunque|even|because|porque|since|although|though)\b", rest):
            return False
        act = c.REMOVAL.search(rest) or c.PRISON.search(rest) or c.LOSS.search(rest)
        if act and denied(rest, *act.span()):
            return True
        return bool(re.search(r"\b(?:illegal|unlawful|unconstitutional|forbidden|prohibited|protected|safe|ilegal|inconstitucional|prohibido|protegid[oa]|a salvo)\b", rest)) and not re.search(r"\b(?:not|no|n't|only|solo)\b", rest)

    def _turned(self, rest: str) -> bool:
        """Whether what follows a right yes takes it back."""
        return bool(c.ELLIPTIC.search(rest) or c.EXCEPTION.search(rest) or re.search(r"\b(?:but|pero|can|could|may|puede[n]?|podria[n]?|only|solo|aunque|simply)\b", rest)) and not denied_plainly(rest)

    # Torture, persecution, third countries

    def _torture(self, text: str) -> DropReason | None:
        torture = c.TORTURE.search(text)
        if not torture or attributed(text, torture.start()):
            return None
        is_torture = "tortur" in torture[0]
        reason: DropReason = "asserts_torture" if is_torture else "asserts_persecution"
        keeps = re.search(r"\b(?:does not|doesn't|do not|not|no|nor) (?:\w+ )?(?:bar|prevent|block|end|impid\w+|impide|quita\w*|excluy\w+)\b|\b(?:still (?:stands?|applies|protects?|holds?|available)|sigue (?:en pie|vigente|valiendo|protegiendo)|stands|survives?|vale (?:aun|tambien|igual)|even so|has no (?:criminal )?bar|no tiene (?:excepcion|barrera))\b", text)
        if keeps and not c.EVEN_IF.search(text):
            return None
        if c.NO_TORTURE_PROTECTION.search(text) and is_torture and not c.GLOBAL_DENIAL.match(text):
            return reason
        sending = c.SENDING.search(text)
        if not sending:
            return None
        for clause in _clauses(text):
            act = c.SENDING.search(clause)
            if act and denied(clause, *act.span()) and not c.REVERSED.search(clause):
                return None
        if c.EVEN_IF.search(text) or c.REVERSED.search(text) or c.DISMISSED.search(text):
            return reason
        permitted = re.search(r"\b(?:can|may|could|puede[n]?|podria[n]?|lawful\w*|legal\w*|allowed|free to|permitted|authoriz\w+|autoriza\w*)\b[^.?!;]{0,30}?(?:send|sent|return|remov|deport|transfer|hand|mand|envi|expuls|devuel|devolv|regres|entreg)", text)
        if permitted and not re.search(r"\b(?:unless|only if|only when|if (?:he|she|you|they|the person|there)|if that country|salvo|solo si|si (?:no|ese|alla|el))\b", text):
            return reason
        if c.PROTECTIVE.search(text):
            return None
        return reason if _PERMITS.search(text) or re.search(r"\b(?:will|is|are|es|son|fine|ok)\b", text) else None

    def _feared(self, text: str) -> DropReason | None:
        """Words that wave danger aside, or answer "they can" where danger is what was asked about."""
        if not self._on_topic or self._verdict is None:
            return None
        spoken = c.DANGER.search(text)
        fears = self._reading.danger is not Danger.NONE_STATED
        elsewhere = self._verdict.rule == "third_country" or "third_country" in self._verdict.also
        reason: DropReason = (
            "asserts_torture"
            if self._reading.danger is Danger.TORTURE
            else "asserts_persecution"
            if fears or spoken
            else "asserts_no_challenge"
        )
        sending = c.SENDING.search(text) or c.REMOVAL.search(text)
        if attributed(text, sending.start() if sending else len(text)):
            return None
        if (fears or elsewhere) and c.UNHEARD.search(text) and not c.GLOBAL_DENIAL.match(text):
            return reason
        dismissed = c.DISMISSED.search(text)
        if spoken and dismissed and not re.search(r"\b(?:conviction|condena|crime|delito)\b", text):
            return reason
        if sending and (fears or elsewhere or spoken):
            at, end = sending.span()
            if denied(text, at, end) and not dismissed:
                return None
            if (dismissed or c.EVEN_IF.search(text)) and (spoken or fears or elsewhere) and _PERMITS.search(text):
                return reason
            heard = re.search(r"\b(?:protect\w*|withh\w+|asylum|asilo|convention|convencion|ask\w*|appl\w+|claim\w*|show\w*|prov\w+|interview\w*|entrevista\w*|hearing|audiencia|judge|juez|screen\w*|pedir|pida|solicit\w+|demostr\w+|prob\w+|proteg\w+|proteccion|defer\w+|likely|assurance\w*|unless|only if|only as|if that|condicion\w*|conditions?|solo si|salvo|garantia\w*|safeguards?|xalien)\b", text)
            if fears and spoken and not heard and _PERMITS.search(text):
                return reason
        if fears and c.ELLIPTIC.search(text) and not denies(text) and not c.PROTECTIVE.search(text):
            return reason
        return None

    def _no_challenge(self, text: str) -> DropReason | None:
        match = c.NO_CHALLENGE.search(text)
        if not match or attributed(text, match.start()):
            return None
        before = text[: match.start()]
        if re.search(r"\b(?:not true|false|myth|does not mean|doesn't mean|no significa|no es cierto|it is (?:wrong|unlawful|illegal)|may not|cannot|must not|can't)\b", before):
            return None
        if re.search(r"\b(?:no one|nobody|nadie) (?:is|esta|queda) (?:beyond|outside|fuera)|\bno change|\bhas not changed|\bno ha cambiado", text):
            return None
        universal = re.search(r"\b(?:at all|ever|whatsoever|any court|anywhere|no one|nobody|nadie|absolut\w+|never|nunca|jamas|alguna|ningun\w*)\b", text)
        if c.QUALIFIED.search(text) and not universal:
            return None
        return "asserts_no_challenge"

    # Citizenship

    def _loss(self, text: str) -> DropReason | None:
        match = c.LOSS.search(text)
        if not match or attributed(text, match.start()):
            return None
        if re.search(rf"\b{FOREIGN_ADJECTIVE} (?:citizenship|nationality)|(?:ciudadania|nacionalidad) {FOREIGN_ADJECTIVE}", match[0]):
            return None
        if re.search(r"\bonly (?:people who (?:were|are|have been) naturali[sz]ed|naturali[sz]ed|xprot)[^.?!]{0,25}can be denaturali|\bsolo se puede desnaturalizar a (?:quien|los|las|personas)", text):
            return None
        only_court = re.match(r"^\W*(?:no, |yes, |it is possible, but |es posible, pero |and |y )*(?:only|solo|solamente|unicamente) (?:an? |un |una )?(?:federal )?(?:court|judge|tribunal|juez)", text)
        if only_court and not taken_back(text):
            return None
        clause, at, end = _around(text, match.start(), match.end())
        if denied(clause, at, end) or _denied_inside(match[0]):
            if restricted(text) and not lawful_loss(text):
                return "asserts_loss"
            return bad_exception(text, "asserts_loss")
        if c.WRONGFUL.search(text) and _PAST_WRONG.search(text) and not _PERMITS.search(text):
            return None
        if "xalien" in text and "xprot" not in text and not re.search(r"\bcitizenship|ciudadania", match[0]):
            return None
        if _CONDITION.match(clause) and "," not in clause[:at] and len(clause[:at].split()) <= 7 and not re.search(r"automatic", text):
            return None
        if _MEANS.search(text) and not c.PUNITIVE.search(text):
            return None
        if re.search(r"\b(?:tried|sought|wanted|asked|trying|intento|quiso|pidio|busca|says?|alleges?|claims?|dice que|alega)\b", clause[:at]) and not _PERMITS.search(text):
            return None
        return None if lawful_loss(text) else "asserts_loss"

    # Removal and foreign prisons

    def _removal(self, text: str) -> DropReason | None:
        acts = list(_acts(text))
        if acts and "xprot" in text and _LEADING_EXCEPTION.match(text) and denies(text):
            return bad_exception(text + " unless", "asserts_removal") or "asserts_removal"
        carried = Group.NONE
        for clause in _clauses(text):
            for match, reason in _acts(clause):
                group = self._group(clause, *match.span(), carried)
                if group is not Group.NONE:
                    carried = group
                found = self._judge(text, clause, match, group, reason)
                if found is not None:
                    return found
            carried = self._carry(clause, carried)
        if acts and c.INCLUDES.search(text) and not denies(text) and not attributed(text, acts[0][0].start()) and not lookalike(text):
            return "asserts_removal"
        if acts and re.search(r"\bnot (?:only|just|merely) (?:\w+ )?xalien|\bno (?:solo|solamente) (?:\w+ )?xalien|\b(?:not|n't|no|no longer) (?:\w+ )?(?:limit\w*|restrict\w*|confin\w*|reserv\w*|limita\w*|reserva\w*) (?:\w+ ){0,2}?(?:to|for|a|para) (?:\w+ )?xalien|\bmore than (?:just )?xalien", text):
            return "asserts_removal"
        if acts and _ALSO_YOU.search(text) and self._possible("self") & PROTECTED and not denies(text):
            return "asserts_removal"
        return self._shieldless(text, bool(acts))

    def _carry(self, clause: str, carried: Group) -> Group:
        if "xprot" in clause:
            return Group.PROTECTED
        if "xalien" in clause:
            theirs = _CONDITION.match(clause) and re.search(r"\b(?:parents?|father|mother|padres?|madre|papas?|mama|spouse|espos[oa])\b", clause)
            return carried if theirs else Group.ALIEN
        return carried

    def _shieldless(self, text: str, acts: bool) -> DropReason | None:
        """Words that citizenship does not protect: "no shield", "makes no difference"."""
        subject = re.search(r"\bxprot\b|\b(?:us |american |your |his |her |their )?(?:citizenship|passport|birth certificate)\b|\bciudadania\b|\bpasaporte\b|\bacta de nacimiento\b|\bbeing born\b|\bhaber nacido\b|\bborn here\b", text)
        if not subject or not c.REVERSED.search(text) or not (acts or self._about_removal()):
            return None
        if re.search(r"\bxrel\b|\bmarri\w+|\bmatrimonio|\bapplication|\bapplying|\bpending|\bsolicitud|\bgreen|\bcasad", text) and "xprot" not in text:
            return None
        if re.search(r"\b(?:myth|false|not true|mito|falso|no es cierto|wrong|se equivoca)\b", text):
            return None
        if re.search(r"\b(?:arrest\w*|detain\w*|stop\w*|question\w*|charg\w*|prosecut\w*|tax\w*|jury|extradit\w*|sentenc\w*|criminal law|deten\w+|extradi\w+|impuestos)\b", text) and not c.REMOVAL.search(text):
            return None
        if re.search(r"\b(?:being|ser) (?:naturali[sz]ed|naturalizad\w+|dual|de doble)|\b(?:italian|second|other|foreign|segundo|otro) passport|\bthe \w+ passport makes no difference", text) and not re.search(r"\b(?:protect|proteg|shield|immune|inmune)\w*", text):
            return None
        if acts and all(denied(clause, *m.span()) for clause in _clauses(text) for m, _ in _acts(clause)):
            return None
        return "asserts_removal"

    def _judge(
        self, text: str, clause: str, match: re.Match[str], group: Group, reason: DropReason
    ) -> DropReason | None:
        """Judge one act that falls on ``group``."""
        at, end = match.span()
        if group is Group.ALIEN:
            return None
        if group is Group.NONE and (not self._at_stake(text) or c.ALIEN_CONTEXT.search(clause)):
            return None
        if group is Group.GENERAL and not self._on_topic and not re.search(r"\bdeport|\bcecot|\bcountry\b|\bpais\b", text):
            return None
        if group is Group.GENERAL and self._alien and "xprot" not in text:
            return None
        if group is not Group.PROTECTED and not self._on_topic and reason == "asserts_removal" and not re.search(r"\bdeport|\bfrom the (?:us|country)|\bdel pais", text):
            return None
        if "xprot" in clause and not self._on_topic and not re.search(r"\bdeport|\bexpuls|\bexpel|\bexil|\bbanish|\bcecot|\bcountry\b|\bpais\b|\babroad|\bforeign|\bprison", text):
            return None
        if c.ONLY_ALIENS.search(text) and not c.REVERSED.search(text):
            return None
        if reason == "asserts_prison" and re.search(r"\b(?:inside|within|dentro de|only in|solo en) (?:the |los )?(?:us\b|united states|country|estados unidos|eeuu|pais)", text):
            return None
        if Action.DENATURALIZE in self._reading.actions and re.match(r"^\W*(?:only then|only after|solo despues|solo entonces|only if)", text):
            return None
        if lookalike(text) and (reason == "asserts_prison" or c.EXTRADITES.search(clause)):
            return None
        if _FOREIGN_STATE.search(clause) and not _US.search(clause):
            return None
        if _OWN_MOVE.match(match[0]) and not denies(clause):
            return None
        if attributed(text, text.find(match[0])):
            return None
        if denied(clause, at, end):
            if restricted(text) and not _TAKES_NATURALIZATION.search(text):
                return reason
            return bad_exception(text, reason)
        if self._global(text, clause):
            return bad_exception(text, reason)
        if c.WRONGFUL.search(text) and _PAST_WRONG.search(text) and not _PERMITS.search(c.WRONGFUL.sub(" ", text)):
            return None
        if c.HISTORY.search(text) and not _PERMITS.search(text):
            return None
        if _CONDITION.match(clause) and not c.EVEN_IF.search(clause) and not re.search(r"\b(?:you|he|she|they|usted) (?:can|may|could|will|have to)\b", clause):
            return None
        if _AFTER_COURT.search(text) and _TAKES_NATURALIZATION.search(text) and _COURT.search(text) and not re.search(r"\bborn\b|\bby birth|\bnacid|\bpor nacimiento|\bright away|\bbefore any", text):
            return None
        if _MEANS.search(text) and not re.search(r"\b(?:can|may|could|puede[n]?)\b[^.?!;]{0,25}\b(?:be )?(?:deport|remov|expel|expuls)", text):
            return None
        if re.search(r"\b(?:claim\w*|fear\w*|worr\w+|risk of|tem\w+|miedo|threat\w*|amenaz\w+|told you|le dij\w+|te dij\w+)\b", clause[:at]) and not re.search(r"\b(?:can|may|could|puede[n]?)\b[^,]{0,15}$", clause[:at]):
            return None
        return reason

    def _global(self, text: str, clause: str) -> bool:
        """Whether the whole sentence opens with a denial that reaches this clause."""
        opens = re.match(r"^\W*(?:no (?:law|one|court|president|official|statute|treaty|deal|citizen|xprot|executive)|nobody|nothing|it is (?:not true|false|a myth|illegal|unlawful)|there is no|nadie|ningun\w*|no hay|no existe|es (?:falso|un mito)|no es cierto|under no|in no case|en ningun caso|what you were told[^.]*is false|lo que le dijeron[^.]*es falso|even if (?:an officer|someone)[^.]*is wrong|aunque (?:un agente|alguien)[^.]*se equivoca|esa frase es falsa)\b", text)
        wrong = re.search(r"\b(?:is wrong|is mistaken|se equivoca|esta equivocad\w+|is false|es falsa?|which the law does not allow|que la ley no permite|would be void)\b", text)
        earlier = opens is not None and text.find(clause) > 0
        return bool(earlier or wrong) and not c.REVERSED.search(text) and not _local_no(clause)

    # What names no act

    def _rhetorical(self, text: str) -> bool:
        return bool(re.search(r"^\W*(?:why|since when|who says|how come|so what|what stops|por que|quien dice|desde cuando|que impide)\b|\bwho(?: is|'s) going to stop|\bquien lo va a|\bon their side|\bde su lado", text))

    def _elliptic(self, text: str) -> DropReason | None:
        """A claim without its verb: "They can do that", "Citizens, too"."""
        if not self._on_topic or self._verdict is None or self._verdict.outcome is Outcome.LAWFUL_BUT_DIFFERENT:
            return None
        if is_question(text):
            return self._question_reason() if self._rhetorical(text) and self._at_stake(text) else None
        if attributed(text, len(text)) or not (self._about_removal() or {Action.DENATURALIZE, Action.DENY_REVIEW} & set(self._reading.actions)):
            return None
        words = text.split()
        reason = self._question_reason()
        short = len(words) <= 6
        if short and "xprot" in text and self._asked_protected() and not denies(text) and not re.search(r"\b(?:is|are|was|es|son|era)\b.*\bxprot", text):
            return reason
        if re.search(r"(?:^|,|\s)(?:yes|si)\W*$", text) and self._asked_protected() and "xalien" not in text:
            return reason
        match = c.ELLIPTIC.search(text)
        if match is None:
            return None
        if Action.DENATURALIZE in self._reading.actions and re.search(r"\b(?:only|solo)\b[^.?!]{0,40}\b(?:court|tribunal|juez|judge)\b", text):
            return None
        if self._alien and "xprot" not in text and self._verdict.rule in {"challenge", "none"}:
            return None
        if "xalien" in text[: match.start()] and "xprot" not in text and not _CAUSE.search(text):
            return None
        spoken = next((cl for cl in _clauses(text) if c.ELLIPTIC.search(cl)), text)
        if c.REVERSED.search(text) or not denies(spoken):
            holder = re.search(r"\b(?:you|xprot|person|everyone|anyone|usted|persona|todos|courts?|judge|juez|tribunal|congress)\b[^.?!;]{0,15}\b(?:ha(?:s|ve)|tiene[n]?)\b[^.?!;]{0,12}\b(?:right|power|derecho|authority|poder)", text)
            if holder and not re.search(r"\b(?:president|trump|government|ice|gobierno|presidente)\b", text):
                return None
            return None if lookalike(text) else reason
        return None

    def _unclear(self, text: str) -> DropReason | None:
        """Whether the sentence, though it asserts no forbidden act, is not clearly safe."""
        if not self._at_stake(text) or is_question(text) or attributed(text, len(text)):
            return None
        if _STRANGE.search(text) or self._too_short(text):
            return self._question_reason()
        if taken_back(text):
            return self._question_reason()
        acts = list(_acts(text)) or c.LOSS.search(text)
        if acts:
            loose = [cl for cl in _clauses(text) if not list(_acts(cl)) and not c.LOSS.search(cl)]
            return self._question_reason() if any(unsafe_permission(cl) for cl in loose) and "xalien" not in text else None
        if may_depend(text) and self._verdict is not None and self._verdict.outcome is not Outcome.FORBIDDEN:
            return None
        if _FOREIGN_STATE.search(text) and not _US.search(text):
            return None
        return None if clearly_safe(text) else self._question_reason()

    def _too_short(self, text: str) -> bool:
        """Whether so few words answer a question about a protected person that they say all or nothing."""
        if len(text.split()) > 5 or c.NO.match(text) and not restricted(text) and len(text.split()) <= 4:
            return False
        return not (list(_acts(text)) or c.LOSS.search(text) or _IMPERATIVE_START.match(text) or "xprot" in text)

    def _at_stake(self, text: str) -> bool:
        """Whether the sentence may be taken to speak of a citizen's or national's removal or loss."""
        if not self._on_topic and not any(one & PROTECTED and one != ANYONE for one in self._reading.known.values()):
            return False
        open_ended = self._verdict is None or self._verdict.rule == "none"
        if open_ended and "xprot" not in text and not (unsafe_permission(text) or list(_acts(text)) or c.LOSS.search(text)):
            return False
        if "xprot" in text:
            return True
        if re.search(r"\bxalien\b|\bxrel\b", text):
            return bool(_CAUSE.search(text)) and not _IF_ALIEN.search(text) and self._asked_protected() and bool(_YOU.search(text) or _THEY.search(text))
        if _YOU.search(text) and not _THEY.search(text) and not self._possible("self") & PROTECTED and self._minors(text + " ") is None:
            return False
        if self._last is Group.ALIEN and not _YOU.search(text):
            return False
        if not self._asked_protected() and not (_YOU.search(text) and self._possible("self") & PROTECTED and self._possible("self") != ANYONE):
            return False
        if self._verdict is not None and self._verdict.outcome is Outcome.LAWFUL_BUT_DIFFERENT:
            return unsafe_permission(text) and not lookalike(text)
        if self._about_removal() or {Action.DENATURALIZE, Action.DENY_REVIEW} & set(self._reading.actions):
            return True
        return unsafe_permission(text)

    def _about_removal(self) -> bool:
        return self._on_topic and any(
            a in REMOVAL_LIKE or a is Action.STRIP_CITIZENSHIP for a in self._reading.actions
        )

    def _question_reason(self) -> DropReason:
        actions = self._reading.actions
        if Action.FOREIGN_PRISON in actions:
            return "asserts_prison"
        if Action.STRIP_CITIZENSHIP in actions or Action.DENATURALIZE in actions:
            return "asserts_loss"
        return "asserts_removal"


def _acts(text: str) -> Iterator[tuple[re.Match[str], DropReason]]:
    for match in c.PRISON.finditer(text):
        yield match, "asserts_prison"
    for match in c.REMOVAL.finditer(text):
        yield match, "asserts_removal"


def _clauses(text: str) -> list[str]:
    out: list[str] = []
    at = 0
    for match in _CLAUSE.finditer(text):
        out.append(text[at : match.start()])
        at = match.start() if match[0].strip(" ,;:(-") else match.end()
    out.append(text[at:])
    return [clause for clause in out if clause.strip()]


def _around(text: str, start: int, end: int) -> tuple[str, int, int]:
    """The clause an act stands in, and where in it."""
    left = max((m.end() for m in re.finditer(r"[;:]|,? but |, pero |, and |, y ", text[:start])), default=0)
    return text[left:], start - left, end - left


def _denied_inside(words: str) -> bool:
    return bool(re.search(r"\b(?:does not|doesn't|do not|did not|is not|not|never|no|tampoco)\b", words)) and not c.REVERSED.search(words)


def _local_no(clause: str) -> bool:
    return bool(re.search(r"\b(?:cannot|can't|may not|not|never|no (?:se )?puede[n]?|nunca)\b", clause)) and not re.match(r"^\W*(?:no|nobody|nothing|nadie|ningun)", clause)
