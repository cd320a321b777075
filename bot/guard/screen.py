"""Whether a sentence of a draft may be shown: dropped unless it is clearly safe.

The opening has already said the law, so dropping is cheap; but safe sentences are worth keeping,
and who "he" is decides, so a sentence is read with the question and the draft so far.
"""

import re
import unicodedata
from enum import Enum

from bot.guard import claims as c
from bot.guard.places import FOREIGN_ADJECTIVE
from bot.guard.reading import Reading
from bot.guard.safe import clearly_safe, denied_plainly, may_depend
from bot.guard.verdict import certainly_alien
from bot.text.language import detect, is_other, scores
from bot.text.normalise import fold, views
from bot.types import (
    PROTECTED,
    REMOVAL_LIKE,
    Action,
    Danger,
    DropReason,
    Outcome,
    Verdict,
)


class Group(Enum):
    """Whom a claim is about."""

    PROTECTED = "protected"
    ALIEN = "alien"
    RELATIVE = "relative"
    GENERAL = "general"
    PRONOUN = "pronoun"
    NONE = "none"


_LONGEST_WORD = 45
_SPLIT = re.compile(
    r"[;:(]|\s-+\s|,?\s\b(?:but|however|although|though|yet|nevertheless|whereas|while|so|because|since|pero|sin embargo|mientras que|asi que|sino(?: que)?|porque|ya que|which means|lo que significa|meaning|then|entonces)\b\s|,\s(?:and|y|or|o|e)?\s?|\band (?=they|he|she|you|it|can|may|could|the|we|citizens|xprot|i\b)|\by (?=el|ella|ellos|puede|los|las|la|usted|se)"
)
_HIDING = {"Cf", "Co", "Cn", "Cs"}
_DO_NOT_COUNT = re.compile(r"https?://\S+|www\.\S+")
_RHETORICAL = re.compile(r"^\W*(?:why|since when|who says|who said|how come|so what|what stops|what is stopping|por que|quien dice|desde cuando|que impide)\b")
_ASKS_PERSON = re.compile(r"\?\s*[\"')]*\s*$")
_CONDITION_ALIEN = re.compile(r"\b(?:if|unless|when|as|since|si|como|cuando)\b[^.?!;]{0,50}?\bxalien\b")
_ALSO_YOU = re.compile(r"\b(?:so (?:can|may|could|will|are|do) (?:you|he|she|xprot)|you(?:,)? too|and you\b|usted tambien|tambien (?:usted|a usted|tu|a ti|el|ella)|as (?:can|could|may) you|same for you|including you|incluid[oa] usted)\b")
_LOOKALIKE = re.compile(r"\bextradit\w*|\bextradic\w*|\btransfer treat\w+|\bprisoner transfer\w*|\bconsent\w*|\bvoluntar\w+|\bagree[sd]?\b|\bwith (?:his|her|their|your) agreement|\bby (?:his|her|their|your|free) (?:own )?choice|\bconsentimiento|\btratado\b|\bvoluntari\w+|\bhague\b|\bla haya\b|\bown will\b|\bacepta\w*\b")
_EXTRADITION_ONLY = re.compile(r"\bextradit\w*|\bextradic\w*")
_UNEXTRADITED = re.compile(r"\b(?:deport|remov|expel|expuls|banish|exil|no (?:treaty|hearing|judge|charge)|without (?:an? )?(?:treaty|hearing|judge|charge|consent|request)|sin (?:tratado|audiencia|juez|cargo|consentimiento))\w*")
_OWN_MOVE = re.compile(r"\b(?:may|can|could|free to|right to|pueden?|podria[n]?|libre[s]? (?:de|para)|derecho a)\b (?:\w+ ){0,3}?(?:leave|travel|return|move|live|come back|go|renounce|enter|visit|fly|ask|request|choose|serve|regresar|volver|viajar|salir|vivir|mudar\w*|entrar|renunciar|pedir|solicitar|visitar|elegir)\b")
_PAST_ACT = re.compile(r"\b(?:was|were|has been|have been|had been|been|got|fue|fueron|ha sido|han sido)\b(?: \w+){0,3}\s*$")
_ICE_CONTEXT = re.compile(r"\b(?:19|20)\d\d\b|\bdecade|\bhistory\b|\bhistoric\w*|\bhistoria\b|\bin the past\b|\ben el pasado\b")


