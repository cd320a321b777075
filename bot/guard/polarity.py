"""Whether a clause affirms or denies an act, asks it, or lays it to somebody else."""

import re

from bot.guard import claims as c
from bot.types import DropReason

_MODAL = re.compile(
    r"\b(?:can|could|may|might|will|would|shall|should|must|is|are|was|were|get|gets|got|subject to|liable to|able to|allowed to|free to|entitled to|authorized to|permitted to|has the (?:power|authority|right) to|have the (?:power|authority|right) to|puede[ns]?|podria[ns]?|podra[ns]?|podemos|debe[ns]?|sera[ns]?|seria[ns]?|es|son|fue|fueron|sujet[oa]s? a|facultad de|autoridad para|poder para|derecho a|va[ns]? a)\b"
)
_CLOSE_NO = re.compile(
    r"\b(?:cannot|can't|cant|can not|not|never|no|nor|neither|nobody|none|no one|without|refuses? to|rather than|instead of|isn't|aren't|won't|doesn't|don't|wouldn't|couldn't|shouldn't|mustn't|wasn't|weren't|hasn't|haven't|illegal to|unlawful to|forbidden to|prohibited from|barred from|protected from|protected against|protections? (?:from|against)|proteccion (?:contra|de|frente)|contrary to|contrari\w+ a|safe from|immune (?:from|to)|exempt from|forbids?|prohibits?|bars?|bans?|stops?|prevents?|blocks?|shields?|protects?|against|lacks? (?:the |any )?(?:power|authority)|no (?:power|authority|right)|nunca|jamas|ningun[ao]?s?|nadie|tampoco|ni|sin|prohib\w+|ilegal|inconstitucional|proteg\w+ (?:de|contra)|a salvo de|impid\w+|impide|no puede[n]?|no se puede|no permite\w*|no deja\w*|exent\w+ de|inmune\w* a)\b|n't\b"
)
_RELATIVE = re.compile(r"\b(?:who|whose|which|that|que|quien(?:es)?|cuyos?)\b")
_HELPER_NO = re.compile(r"n't$|^(?:lacks?|stops?|prevents?|blocks?|bars?|bans?|shields?|protects?|against|without|sin)\b")
_REPORTED = re.compile(r"\b(?:myth|false|untrue|mito|falso|believ\w+|think\w*|idea|mentira|rumor|true|cierto|says?|dice|means?|significa|law|ley|so|sure)\b")
_GOVERNS = re.compile(r"(?:no|not|never|nobody|none|no one|neither|nor|nadie|ningun\w*|nunca|jamas|tampoco|ni)$")
_BREAK = re.compile(r"\b(?:because|porque|and|y|but|pero)\b|,")
_ENDS_QUESTION = re.compile(r"\?\s*[\"')]*\s*$")
_RESTRICTED = re.compile(
    r"^\W*(?:no|not),? (?:a todos|to (?:all|everyone)|always|siempre|en todos)\b|\b(?:cannot|can't|may not|no puede[n]?) (?:always|siempre)\b|^\W*(?:sin|without)\b[^.?!]{0,30}\bno\b|\bnot (?:every|all|each)\b|\bno (?:a )?tod[oa]s\b|\b(?:almost|nearly|hardly|rarely|seldom|casi) (?:never|nunca|ever)\b"
    r"|\b(?:cannot|can't|can not|may not|must not|not|never|no|nadie|ningun\w*|nunca|jamas)\b[^.?!;]*?\b(?:but by|sino por|(?<!with or )without (?:an? |the |first |their |his |her |your |any )?(?:warrant|order|hearing|trial|judge|notice|review|due|charge|conviction|cause|reason|court)|but (?:by|for|through|upon|on)\b|until|before|automatically|immediately|simply|just\b|merely|solely|easily|lightly|for (?:minor|small|petty)|sin (?:una? )?(?:previo |previa )?(?:orden|audiencia|juez|aviso|juicio|motivo|causa|condena)|sino por|antes de|automaticamente|simplemente|facilmente|asi nomas|por (?:faltas|delitos) menores|as long as|mientras|siempre que)"
)
_BACK = re.compile(
    r"\b(?:but|although|though|however|afterwards?|after that|then|later|yet|pero|aunque|sin embargo|despues|luego|entonces)\b(?P<rest>[^.?!;]*)"
)
_HARMLESS_BACK = re.compile(
    r"xalien|xrel|extradi|denaturali|desnaturali|naturali|renounc|renunci|court|tribunal|judge|juez|lawyer|abogad|proof|prueba|mistake|error|never|not\b|no\b|cannot|n't|nunca|illegal|ilegal|unlawful|leave|arrest|detain|deten|charge|report|passport|pasaporte|document|question|pregunt|taxes|penalt|fine\b|multa|state law|prison here|carcel aqui|sentence here|proposal|propuesta|said|dijo|wrong|equivoc|citizen from|ciudadan\w+ desde"
)
_AFFIRMS = re.compile(r"\b(?:can|could|may|might|will|would|puede[n]?|podria[n]?)\b|\bsi\W*$")
_RIGHT = re.compile(r"\b(?:can|could|may|might|will|puede[n]?|podria[n]?) (?:\w+ )?(?:live|work|travel|ask|request|show|sue|apply|appeal|return|come back|stay|vote|petition|vivir|trabajar|viajar|pedir|mostrar|apelar|volver|regresar|quedarse|votar)")


