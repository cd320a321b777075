"""Words that say what someone is under the law, and what each leaves possible."""

import re
from dataclasses import dataclass
from typing import Literal

from bot.guard.places import FOREIGN_ADJECTIVE, FOREIGN_COUNTRY, NATIONAL_PLACE, US_PLACE
from bot.types import ALIENS, ANYONE, CITIZENS, Status

FactField = Literal["status", "birthplace", "naturalized", "derived", "document"]

_BIRTH = frozenset({Status.CITIZEN_BY_BIRTH})
_NATURALIZED = frozenset({Status.CITIZEN_NATURALIZED})
_DERIVED = frozenset({Status.CITIZEN_DERIVED})
_NATIONAL = frozenset({Status.NATIONAL})
_FORMER = frozenset({Status.FORMER_CITIZEN})
_RESIDENT = frozenset({Status.PERMANENT_RESIDENT})
_OTHER = frozenset({Status.OTHER_ALIEN})
_US = r"(?:u\.?s\.?a?\.?|american|united states|estadounidense|american[oa]|gring[oa]|norteamerican[oa])"
_OF_US = (
    r"(?: (?:estadounidenses?|american[oa]s?|norteamerican[oa]s?|de (?:los )?(?:estados unidos|ee\.? ?uu\.?|eeuu|usa)"
    r"|of (?:the )?(?:u\.?s\.?a?\.?|united states|america)))?"
)
_BORN = r"(?:born(?: and raised)?|birth|nac(?:i|io|imos|ieron)|nacid[oa]s?|naci)"
_NOT = r"(?:not|isn'?t|ain'?t|aren'?t|wasn'?t|weren'?t|am not|never(?: became| was| been)?|non|no|sin ser|without being|nunca)"


@dataclass(frozen=True)
class StatusPhrase:
    """Words at a place of folded text, what they leave possible, and how they stand.

    ``noun`` phrases can name a group ("US citizens"); the others only say something of someone.
    """

    start: int
    end: int
    statuses: frozenset[Status]
    field: FactField
    value: str
    noun: bool


@dataclass(frozen=True)
class _Pattern:
    regex: re.Pattern[str]
    statuses: frozenset[Status]
    field: FactField
    value: str
    noun: bool


def _p(
    regex: str, statuses: frozenset[Status], field: FactField, value: str, *, noun: bool = False
) -> _Pattern:
    return _Pattern(re.compile(regex), statuses, field, value, noun)