_SAYS_WHAT_MAY_BE = re.compile(
    r"\b(?:can|could|may|might|will|would|shall|must|going to|pueden?|podrian?|podran?|van? a|deben?|\w+(?:ara|era|ira|aran|eran|iran))\b"
)
_PROTECTED_VALUES = frozenset({"citizen", "united_states", "yes", "national", "american_samoa", "us_passport"})
_RESTRICTED = re.compile(
    r"\bnot (?:every|all|each)\b|\bno tod[oa]s\b|\b(?:almost|nearly|hardly|rarely|seldom|casi) (?:never|nunca|ever)\b"
    r"|\b(?:cannot|can't|can not|may not|must not|not|never|no|nadie|ningun\w*|nunca|jamas)\b[^.?!;]*?\b(?:without (?:an? |the |first |their |his |her |your )?(?:warrant|order|hearing|trial|judge|notice|review|due|charge|conviction|cause|reason|court|consent from)|but (?:by|for|through|upon|on)\b|until|before|automatically|immediately|simply|just\b|merely|solely|easily|lightly|for (?:minor|small|petty)|sin (?:una? |previo |previa )?(?:orden|audiencia|juez|aviso|juicio|motivo|causa|condena)|sino por|antes de|automaticamente|simplemente|facilmente|asi nomas|por (?:faltas|delitos) menores)"
)