def denied(clause: str, at: int, end: int) -> bool:
    """Whether the act at ``at`` is denied: an odd number of denials reaches it."""
    close = _close(clause, at)
    wide = any(
        close is None or one.end() <= close.start() or close.end() <= one.start()
        for one in c.GLOBAL_DENIAL.finditer(clause[:at])
    )
    after = bool(c.DENIED_AFTER.match(clause[end:])) and not re.search(
        r"\b(?:no (?:es|esta|seria)|not|isn't|n't) (?:\w+ )?(?:ilegal|prohibid\w+|inconstitucional|imposible|illegal|unlawful|forbidden|prohibited|unconstitutional|against)", clause[end:]
    )
    if c.REVERSED.search(clause) and not c.ONLY_ALIENS.search(clause):
        return False
    if close and wide:
        return False
    return bool(close) or wide or after


def denies(text: str) -> bool:
    """Whether the text denies anything at all."""
    return bool(c.NEGATION.search(text))


def is_question(text: str) -> bool:
    """Whether the sentence asks."""
    return bool(_ENDS_QUESTION.search(text))


def attributed(text: str, at: int) -> bool:
    """Whether what stands at ``at`` is laid to a politician or a report, and not made one's own."""
    if c.ENDORSED.search(text) or c.LEGAL_SOURCE.search(text):
        return False
    match = c.ATTRIBUTED.search(text)
    if match is None:
        return False
    if match.start() < at and not re.search(r"\b(?:if|si|because|porque|whenever|cuando|as long as)\b[^,]*$", text[: match.start()]):
        return True
    if re.search(r"\b(?:according to|segun)\b", match[0]):
        return bool(re.match(r"[^.?!]{0,30}\b(?:report\w*|article|news|press|npr|aclu|reuters|informe|reportaje|prensa|noticia\w*|articulo|audit\w*|gao|president\w*|official\w*|funcionari\w*|bukele)\b", text[match.start() :]))
    return bool(re.search(r",[^,]*$", text[: match.start() + 1]))


def restricted(text: str) -> bool:
    """Whether a denial holds only in some cases: "not without a warrant", "not every citizen"."""
    return bool(_RESTRICTED.search(text))


def taken_back(text: str) -> bool:
    """Whether a denial is followed by a "but then they can"."""
    turn = _BACK.search(text)
    if not turn or _HARMLESS_BACK.search(turn["rest"]):
        return False
    return bool(_AFFIRMS.search(turn["rest"])) and not _RIGHT.search(turn["rest"])


def bad_exception(text: str, reason: DropReason) -> DropReason | None:
    """Give ``reason`` when a denial ends in an exception the law does not know."""
    exception = c.EXCEPTION.search(text)
    if not exception:
        return None
    before = text[: exception.start()]
    if not denies(before) and not exception.start() < 3:
        return None
    tail = text[exception.start() :]
    punitive = re.search(
        r"\b(?:president|trump|punish\w*|crimes?|felon\w*|convict\w*|terroris\w*|official|presidente|castigo|delitos?|security|seguridad)\b", tail
    )
    if c.LAWFUL_EXCEPTION.search(tail) and not (punitive and not re.search(r"naturali|extradi", tail)):
        return None
    if re.search(r"\b(?:even|aun|incluso|ni siquiera)\s*$", before):
        return None
    if re.match(r"(?:if|si) ", tail) and not re.search(r"\b(?:convicted|condenad\w+|crime|delito|president|order|comet\w+|commit\w+)", tail):
        return None
    return reason


def _close(clause: str, at: int) -> re.Match[str] | None:
    """The negation of the helping verb nearest to the act, or one that governs the act."""
    before = clause[:at]
    start = max(0, len(before) - len(" ".join(before.split()[-8:])) - 1)
    negatives = list(_CLOSE_NO.finditer(before, start))
    if not negatives:
        return None
    last = negatives[-1]
    modals = list(_MODAL.finditer(before, start))
    gap = before[last.end() :]
    lead = " ".join(before[: last.start()].split()[-2:])
    after_modal = bool(modals) and modals[-1].start() > last.end()
    if after_modal and (_HELPER_NO.search(last[0]) or _RELATIVE.search(gap)):
        return None
    if _RELATIVE.search(lead) and not _REPORTED.search(before[: last.start()]):
        return None
    if not modals or last.end() >= modals[-1].start() - 1:
        return last
    governs = _GOVERNS.match(last[0]) and len(gap.split()) <= 5 and not _BREAK.search(gap)
    return last if governs else None