# Earlier patterns hide later ones where they overlap: the more exact stands first.
_PATTERNS: tuple[_Pattern, ...] = (
    _p(r"\b(?:used to have|had|tenia|tuve|was on) (?:\w+ ){0,4}?(?:green ?card|tarjeta verde|residencia)\b|\b(?:never|nunca|no|didn't|did not) (?:me |le )?(?:did|do|got|get|filed|finished|completed|sacaron|hicieron|arreglaron|tramitaron) (?:\w+ )?(?:citizenship|ciudadania)\b|\b(?:salio|sali|left|went out|forgot|olvido|olvide) (?:\w+ ){0,3}?(?:sin papeles|without (?:papers|her papers|his papers)|(?:her|his|my|sus|mis) (?:papers|papeles))|\bcitizen (?:kane|science|journalis\w+|band)", ANYONE, "status", "past"),
    _p(rf"\b(?:dual (?:{_US} )?(?:citizens?|nationals?|citizenship|nationality)|doble (?:ciudadania|nacionalidad)|both citizenships|(?:citizens?|nationals?|ciudadan[oa]s?) of both)\b(?: (?:of|de) {FOREIGN_COUNTRY} (?:and|y) {US_PLACE}| (?:of|de) {US_PLACE} (?:and|y) {FOREIGN_COUNTRY})?|\b(?:american[oa]?|estadounidense|us citizen) (?:and|y) (?:also |tambien )?{FOREIGN_ADJECTIVE}\b|\b{FOREIGN_ADJECTIVE}[- ]american\b(?= citizen)", CITIZENS, "status", "citizen", noun=True),
    _p(r"\b(?:naturali[sz]ation|naturalizacion|citizenship|ciudadania)\b (?:\w+ ){0,2}?(?:was|has been|had been|got|fue|ha sido|ya fue) (?:\w+ )?(?:revoked|cancell?ed|taken|stripped|revocad[oa]|anulad[oa]|quitad[oa]|cancelad[oa])\b[^.?!;]{0,30}?(?:court|judge|tribunal|juez)|\b(?:court|judge|juez|tribunal)\b[^.?!;]{0,15}?(?:already |ya )?(?:le |les |me )?(?:revoked|took away|cancell?ed|stripped|quito|revoco|anulo|cancelo)\b[^.?!;]{0,20}?(?:naturali[sz]ation|naturalizacion|citizenship|ciudadania)|\bya le quitaron la ciudadania por fraude", _FORMER, "status", "former_citizen", noun=True),
    _p(r"\b(?:from|de|am|soy|es|are|somos|i'm|im) (?:the )?(?:puerto rico|puerto rican|puertorriquen[oa]s?|boricuas?|guam|guamanian|virgin islands|islas virgenes)\b|\bpuerto ricans?\b|\bpuertorriquen[oa]s?\b|\bboricuas?\b|\bnuyoricans?\b", _BIRTH, "birthplace", "united_states", noun=True),
    _p(rf"\b(?:from|de|in) {NATIONAL_PLACE}\b|\bpassport says (?:that )?(?:i am |i'm )?(?:a )?national\b|\bnationals? from (?:swains|american samoa)\b", _NATIONAL, "status", "national"),
    _p(r"\b(?:my|his|her|mi|su|the|la)? ?(?:naturali[sz]ation|citizenship|ciudadania|naturalizacion) (?:application|interview|test|solicitud|entrevista|case|papers|request|process)\b|\b(?:solicitud|entrevista|tramite|examen) (?:de|para) (?:la )?(?:ciudadania|naturalizacion)\b|\b(?:(?:my|his|her|mi|su) )?(?:solicitud|application) (?:sigue|is|still|is still|esta)? ?(?:pendiente|pending)\b|\bapplied for (?:naturalization|citizenship)\b", frozenset({Status.PERMANENT_RESIDENT, Status.OTHER_ALIEN}), "status", "applicant"),
    _p(rf"\b(?:ex-? ?|former|formerly an?|once an?|denaturali[sz]ed|desnaturalizad[oa]s?) ?(?:{_US} )?(?:citizens?|ciudadan[oa]s?)\b|\bex-?american[oa]?s?\b|\brenounced (?:in|at|before|my|his|her)\b|\brenunci(?:e|o) (?:en|ante)\b", _FORMER, "status", "former_citizen", noun=True),
    _p(r"\b(?:renounced|gave up|relinquished|renuncie a|renuncio a|perdi|lost) (?:my|his|her|their|the|mi|su|la|us|u\.s\.)? ?(?:u\.?s\.? |american )?(?:citizenship|ciudadania|nacionalidad)", _FORMER, "status", "former_citizen"),
    _p(rf"\b(?:non-?citizen|noncitizen|no ciudadan[oa]) (?:{_US} )?nationals?\b|\bnacional(?:es)?(?: de (?:los )?(?:estados unidos|eeuu))?,? (?:pero )?no (?:soy |es )?ciudadan[oa]s?\b|\b(?:us )?national(?: of the (?:us|united states))?,? (?:but|and) not an? citizen|\bnational(?:s)?,? (?:but|and) not (?:a )?citizens?\b", _NATIONAL, "status", "national", noun=True),
    _p(rf"\b(?:{_US} nationals?|nacional(?:es)? (?:estadounidenses?|american[oa]s?|de (?:los )?(?:estados unidos|ee\.? ?uu\.?))|nationals? of the (?:us|u\.s\.|united states)|american samoans?|samoan[oa]s? american[oa]s?)\b", _NATIONAL, "status", "national", noun=True),
    _p(rf"\b{_BORN}\b[^.;?!]{{0,25}}?\b(?:in|en|at) {NATIONAL_PLACE}", _NATIONAL, "birthplace", "american_samoa"),
    _p(rf"\b(?:not|never|wasn'?t|no) {_BORN} (?:here|aqui|in {US_PLACE}|en {US_PLACE})", ANYONE - _BIRTH, "birthplace", "abroad"),
    _p(rf"\b{_BORN} (?:abroad|overseas|outside (?:of )?{US_PLACE}|en el extranjero|fuera de {US_PLACE}|fuera del pais|(?:in|en) (?!(?:new|nuevo|nueva)\b)(?:[a-z]+,? )?(?<!new )(?<!nuevo ){FOREIGN_COUNTRY})\b|\b(?:i'm|im|i am|he's|hes|he is|she's|shes|she is|they are|soy|es|somos|is|came|come|comes|vino|vine|viene|estaba) (?:from|de) (?!(?:new|nuevo)\b){FOREIGN_COUNTRY}\b|\b(?:i'm|im|i am|he's|hes|he is|she's|shes|she is|soy|es) (?:an? |un |una )?{FOREIGN_ADJECTIVE}\b(?! (?:and|y) (?:american|us|estado)| citizens?| nationals?|-american|s? samoa)", ANYONE - _BIRTH, "birthplace", "abroad"),
    _p(rf"\b{_BORN}\b(?: (?:and raised|right|y criad[oa]|y crecid[oa]|y creci))? ?(?:here\b|aqui\b|aki\b|aca\b|aca\b|(?:in|en|at|on) (?:a hospital in |un hospital de |el |la |las |los |the |downtown |[a-z]+(?: [a-z]+)?, |\w+ (?:hospital|county) in )?{US_PLACE})(?!\w)", _BIRTH, "birthplace", "united_states"),
    _p(rf"\b(?:born|birth|nac\w+)(?: (?!in\b|en\b|at\b|abroad\b|outside\b)\w+){{0,6}} (?:in|en|at) {US_PLACE}(?!\w)|\b(?:acta|birth certificate|certificado de nacimiento|partida)\b(?: de nacimiento)? (?:dice|says?|is from|es de|de|from) (?:que naci en )?(?:[a-z]+(?: [a-z]+)?, )?{US_PLACE}(?!\w)", _BIRTH, "birthplace", "united_states"),
    _p(r"\b(?:was born|were born|i was born|born|naci|nacio|nacimos) (?:in|en) (?!(?:a|the|my|un|una|el|la|mi|19|20|january|february|march|april|may|june|july|august|september|october|november|december|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b|\d)[a-z]+", ANYONE, "birthplace", "elsewhere"),
    _p(r"\b(?:us|u\.s\.|american|native|natural|texas|california|estadounidense)[ -]born\b|\bnatural-?born (?:us |u\.s\. |american )?citizens?\b|\b(?:citizens?|ciudadan[oa]s?|american[oa]s?) (?:by|at|from|de|por|al) (?:birth|nacer|nacimiento)\b|\bbirthright citizens?\b|\b(?:anchor bab(?:y|ies))\b|\b(?:us|u\.s\.|american) birth certificate\b|\b(?:acta|certificado|partida) de nacimiento (?:de (?:california|texas|florida|illinois|nueva york|los estados unidos|ee\.? ?uu\.?)|estadounidense|american[oa])", _BIRTH, "birthplace", "united_states", noun=True),
    _p(r"\b(?:un|not |never |no )naturali[sz]ed\b|\bnot yet naturali[sz]ed\b|\bsin naturalizar\b|\bno (?:me he|se ha) naturalizad[oa]\b", ANYONE - _NATURALIZED, "naturalized", "no"),
    _p(rf"\bciudadan[oa]s? naturalizad[oa]s?\b|\bnaturali[sz]ed(?: {_US})?(?: citizens?| american)?\b|\bnaturali[sz]e[ds]? (?:in|last|back)\b|\bnaturalizad[oa]s?\b|\bse naturalizo\b|\bme naturalice\b|\bbecame (?:a |an )?(?:{_US} )?citizens?\b|\bbecame american\b|\b(?:got|received|has|have|had) (?:my|his|her|their) naturali[sz]ation\b|\b(?:swore|sworn|taken|takes?|made) (?:the |an |his |her |my )?(?:citizenship )?oath\b|\b(?:hizo|hice|hicimos|tomo|tome|presto|preste) (?:el |su |mi )?juramento\b|\bme naturalice\b|\bse (?:ha )?naturaliz(?:o|ado)\b|\bgot (?:my|his|her|their|us|u\.s\.) (?:u\.?s\.? )?citizenship\b|\btook the oath\b|\b(?:me hice|se hizo|me converti en|se convirtio en|nos hicimos) (?:un |una )?ciudadan[oa]s?\b|\bcertificate of naturali[sz]ation\b|\bcertificado de naturalizacion\b|\bcitizens? (?:by|through) naturali[sz]ation\b|\bciudadan[oa]s? por naturalizacion\b|\bsworn in as (?:a )?(?:{_US} )?citizens?\b|\bjur(?:e|o) la ciudadania\b", _NATURALIZED, "naturalized", "yes", noun=True),
    _p(r"\b(?:derived|derivative|acquired) (?:us )?citizens?(?:hip)?\b|\bderiv(?:o|e|ed|ado) (?:su |la |my |her |his )?(?:ciudadania|citizenship)\b|\bciudadan(?:o|a|ia)s? (?:derivad|adquirid)[oa]\b|\b(?:citizens?|ciudadan[oa]s?) (?:through|thru|via|por|a traves de) (?:my|his|her|their|mi|mis|su|sus|a) (?:mother|father|mom|dad|parents?|madre|padre|padres|mama|papa)\b|\bconsular report of birth(?: abroad)?\b|\bcrba\b|\bcertificate of citizenship\b|\bcertificado de ciudadania\b|\breporte consular de nacimiento\b", _DERIVED, "derived", "yes", noun=True),
    _p(rf"\b(?:{_NOT}[- ](?:really |even |yet |currently |actually |es |soy |son |somos |eres |fui |era )?(?:an? |un |una )?(?:{_US} )?citizens?{_OF_US}|non-?(?:{_US}[ -])?citizens?|noncitizens?|no (?:es|soy|son|somos|eres|era|fue|tengo la|tiene la) ?(?:un |una )?(?:ciudadan[oa]s?|ciudadania){_OF_US}|no[- ]?ciudadan[oa]s?{_OF_US}|not (?:us |u\.s\. )?citizens?|(?:without|no|sin) (?:us |u\.s\. |la )?(?:citizenship|ciudadania)|someone else's citizen)\b", ALIENS, "status", "alien", noun=True),
    _p(rf"\b(?:citizens?|nationals?|subjects?|ciudadan[oa]s?|nacional(?:es)?) (?:of|de) (?:only |solo )?(?:{FOREIGN_COUNTRY}|an? (?:enemy|hostile|foreign|different) (?:nation|country|power|state)|enemy nations?|un pais (?:enemigo|extranjero|hostil)|that (?:nation|country)|ese pais|another country|other countries|some other country|a foreign country|otro pais|otros paises)\b", ALIENS, "status", "alien", noun=True),
    _p(rf"\b(?:{FOREIGN_ADJECTIVE}|foreign) (?:citizens?|nationals?|ciudadan[oa]s?)\b|\b(?:ciudadan[oa]s?|nacional(?:es)?) (?:{FOREIGN_ADJECTIVE}|extranjer[oa]s?)\b", ALIENS, "status", "alien", noun=True),
    _p(r"\b(?:green ?card holders?|green ?card|permanent residents?|permanent residency|lawful residents?|legal residents?|lprs?|residentes? permanentes?|residentes? legal(?:es)?|residencia permanente|residente|tarjeta de residen(?:te|cia)|tarjeta verde|mica verde|con residencia|tengo residencia|tiene residencia|tengo papeles de residente|gc holder|residency)\b", _RESIDENT, "status", "permanent_resident", noun=True),
    _p(rf"\b(?:undocumented|illegal (?:alien|immigrant|migrant|worker|entrant)s?|illegals|(?:he|she|i am|i'm|mom|dad|mother|father|wife|husband|brother|sister|they are|parents are) (?:is |are )?illegal(?! to)|indocumentad[oa]s?|inmigrantes? ilegal(?:es)?|ilegales|(?:mama|papa|madre|padre|esposo|esposa|marido|hermano|hermana|soy|ella es|el es|tio|tia|primo|prima|novio|novia) (?:es )?ilegal(?! que| deport)|sin papeles|without papers|no papers|no tengo papeles|no tiene papeles|without status|no (?:legal |immigration )?status|sin estatus|sin status|sin documentos|without documents|never fixed (?:his|her|my|their) papers|without (?:papers|permission|inspection)|sin permiso|entr[eo] sin|out of status|(?:my|his|her|mi|su) asylum (?:case|claim)|(?:mi|su) (?:caso|solicitud) de asilo|lost (?:my|his|her) (?:green card|asylum) case|overstay(?:ed|er|ers)?|crossed the border|cruce la frontera|cruzo la frontera|daca(?: recipients?| holders?)?|dreamers?|sonador(?:es|a|as)?|tps(?: holders?)?|on parole|parolees?|asylum[- ]seekers?|asylees?|refugees?|refugiad[oa]s?|asilad[oa]s?|solicitantes? de asilo|visa holders?|on an? (?:[a-z]-?\d[a-z]? |student |tourist |work )?visa|(?:student|tourist|work|h-?1b|h-?2a|f-?1|j-?1|b-?2|u|t) visa|visa de (?:estudiante|turista|trabajo)|con visa|with a visa|(?:has|have|had|tiene|tengo|got) (?:an? |una )?(?:\w+ )?visa|expired visa|visa (?:\w+ )?(?:ya )?vencio|\bk-?1\b|\besta\b(?= program| waiver)|on esta\b|parole|visa de novia|tourist visa|visa vencida|me quedo de mas|work permit|permiso de trabajo|asylum applicants?|pending asylum|asilo pendiente)\b", _OTHER, "status", "other_alien", noun=True),
    _p(r"\b(?:immigrants?|migrants?|inmigrantes?|migrantes?|aliens?(?! enem)|foreigners?|(?<!enemigo )(?<!enemigos )extranjer[oa]s?|foreign-born people)\b", ALIENS, "status", "alien", noun=True),
    _p(rf"\b(?:{_US} passports?|pasaporte azul|blue passport|pasaportes? (?:estadounidenses?|american[oa]s?|de (?:los )?(?:estados unidos|ee\.? ?uu\.?))|(?:us|u\.s\.) passport card)\b", CITIZENS | _NATIONAL, "document", "us_passport"),
    _p(rf"\b(?:full |legal |lawful |proud )?(?:{_US}[ -])?citizens?{_OF_US}\b(?!hip)|\busc\b(?! ?(?:§|s\.|sec|\d))|\bciudadan[oa]s?{_OF_US}\b|\b(?:los |las |un |una |soy |es )?estadounidenses?\b(?! (?:gobierno))", CITIZENS, "status", "citizen", noun=True),
    _p(r"\b(?<!latin )(?<!central )(?<!south )(?<!north )(?<!african )(?<!the )americans\b|\b(?:the )americans\b|\b(?:an|am|i'm|im|is|he's|she's|are|being|born|fellow|every|as an) american\b(?! (?:government|law|laws|court|courts|prison|soil|flag|official|officials|embassy|consulate|company|visa|dream|passport|president|jail|prisons|samoa|samoan|citizen|indian))|\bamerican (?:prisoners?|inmates?|criminals?|kids?|children|child|people|person|man|woman|families|family|veterans?|students?|teens?|journalists?)\b|\b(?:soy|es|son|somos|un|una|los|las|a) american[oa]s?\b", CITIZENS, "status", "citizen", noun=True),
    _p(r"\b(?:have|has|having|got|tengo|tiene|tienen|con|with|hold|holds) (?:la |my |us |u\.s\. |american )?(?:citizenship|ciudadania)\b|\bmy (?:us |u\.s\. |american )?citizenship\b|\bmi ciudadania\b", CITIZENS, "status", "citizen"),
)


def status_phrases(text: str) -> tuple[StatusPhrase, ...]:
    """Find what folded ``text`` says of anyone's status, in order, without overlaps."""
    found: list[StatusPhrase] = []
    for pattern in _PATTERNS:
        for m in pattern.regex.finditer(text):
            if not any(f.start < m.end() and m.start() < f.end for f in found):
                found.append(
                    StatusPhrase(m.start(), m.end(), pattern.statuses, pattern.field, pattern.value, pattern.noun)
                )
    return tuple(sorted(found, key=lambda phrase: phrase.start))