class Screen:
    """Reads the sentences of one draft in order; remembers whom it spoke of."""

    def __init__(self, reading: Reading, verdict: Verdict | None) -> None:
        self._reading = reading
        self._verdict = verdict
        self._on_topic = verdict is not None
        self._alien = certainly_alien(reading) or (not reading.cases and reading.others_alien)
        self._last = Group.NONE

    def reason(self, sentence: str) -> DropReason | None:
        """Say why ``sentence`` may not be shown; None when it may."""
        found = self._shape(sentence) or self._language(sentence)
        if found is not None:
            return found
        folded = fold(sentence).text
        before = self._last
        found = self._claim(folded)
        if found is not None:
            return found
        for view in views(sentence):
            kept, self._last = self._last, before
            hidden = self._named_claim(c.mark(view))
            self._last = kept
            if hidden is not None:
                return hidden
        return None

    def _shape(self, sentence: str) -> DropReason | None:
        """Refuse letters nobody needs for English or Spanish, and what is not text at all."""
        marks = 0
        for char in sentence:
            kind = unicodedata.category(char)
            if kind in _HIDING:
                return "alphabet"
            if kind.startswith("L") and not unicodedata.name(char, "").startswith("LATIN"):
                if char not in "ªº":
                    return "alphabet"
            marks = marks + 1 if kind == "Mn" else 0
            if marks > 2:
                return "alphabet"
        words = _DO_NOT_COUNT.sub(" ", sentence).split()
        if any(len(word) > _LONGEST_WORD for word in words) or not words:
            return "unreadable"
        if not any(ch.isalnum() for ch in sentence):
            return "unreadable"
        return None

    def _language(self, sentence: str) -> DropReason | None:
        if self._reading.lang == "en+es":
            return "wrong_language"
        if is_other(sentence):
            return "wrong_language"
        found = detect(sentence)
        if found is None or found == self._reading.lang:
            words = re.findall(r"[a-z]{2,}", fold(sentence).text)
            if self._on_topic and len(words) >= 6 and found is None and max(scores(sentence).values()) < 1:
                return "unreadable"
            return None
        count = scores(sentence)
        if count[found] >= count[self._reading.lang] + 2:
            return "wrong_language"
        return None

    def _claim(self, folded: str) -> DropReason | None:
        text = c.mark(folded)
        bare = self._bare(text)
        try:
            if bare is not None:
                return bare
            return self._named_claim(text) or self._elliptic(text) or self._unclear(text)
        finally:
            self._remember(text)

    def _named_claim(self, text: str) -> DropReason | None:
        return (
            self._sending(text)
            or self._danger(text)
            or self._challenge(text)
            or self._loss(text)
            or self._removal(text)
        )

    def _remember(self, text: str) -> None:
        if "xprot" in text:
            self._last = Group.PROTECTED
        elif "xalien" in text:
            self._last = Group.ALIEN
        elif c.PEOPLE_IN_GENERAL.search(text):
            self._last = Group.GENERAL

    # Yes and no

    def _bare(self, text: str) -> DropReason | None:
        """A yes or no says what the question asked; it is right only where the rules say so."""
        if not self._on_topic or self._verdict is None:
            return None
        yes, no = c.YES.match(text), c.NO.match(text)
        if not yes and not no:
            return None
        rest = text[(yes or no).end() :].strip(" ,.!:-")  # type: ignore[union-attr]
        short = len(rest.split()) <= 6 and not re.search(r"xprot|xalien", rest)
        if yes:
            if self._yes_is_right() or may_depend(text) and self._open_answer():
                return None
            if self._reading.prohibition and not self._asserted_after(rest):
                return None
            if self._denies_the_act(rest):
                return None
            return "bare_yes_no" if self._asked_of_protected() else None
        if not self._asked_of_protected():
            return None
        if self._reading.prohibition and not self._denies_the_act(rest):
            return "bare_yes_no"
        if short and not self._no_is_right():
            return "bare_yes_no"
        return None

    def _asked_of_protected(self) -> bool:
        """Whether a yes would affirm what a rule forbids or binds to conditions."""
        if self._verdict is None or self._verdict.rule == "none":
            return False
        return self._about_removal() or self._verdict.rule != "challenge" or self._protected_possible()

    def _open_answer(self) -> bool:
        return self._verdict is not None and self._verdict.outcome is not Outcome.FORBIDDEN

    def _no_is_right(self) -> bool:
        verdict = self._verdict
        return verdict is not None and verdict.outcome is Outcome.FORBIDDEN and not self._reading.negative

    def _denies_the_act(self, rest: str) -> bool:
        """Whether what follows the yes or no says itself that the act is forbidden."""
        if c.REVERSED.search(rest) or re.search(r"\b(?:if|unless|except|si|salvo|aunque|even|because|porque|since)\b", rest):
            return False
        act = c.REMOVAL.search(rest) or c.PRISON.search(rest) or c.LOSS.search(rest)
        if act and _denied(rest, *act.span()):
            return True
        return bool(re.search(r"\b(?:illegal|unlawful|unconstitutional|forbidden|prohibited|protected|safe|ilegal|inconstitucional|prohibido|protegid[oa]|a salvo)\b", rest)) and not re.search(r"\b(?:not|no|n't|only|solo)\b", rest)

    def _asserted_after(self, rest: str) -> bool:
        return bool(c.ELLIPTIC.search(rest) or c.EXCEPTION.search(rest) or re.search(r"\b(?:but|pero|can|could|may|puede[n]?|podria[n]?|only|solo|aunque)\b", rest))

    def _yes_is_right(self) -> bool:
        verdict = self._verdict
        if verdict is None or verdict.outcome is Outcome.LAWFUL_BUT_DIFFERENT:
            return True
        plain = {Action.REMOVE, Action.DETAIN, Action.REFUSE_ENTRY}
        return (
            self._alien
            and verdict.rule == "challenge"
            and set(self._reading.actions) <= plain
            and not self._reading.negative
        )

    def _protected_possible(self) -> bool:
        return bool(self._reading.possible & PROTECTED)

    # Torture and persecution

    def _sending(self, text: str) -> DropReason | None:
        torture = c.TORTURE.search(text)
        if torture and re.search(r"\b(?:does not|doesn't|do not|don't|not|no|nor) (?:\w+ )?(?:bar|prevent|block|end|impid\w+|impide|quita\w*|excluy\w+)\b|\b(?:still|sigue|stands|remains?|survives?|vale|aun asi|even so|even with|even for|tambien)\b[^.?!]{0,30}$|\b(?:torture|tortura)\b[^.?!]{0,30}\b(?:still|sigue|stands|remains?|has no|no tiene)\b", text) and not c.EVEN_IF.search(text):
            return None
        if not torture or not c.SENDING.search(text):
            if torture and c.NO_TORTURE_PROTECTION.search(text) and not _global_denial(text):
                return "asserts_torture"
            return None
        is_torture = "tortur" in torture[0]
        reason: DropReason = "asserts_torture" if is_torture else "asserts_persecution"
        if c.NO_TORTURE_PROTECTION.search(text) and is_torture and not c.GLOBAL_DENIAL.search(text):
            return reason
        if _is_question(text) or _attributed(text):
            return None
        sending = c.SENDING.search(text)
        at, end = sending.span()  # type: ignore[union-attr]
        denied = _denied(text, at, end)
        even = c.EVEN_IF.search(text)
        if denied and not c.REVERSED.search(text):
            return None
        if even and not denied:
            return reason
        if c.REVERSED.search(text):
            return reason
        if c.PROTECTIVE.search(text) and not re.search(r"\b(?:can|may|could|puede[n]?|podria[n]?|lawful\w*|legal\w*|allowed|free to)\b[^.?!;]{0,25}\b(?:be )?(?:send|sent|return|remov|deport|transfer|mand|envi|expuls|devuel|devolv|regres)\w*[^.?!;]{0,60}\b(?:to|where|a|donde|for|to face)\b[^.?!;]{0,30}tortur", text):
            return None
        if re.search(r"\b(?:can|may|could|will|is|are|puede[n]?|podria[n]?|lawful\w*|legal\w*|allowed|permitted|free to|fine|ok|es|son)\b", text):
            return reason
        return None

    def _danger(self, text: str) -> DropReason | None:
        """Words that wave danger aside, or answer "they can" where danger is what was asked about."""
        if not self._on_topic or self._verdict is None:
            return None
        feared = self._reading.danger is not Danger.NONE_STATED
        elsewhere = self._verdict.rule == "third_country" or "third_country" in self._verdict.also
        if not feared and not elsewhere or _is_question(text) or _attributed(text):
            return None
        reason: DropReason = (
            "asserts_torture"
            if self._reading.danger is Danger.TORTURE
            else "asserts_persecution"
            if feared
            else "asserts_no_challenge"
        )
        if c.UNHEARD.search(text) and not _global_denial(text):
            return reason
        sending = c.SENDING.search(text) or c.REMOVAL.search(text)
        spoken = c.DANGER.search(text)
        if spoken and c.DISMISSED.search(text):
            return reason
        if sending and c.DISMISSED.search(text) and not denied_plainly(text):
            return reason
        if spoken and sending and not _denied(text, *sending.span()):
            shown = re.search(r"\b(?:protect\w*|withh\w+|asylum|asilo|convention|convencion|ask\w*|appl\w+|claim\w*|show\w*|prov\w+|interview\w*|entrevista\w*|hearing|audiencia|judge|juez|screen\w*|pedir|pida|solicit\w+|demostr\w+|prob\w+|proteg\w+|proteccion|defer\w+|likely|probable|fear|temor|miedo|assurance\w*)\b", text)
            if not shown or c.EVEN_IF.search(text):
                return reason
        modal = re.search(r"\b(?:they|ice|the government|se lo|lo|la|le|el gobierno) (?:\w+ )?(?:can|could|may|might|will|puede[n]?|podria[n]?)\b", text)
        if feared and (modal or c.ELLIPTIC.search(text)) and not _denies_something(text) and not c.PROTECTIVE.search(text):
            return reason
        return None

    def _unclear(self, text: str) -> DropReason | None:
        """Whether the sentence, though it names no forbidden act, is not clearly safe."""
        if not self._at_stake(text) or _is_question(text) or _attributed(text):
            return None
        if c.REMOVAL.search(text) or c.PRISON.search(text) or c.LOSS.search(text):
            return self._question_reason() if _taken_back(text) else None
        if may_depend(text) and self._open_answer():
            return None
        return None if clearly_safe(text) else self._question_reason()

    def _at_stake(self, text: str) -> bool:
        """Whether the sentence may be taken to speak of a citizen's or national's removal or loss."""
        if not self._on_topic and not self._reading.facts:
            return False
        if "xprot" in text:
            return True
        if self._verdict is not None and self._verdict.outcome is Outcome.LAWFUL_BUT_DIFFERENT:
            return False
        if "xalien" in text or not (self._protected_possible() or self._someone_protected()):
            return False
        if self._about_removal() or {Action.DENATURALIZE, Action.DENY_REVIEW} & set(self._reading.actions):
            return True
        return bool(c.PRONOUN.search(text) and _SAYS_WHAT_MAY_BE.search(text))

    def _someone_protected(self) -> bool:
        return any(f.value in _PROTECTED_VALUES for f in self._reading.facts)

    # The courts

    def _challenge(self, text: str) -> DropReason | None:
        match = c.NO_CHALLENGE.search(text)
        if not match:
            return None
        if _is_question(text) or _attributed(text):
            return None
        before = text[: match.start()]
        if re.search(r"\b(?:no one|nobody|nadie|not true|false|myth|does not mean|doesn't mean|no significa|no es cierto|it is (?:wrong|unlawful|illegal)|may not|cannot|must not|can't)\b", before) and not re.match(r"^\W*(?:no one|nobody|nadie) (?:can|puede|may)", text):
            return None
        if re.search(r"\b(?:no one|nobody|nadie) (?:is|esta|queda) (?:beyond|outside|fuera)", text):
            return None
        if "xprot" in text and not c.REMOVAL.search(text) and re.search(r"\bsue\b|\bfree\b", text):
            return None
        universal = re.search(r"\b(?:at all|ever|whatsoever|any court|anywhere|no one|nobody|xprot|absolut\w+|never|nunca|jamas|alguna|ningun\w*)\b", text)
        if c.QUALIFIED.search(text) and not universal:
            return None
        return "asserts_no_challenge"

    # Citizenship

    def _loss(self, text: str) -> DropReason | None:
        match = c.LOSS.search(text)
        if not match:
            return None
        if _is_question(text) or _attributed(text):
            return None
        if re.search(rf"\b{FOREIGN_ADJECTIVE} (?:citizenship|nationality)|(?:ciudadania|nacionalidad) {FOREIGN_ADJECTIVE}", match[0]):
            return None
        if re.search(r"\b(?:does not|doesn't|do not|did not|is not|not|never|no|tampoco)\b", match[0]) and not c.REVERSED.search(match[0]):
            return self._bad_exception(text, "asserts_loss")
        if re.match(r"^\W*(?:only|solo|solamente|unicamente) (?:an? |un |una )?(?:federal )?(?:court|judge|tribunal|juez)", text) and not _taken_back(text):
            return None
        clause, at, end = _clause(text, match.start(), match.end())
        global_no, local_no = _global_denial(clause[:at]), _local_denial(clause, at, end)
        reversed_ = bool(c.REVERSED.search(text)) and not re.search(r"\bnot (?:lose|be|automatically|by itself|end)\b", text)
        if (global_no != local_no) and not reversed_:
            if _RESTRICTED.search(text) and not lawful_loss(text):
                return "asserts_loss"
            return self._bad_exception(text, "asserts_loss")
        if c.WRONGFUL.search(text) and not re.search(r"\b(?:can|may|could|puede)", text):
            return None
        if re.search(r"\bxalien\b", text) and "xprot" not in text and not re.search(r"\bcitizenship|ciudadania", match[0]):
            return None
        if re.search(r"^\W*(?:if|when|before|until|unless|after|once|si|cuando|hasta|despues|antes)\b", clause) and not re.search(r"\b(?:can|may|could|will|puede|dejara)", clause[:end]) and "," not in clause[:at]:
            return None
        if re.search(r"\b(?:means?|is (?:the|a) (?:legal )?(?:process|term|word|name|case)|refers to|is called|significa|se llama|es el proceso|quiere decir)\b", text) and not c.PUNITIVE.search(text):
            return None
        lawful = c.LAWFUL_LOSS.search(text)
        punitive = [m[0] for m in c.PUNITIVE.finditer(text)]
        if punitive and c.FRAUD_CONVICTION.search(text):
            punitive = [w for w in punitive if not re.match(r"crime|criminal|felon|convict|delito|condena", w)]
        if punitive and c.SUING.search(text) and lawful:
            punitive = [w for w in punitive if not re.match(r"uscis|dhs|homeland|agenc|official|officer|ice|secretary|funcionari", w)]
        if lawful and not punitive and not (global_no and local_no):
            return None
        return "asserts_loss"

    def _bad_exception(self, text: str, reason: DropReason) -> DropReason | None:
        exception = c.EXCEPTION.search(text)
        if not exception:
            return None
        before = text[: exception.start()]
        if not c.NEGATION.search(before) and not c.GLOBAL_DENIAL.search(before):
            return None
        tail = text[exception.start() :]
        if c.LAWFUL_EXCEPTION.search(tail) and not re.search(r"\b(?:president|trump|punish\w*|crime|felon\w*|convict\w*|terroris\w*|official|presidente|castigo|delito)\b(?![^.?!;]*(?:naturali|extradi))", tail):
            return None
        if re.match(r"(?:even )?if (?:he|she|they|you|the person|it) (?:ha(?:s|ve|d)|is|are|was|were|committed|commit)|if convicted|si (?:tiene|comet|es|fue|ha)", tail) and re.search(r"\beven\s*$|\baun\s*$|\bincluso\s*$", before):
            return None
        if re.match(r"if |si ", tail) and re.search(r"\b(?:can|may|could|puede[n]?|will be|seran?)\b(?! not|not)", tail) is None and not re.search(r"\b(?:convicted|crime|delito|president|order)", tail):
            return None
        return reason

    # Removal and foreign prisons

    def _removal(self, text: str) -> DropReason | None:
        carried = Group.NONE
        includes = c.INCLUDES.search(text)
        for clause in _clauses(text):
            group = self._group(clause, carried)
            if group in {Group.PROTECTED, Group.ALIEN, Group.RELATIVE, Group.GENERAL}:
                carried = group
            for pattern, reason in ((c.PRISON, "asserts_prison"), (c.REMOVAL, "asserts_removal")):
                for match in pattern.finditer(clause):
                    found = self._act(text, clause, match, group, reason)  # type: ignore[arg-type]
                    if found is not None:
                        return found
        acts = c.REMOVAL.search(text) or c.PRISON.search(text)
        if acts and includes and not _denies_something(text) and not _is_question(text) and not _attributed(text) and not _LOOKALIKE.search(text):
            return "asserts_removal"
        if acts and re.search(r"\bnot (?:only|just|merely) (?:\w+ )?xalien|\bno (?:solo|solamente) (?:\w+ )?xalien|\b(?:not|n't|no) (?:\w+ )?(?:limited|restricted|confined|reserved|limita\w*|reserva\w*) (?:\w+ )?(?:to|for|a|para) (?:\w+ )?xalien|\bmore than (?:just )?xalien", text):
            return "asserts_removal"
        if _ALSO_YOU.search(text) and acts and self._protected_possible() and not _denies_something(text):
            return "asserts_removal"
        subject = re.search(r"\bxprot\b|\b(?:us |american )?(?:citizenship|passport|birth certificate)\b|\bciudadania\b|\bpasaporte\b|\bacta de nacimiento\b|\bbeing born\b|\bhaber nacido\b", text)
        if subject and c.REVERSED.search(text) and (acts or self._about_removal()) and not _is_question(text):
            if re.search(r"\bxrel\b|\bmarri\w+|\bapplication|\bapplying|\bpending|\bsolicitud|\bgreen", text) and "xprot" not in text:
                return None
            if _global_denial(text) and re.search(r"\b(?:myth|false|not true|mito|falso|no es cierto)\b", text):
                return None
            if self._reversal_is_fine(text):
                return None
            return "asserts_removal"
        return None

    def _reversal_is_fine(self, text: str) -> bool:
        """Whether "not illegal" and the like speak of something other than the person's removal."""
        if re.search(r"\b(?:arrest\w*|detain\w*|stop\w*|question\w*|charg\w*|prosecut\w*|tax\w*|jury|extradit\w*|sentenc\w*|criminal law|arrest\w+|deten\w+|extradi\w+|impuestos)\b", text) and not re.search(r"\b(?:deport|remov|expel|expuls|banish|exil|prison abroad)\w*", text):
            return True
        return bool(re.search(r"\b(?:not|no|n't)\b[^.?!;]{0,25}\b(?:need|require\w*|have to|necesit\w+|only (?:proof|way|evidence|document))\b", text)) and not c.MODAL.search(text)

    def _about_removal(self) -> bool:
        return self._on_topic and any(
            a in REMOVAL_LIKE or a is Action.STRIP_CITIZENSHIP for a in self._reading.actions
        )

    def _group(self, clause: str, carried: Group) -> Group:
        if "xprot" in clause:
            return Group.PROTECTED
        if "xalien" in clause:
            if _CONDITION_ALIEN.search(clause) or not _ALSO_YOU.search(clause):
                return Group.ALIEN
            return Group.PRONOUN
        if "xrel" in clause:
            return Group.RELATIVE
        if c.PEOPLE_IN_GENERAL.search(clause):
            if carried in {Group.ALIEN, Group.RELATIVE}:
                return carried
            return Group.GENERAL
        if carried is not Group.NONE:
            return carried
        if self._last is not Group.NONE and (c.PRONOUN.search(clause) or self._last in {Group.PROTECTED, Group.ALIEN}):
            return self._last if c.PRONOUN.search(clause) else Group.NONE
        return Group.PRONOUN if c.PRONOUN.search(clause) else Group.NONE

    def _act(
        self, text: str, clause: str, match: re.Match[str], group: Group, reason: DropReason
    ) -> DropReason | None:
        at, end = match.span()
        if group in {Group.ALIEN, Group.RELATIVE}:
            return None
        if group is Group.PRONOUN and self._alien and not self._you_are_protected(clause):
            return None
        if group is Group.GENERAL and c.ALIEN_CONTEXT.search(text):
            return None
        if group is Group.NONE and not self._at_stake(text) and not self._none_is_person(text, clause, at, end):
            return None
        if group is Group.NONE and c.ALIEN_CONTEXT.search(text):
            return None
        if group in {Group.PRONOUN, Group.GENERAL} and not self._on_topic and group is Group.PRONOUN:
            return None if not re.search(r"\bdeport|\bcecot\b|\bexpuls|\bdesterr", match[0]) else self._asserts(text, clause, at, end, reason)
        if group is Group.GENERAL and self._on_topic and self._alien and "xprot" not in text:
            return None
        return self._asserts(text, clause, at, end, reason)

    def _you_are_protected(self, clause: str) -> bool:
        """Whether the clause speaks to an asker who may be a citizen while asking about another."""
        if not self._reading.self_possible & PROTECTED:
            return False
        about_self = any(case.person == "self" for case in self._reading.cases)
        return not about_self and bool(re.search(r"\b(?:you|usted|te|ti|both|los dos|a los dos|ambos)\b(?! consent)", clause))

    def _none_is_person(self, text: str, clause: str, at: int, end: int) -> bool:
        """Whether an act without a named person still speaks of the person asked about."""
        if not self._on_topic or self._alien or not self._about_removal():
            return False
        if "xalien" in text or c.ALIEN_CONTEXT.search(text):
            return False
        return bool(
            re.search(r"\b(?:is|are|would be|will be|can be|could be|may be|es|seria|sera|puede ser|esta|cabe)\b (?:\w+ ){0,2}?(?:legal|lawful|allowed|permitted|possible|likely|coming|next|available|authorized|constitutional|on the table|an option|certain|inevitable|posible|permitid\w+|licit\w+|probable|inevitable|autorizad\w+|una opcion|constitucional)\b", clause)
            or re.search(r"\b(?:can|may|could|might|will|would|puede[n]?|podria[n]?|se)\b(?: \w+){0,3}\s*$", clause[:at])
            or re.search(r"^\W*(?:can|may|could|might|will|would|follows?|happens?|happened|puede[n]?|podria[n]?|sigue)\b", clause[end:].strip())
        )

    def _asserts(
        self, text: str, clause: str, at: int, end: int, reason: DropReason
    ) -> DropReason | None:
        if _is_question(text):
            return "asserts_removal" if _RHETORICAL.match(text) and "xprot" in text else None
        if c.ONLY_ALIENS.search(text) and not c.REVERSED.search(text):
            return None
        if _EXTRADITION_ONLY.search(text) and not _UNEXTRADITED.search(text):
            return None
        if reason == "asserts_prison" and _LOOKALIKE.search(text) and not _UNEXTRADITED.search(text):
            return None
        if _LOOKALIKE.search(clause) and not re.search(r"\b(?:without|against|regardless|sin|contra|no) (?:\w+ )?(?:consent|will|treaty|consentimiento|voluntad|tratado)", text) and reason == "asserts_prison":
            return None
        if _OWN_MOVE.search(clause) and not re.search(r"\b(?:be|been|being|get|ser) (?:\w+ )?(?:deport|remov|expel|expuls|sent|shipped|flown)", clause) and not re.search(r"\bdeport|\bexpel|\bexpuls|\bbanish|\bexil", clause[at:end]):
            return None
        if _attributed(text):
            return None
        denied = self._denied(text, clause, at, end)
        if denied:
            if _RESTRICTED.search(text) and not re.search(r"\bdenaturali|\bdesnaturali|\bnaturali[sz]ation|\bnaturalizacion|\bfinal judgment|\bsentencia|\bin (?:no|any) case", text):
                return reason
            return self._bad_exception(text, reason)
        if c.WRONGFUL.search(text) and not re.search(r"\b(?:can|may|could|lawful\w*|legal|puede[n]?|podria[n]?)\b", re.sub(c.WRONGFUL, " ", text)):
            return None
        if c.IF_CLAUSE.match(clause) and not c.EVEN_IF.search(clause):
            return None
        if re.search(r"\b(?:after|once|until|before|only then|despues de|una vez|antes de|hasta)\b", text) and re.search(r"\bdenaturali|\bdesnaturali|\b(?:revok|cancel|anul|revoc)\w* (?:\w+ ){0,4}(?:naturali|citizenship|ciudadan)|\b(?:naturali[sz]ation|citizenship|naturalizacion|ciudadania) (?:\w+ ){0,4}(?:revok|cancel|anul|revoc|taken)", text) and re.search(r"\b(?:court|judge|judgment|tribunal|juez|sentencia|final|denaturali|desnaturali)\w*", text) and not re.search(r"\bborn|\bby birth|\bnacid|\bpor nacimiento", text):
            return None
        if re.search(r"\b(?:claim\w*|says? (?:that )?(?:he|she|they|you) (?:is|are)|asks?|believ\w+ (?:that )?(?:he|she|they|you) (?:is|are)|fear\w*|worr\w+|risk of|tem\w+|miedo)\b", clause) and not c.MODAL.search(clause[max(0, at - 25) : at]):
            return None
        if self._definition(text, clause):
            return None
        return reason

    def _definition(self, text: str, clause: str) -> bool:
        return bool(
            re.search(r"\b(?:means|is (?:the|a) (?:legal |formal )?(?:term|word|name|process|act)|refers to|is called|significa|se llama|se refiere|es el (?:termino|nombre|proceso)|quiere decir|is (?:not|different)|differs? from|no es lo mismo|es distint\w+|is a different)\b", text)
            and not re.search(r"\b(?:can|may|could|puede[n]?)\b[^.?!;]{0,25}\b(?:be )?(?:deport|remov|expel|expuls)", text)
        )

    def _denied(self, text: str, clause: str, at: int, end: int) -> bool:
        before = clause[:at]
        local = _local_denial(clause, at, end)
        wide = _global_denial(before) or (_global_denial(text) and text.find(clause) > 0 and _opens_wide(text))
        after = bool(c.DENIED_AFTER.match(clause[end:])) and not re.search(r"\bno (?:es|esta) (?:ilegal|prohibid|inconstitucional|imposible)", clause[end:])
        if c.REVERSED.search(clause) and not c.ONLY_ALIENS.search(clause):
            # "not illegal to deport": the negation undoes the prohibition.
            return (local and wide) is False and _plain_cannot(before) and not re.search(r"\b(?:true|law|nothing|myth|no (?:court|rule|statute)|nada|ninguna|cierto|verdad)\b", before)
        if local and wide:
            return _same_negation(before)
        return local or wide or after

    def _elliptic(self, text: str) -> DropReason | None:
        """A claim without its verb: "They can do that", "Citizens, too"."""
        if not self._on_topic or _is_question(text) or _attributed(text):
            return None
        asked = self._about_removal() or any(
            a in {Action.DENATURALIZE, Action.DENY_REVIEW} for a in self._reading.actions
        )
        if not asked or self._verdict is None or self._verdict.outcome is Outcome.LAWFUL_BUT_DIFFERENT:
            return None
        reason = self._question_reason()
        words = text.split()
        if c.INCLUDES.search(text) and len(words) <= 7 and not _denies_something(text) and not c.PROTECTIVE.search(text):
            return reason
        if "xprot" in text and len(words) <= 4 and not re.search(r"\b(?:is|are|was|not|no|es|son)\b|\?", text) and self._protected_possible():
            return reason
        if not c.ELLIPTIC.search(text):
            return None
        if self._alien and "xprot" not in text and self._verdict.rule in {"challenge", "none"} and not c.NO_CHALLENGE.search(text):
            return None
        if "xalien" in text and "xprot" not in text:
            return None
        if c.REVERSED.search(text) or not _denies_something(text):
            if re.search(r"\b(?:right|derecho|power|poder|autoridad|authority)\b", text) and re.search(r"\b(?:you|xprot|person|everyone|anyone|they|usted|persona|todos|court|judge|juez|tribunal|congress)\b[^.?!;]{0,15}\b(?:ha(?:s|ve)|tiene[n]?)\b", text) and not re.search(r"\b(?:president|trump|government|ice|gobierno|presidente|he|she)\b", text):
                return None
            return reason
        return None

    def _question_reason(self) -> DropReason:
        actions = self._reading.actions
        if Action.FOREIGN_PRISON in actions:
            return "asserts_prison"
        if Action.STRIP_CITIZENSHIP in actions or Action.DENATURALIZE in actions:
            return "asserts_loss"
        return "asserts_removal"


def _clauses(text: str) -> list[str]:
    out: list[str] = []
    at = 0
    for match in _SPLIT.finditer(text):
        out.append(text[at : match.start()])
        at = match.start() if match[0].strip(" ,;:(-") else match.end()
    out.append(text[at:])
    return [clause for clause in out if clause.strip()]


def _clause(text: str, start: int, end: int) -> tuple[str, int, int]:
    left = max((m.end() for m in re.finditer(r"[;:]|,? but |, pero ", text[:start])), default=0)
    return text[left:], start - left, end - left


def _local_denial(clause: str, at: int, end: int) -> bool:
    """Whether the verb of the act itself is negated."""
    window = " ".join(clause[:at].split()[-7:])
    modal = [m for m in c.MODAL.finditer(window)]
    negative = [m for m in c.NEGATION.finditer(window)]
    if negative and (not modal or negative[-1].end() >= modal[-1].start() - 1 or _governs(window, negative[-1])):
        return True
    inside = clause[at:end]
    return bool(re.search(r"^\w+ (?:no|nunca)\b|\bcannot|\bnot be\b|\bno (?:se )?puede", inside))


def _governs(window: str, negative: re.Match[str]) -> bool:
    return bool(
        re.match(r"(?:no|not|never|nobody|none|no one|neither|nor|nadie|ningun\w*|nunca|jamas|tampoco|sin|ni)$", negative[0])
        and not re.search(r"\b(?:who|that|which|que|quien|because|porque|and|y)\b", window[negative.end() :])
        and len(window[negative.end() :].split()) <= 4
    )


def _global_denial(before: str) -> bool:
    return bool(c.GLOBAL_DENIAL.search(before))


def _opens_wide(text: str) -> bool:
    return bool(re.match(r"^\W*(?:no (?:law|one|court|president|official|statute|treaty|deal)|nobody|nothing|it is (?:not true|false|a myth|illegal|unlawful)|there is no|nadie|ningun\w*|no hay|no existe|es (?:falso|un mito)|no es cierto|under no|in no case|en ningun caso)\b", text))


def _plain_cannot(before: str) -> bool:
    return bool(re.search(r"\b(?:cannot|can't|may not|must not|no (?:puede|pueden|podra|podran)|never)\b(?: \w+){0,3}\s*$", before))


def _same_negation(before: str) -> bool:
    """Two denials found by two patterns may be one and the same word."""
    hits = {m.start() for m in c.NEGATION.finditer(before)}
    if len(hits) <= 1:
        return True
    return not re.search(r"\b(?:not true|untrue|false|myth|no law|nothing|no court|no statute|no rule|nobody|no one|wrong|incorrect|misconception|no es (?:cierto|verdad)|falso|mito|ninguna ley|nada)\b[^.?!;]{0,60}\b(?:cannot|can't|may not|not|never|no (?:se )?puede[n]?|nunca)\b", before)


def _denied(text: str, at: int, end: int) -> bool:
    return _local_denial(text, at, end) or _global_denial(text[:at]) or bool(c.DENIED_AFTER.match(text[end:]))


def _denies_something(text: str) -> bool:
    return bool(c.NEGATION.search(text))


def lawful_loss(text: str) -> bool:
    """Whether the sentence names a lawful way citizenship can end."""
    return bool(c.LAWFUL_LOSS.search(text))


def _taken_back(text: str) -> bool:
    """Whether a denial is followed by a "but then they can"."""
    turn = re.search(
        r"\b(?:but|although|though|however|afterwards?|after that|then|later|yet|pero|aunque|sin embargo|despues|luego|entonces)\b(?P<rest>[^.?!;]*)",
        text,
    )
    if not turn:
        return False
    rest = turn["rest"]
    if re.search(r"xalien|xrel|extradi|denaturali|desnaturali|naturali|renounc|renunci|court|tribunal|judge|juez|lawyer|abogad|proof|prueba|mistake|error|never|not\b|no\b|cannot|n't|nunca|illegal|ilegal|unlawful|leave|arrest|detain|deten|charge|report|passport|pasaporte", rest):
        return False
    return bool(re.search(r"\b(?:can|could|may|might|will|would|is|are|puede[n]?|podria[n]?|si|es|son)\b", rest))


def _is_question(text: str) -> bool:
    return bool(_ASKS_PERSON.search(text)) and not (_RHETORICAL.match(text) is not None)


def _attributed(text: str) -> bool:
    """Whether the claim is laid to a politician or a report, and not made one's own."""
    match = c.ATTRIBUTED.search(text)
    if not match or c.ENDORSED.search(text):
        return False
    return not c.LEGAL_SOURCE.search(text)
