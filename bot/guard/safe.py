"""What makes a sentence clearly safe where a citizen, a national or someone in danger is at stake.

The screen drops such a sentence unless one of these holds; each stands for one reason why the
sentence cannot tell a protected person that the act asked about may be done to them.
"""

import re

from bot.guard import claims as c

_IMPERATIVE = re.compile(
    r"^\W*(?:(?:please|also|then|first|second|third|next|finally|always|meanwhile|instead|in (?:that|such a|any) case|if (?:they|you|ice|officers?|the|he|she|it|this|that|possible|someone|your|an?|there)\b[^,]{0,90},|when [^,]{0,70},|before [^,]{0,70},|after [^,]{0,70},|until [^,]{0,60},|at (?:the|any) [^,]{0,30},|for (?:this|that|now|more)[^,]{0,30},|and|so|but|por favor|tambien|luego|primero|despues|siempre|ademas|si (?:lo|la|le|les|los|las|usted|ice|la migra|migracion|un|una|es|no|alguien|algun|el|ella|los|su|esta|quiere|puede|necesita|tiene)\b[^,]{0,90},|cuando [^,]{0,70},|antes de [^,]{0,70},|mientras tanto,|en (?:ese|todo|cualquier) caso,|y)\s*)*"
    r"(?:ask|call|carry|keep|show|tell|say|bring|contact|stay (?:calm|silent|quiet)|do not|don't|never|get (?:a|an|the|help|in touch|legal|copies|certified)|find|write|request|remember|check|file|speak|talk|look|see|read|save|take (?:a|the|this|that|photos|notes|copies|it to|your|note)|gather|collect|make (?:sure|a|copies)|try|let|give|have (?:a|your|the|them)|use|apply|note|consider|prepare|start|visit|send (?:a|an|the|copies)|email|remain (?:silent|calm)|be (?:ready|honest|careful|prepared|polite|sure)|avoid|sign|refuse|answer|demand|insist|record|report|print|copy|order|open|click|memorize|learn|store|ensure|confirm|verify|notify|search|seek|set|fill|hire|reach out|film|pay|know|locate|que (?:guarde|lleve|pida|muestre|llame|hable|tenga)|state|document|share|renew|put (?:your|the|it in)|review|choose|join|go to (?:a|the|your|court|every)|attend|explain|obtain|provide|turn to|rely"
    r"|pida|pidale|pidan|lleve|llevela|guarde|muestre|ensene|llame|diga|digale|no (?:firme|abra|huya|mienta|diga|de|entregue|viaje|salga|falte|corra|use|deje|espere|conteste|acepte|discuta|pierda|se \w+|les?)|consulte|hable|busque|escriba|solicite|recuerde|revise|presente|vea|lea|tome|junte|reuna|trate|deje|de (?:una copia|aviso)|note|considere|prepare|visite|envie|evite|responda|insista|anote|reporte|copie|tenga|conserve|contacte|comuniquese|avise|explique|pregunte|acuda|vaya a|haga|mantenga|permanezca|nieguese|memorice|aprenda|confirme|verifique|localice|averigue|denuncie|obtenga|procure|exija|grabe|firme|abra|asegurese|quedese|guardese|traiga|ponga|pide|lleva|guarda|muestra|llama|di\b|busca|habla|escribe|revisa|presenta|recuerda|consulta|pregunta|contacta|explica)\b"
)
_RIGHTS = re.compile(
    r"\b(?:can|could|may|might|should|must|ha(?:s|ve) (?:the|a|every) right to|is entitled to|are entitled to|need(?:s)? to|ha(?:s|ve) to|is free to|are free to|is able to|ought to|will (?:want|need) to|it (?:is|helps|may help) (?:\w+ )?to|puede[n]?|debe[n]?|deberia[n]?|podria[n]?|tiene[n]? (?:el )?(?:derecho a|que|derecho de)|conviene|hay que|ayuda|sirve|es (?:util|bueno|mejor|importante))\b"
    r"(?: (?:also|then|still|always|later|simply|first|only|therefore|generally|usually|normally|often|instead|likewise|at any time|be able to|want to|need to|tambien|siempre|luego|todavia|primero|solo|ademas|despues))*"
    r" (?:ask|request|show|prove|challenge|contest|file|sue|travel|return (?:home|to the (?:us|united states)|freely)?|enter|re-?enter|come (?:back|home)|go (?:home|to court|before)|renounce|give up|see|call|speak|talk|stay (?:silent|here|in the)|remain (?:silent|here|in the)|refuse to (?:answer|sign|open|consent|let)|decline|apply|appeal|contact|get (?:a|an|the|help|legal|certified|your|copies)|seek|have (?:a|an|the|someone|your|to)|carry|present|use|live|work|vote|keep|choose|claim|tell|say|bring|petition|sponsor|hire|complain|report|marry|explain|answer|write|check|look|consult|find|obtain|gather|submit|notify|wait|expect|demand|insist|be (?:represented|heard|asked|questioned|released|reunited|checked|verified|replaced|issued|requested|ordered (?:back|released)|brought)|clear|correct|fix|replace|renew|order|help|talk|document|make|take (?:the|a|it|this) (?:case|matter|claim|to)|go|settle|serve (?:on|in the)|run|own|stay|object|oppose|raise|invoke|state|assert|rely|start|seek|verify|review|decide|stop|block|hear|intervene|order"
    r"|pedir\w*|solicitar\w*|mostrar\w*|probar\w*|demostrar\w*|impugnar\w*|presentar\w*|demandar\w*|viajar|volver|regresar (?:a (?:casa|estados)|libremente)|entrar|renunciar|ver|llamar\w*|hablar|guardar silencio|negarse a (?:contestar|firmar|abrir)|apelar\w*|contactar\w*|conseguir\w*|obtener\w*|tener|llevar (?:una|su|copia|prueba|consigo|el|la)|usar|vivir|trabajar|votar|conservar|elegir|decir\w*|traer|contratar|quejarse|denunciar\w*|casarse|explicar\w*|contestar|escribir|revisar\w*|consultar\w*|buscar\w*|esperar|exigir|insistir|ser (?:representad|escuchad|oid)\w*|corregir|reemplazar|renovar|ayudar|acudir|reclamar|recurrir|quedarse|oponerse|verificar|ordenar (?:la|su|que lo|que la)|intervenir|frenar|detener (?:la|su|el)|decidir|oir|comunicarse)\b"
)
_STATUS = re.compile(
    r"\b(?:is|are|was|were|have been|has been|ha sido|haber sido|sea|remain\w*|stay\w*|become[s]?|became|make[s]?|made|count[s]? as|considered|means? (?:that )?(?:you|he|she|they) (?:is|are)|es|son|era|fue|eres|sigue[n]? siendo|seguira siendo|hace|se hace|nace[n]?|naci\w+|hizo|se considera|confer\w*|confier\w*|give[s]?|acquire[sd]?|adquier\w+|otorga\w*|obtien\w+)\b[^.?!;]{0,60}?\b(?:xprot|citizenship|ciudadania|nationals?|nacional(?:es|idad)?)\b"
)
_ANCHOR = re.compile(
    r"\b(?:passports?|pasaportes?|birth certificates?|acta|certificates?|certificados?|proof|pruebas?|evidence|documents?|documentos?|papers|papeles|records?|lawyers?|abogad[oa]s?|attorneys?|legal aid|hearings?|audiencias?|judges?|juec?z\w*|juez|courts?|tribunal\w*|petition\w*|peticion\w*|habeas|bond|fianza|warrants?|orden judicial|forms?|formulario\w*|n-600|n-400|i-130|applications?|solicitud\w*|deadlines?|plazos?|burden|carga|detainers?|directive|directiva|interviews?|entrevista\w*|consulate\w*|consulad\w*|embass\w+|embajada|fees?|tarifas?|oaths?|juramento|tests?|examen|officers?|oficial(?:es)?|agentes?|agents?|hotline|linea|nonprofit\w*|organizacion\w*|claims?|complaints?|quejas?|demandas?|databases?|photos?|fotos?|phone|telefono|airline\w*|aerolinea\w*|border|frontera|amendment|enmienda|constitution\w*|constitucion\w*|section|seccion|u\.?s\.?c|usc|cfr|law|ley|leyes|statutes?|parents?|padres|mother|father|madre|padre|resident\w*|custody|custodia|visa\w*|asylum|asilo|treat(?:y|ies)|tratados?|extradi\w+|congress|congreso|supreme|corte suprema|case|cases|casos?|rights?|derechos?|information|informacion|status|estatus|government|gobierno)\b"
)
_BAD_OUTCOME = re.compile(
    r"\bdeport\w*|\bremov(?:e|es|ed|ing|al|able)\b|\bexpel\w*|\bexpuls\w*|\bexil\w*|\bbanish\w*|\bdesterr\w*|\bcecot\b|\bmega\w*|\bel salvador\b|\babroad\b|\boverseas\b|\bextranjero\b|\b(?:sent|send|shipped|flown|put|taken|mandad\w+|enviad\w+|llevad\w+) (?:away|off|back|out|there|on|to|a|de|alla)\b|\bleave\b|\bgone\b|\bout of (?:here|the country)\b|\bback to\b|\blos(?:e|es|ing|s)\b|\brevok\w*|\bstrip\w*|\bcancel\w*|\bwithdraw\w*|\bvoid\b|\bforfeit\w*|\boverrid\w*|\bovercome\w*|\boutweigh\w*|\btrump(?:s|ed) (?:citizenship|birth)|\bregardless\b|\birrelevant\b|\bno matter\b|\bno importa\b|\bdespite\b|\bturn(?:ed|s)? (?:back|away)\b|\brelocat\w+|\barrang\w+|\bfollows? the (?:status|parent)|\bshares?\b|\bsame (?:risk|situation|status)|\bmisma\b|\bfree to\b|\bequivale\b|\btreated as\b|\bsin efecto\b|\bcierra\w*|\btiene razon\b|\bgo ahead\b|\bends up\b|\btermina en\b|\bsettle\w*|\beven\b|\banyway\b|\bpese a\b|\ba pesar\b|\bincluso\b|\baunque\b|\balthough\b|\bthough\b|\bbut\b|\bpero\b|\bhowever\b|\bsin embargo\b|\bexcept\w*|\bunless\b|\bsalvo\b|\bexcepto\b|\bdepend\w*|\bmaybe\b|\bperhaps\b|\bpossib\w+|\bpossibl\w*|\bposible\w*|\bquizas?\b|\btal vez\b|\bignor\w*|\brefus\w*|\breject\w*|\brechaz\w*|\bdeny\b|\bdenied\b|\bneg(?:ar|ado|ada)\b|\bagree[sd]?\b|\bconsent(?:ed)? to\b|\bhand(?:ed)? over\b|\bentreg\w+|\bforc\w+|\bobligar?\w*|\bautoriz\w+|\ballow\w*|\bpermit\w*|\blegal to\b|\blawful\b|\bpower to\b|\bsettles\b|\bfate\b|\bserve (?:their|his|her|your) (?:sentence|time)|\bcumplir (?:su|la) (?:condena|pena)|\bpris\w+|\bcarcel\w*|\bjail\w*|\brisk\w*|\briesgo\w*|\bexpos\w+|\bvulnerab\w+|\bgoes with\b|\bse va con\b|\bincluid\w+|\bincluded\b|\bsuspend\w*|\bno longer\b|\bya no\b|\bexpir\w*|\brenta\w*|\btorture\w*|\btortura\w*|\bdoubt\w*"
)
_DENIAL = re.compile(
    r"\b(?:not|cannot|can't|can not|never|no|nobody|none|neither|nor|nothing|without|illegal|unlawful|unconstitutional|prohibited|forbidden|invalid|false|myth|nunca|jamas|nadie|ningun[ao]?|tampoco|sin|ni|ilegal|inconstitucional|prohibid\w+|falso|mentira|mito)\b|n't\b"
)
_CONCESSION = re.compile(
    r"\b(?:but|although|though|however|yet|except\w*|unless|only|always|entirely|every|necessarily|completely|absolutely safe|if|when|while|as long as|until|before|after|just|merely|directly|mostly|usually|generally|yet|longer|alone|enough|guarantee\w*|matter\w*|pero|aunque|sin embargo|salvo|excepto|solo|siempre que|mientras|hasta|del todo|necesariamente|directamente|si|cuando|a menos|basta\w*|importa\w*|cuenta|garantiza\w*|alcanza para)\b"
)
_SAFE_TAIL = re.compile(
    r"\b(?:lawyers?|abogad\w+|proof|prueba\w*|passports?|pasaporte\w*|court|tribunal|judge|juez|mistakes?|error(?:es)?|denaturali\w+|desnaturali\w+|naturali\w+|extradit\w*|extradici\w+|renounc\w*|renunci\w*|voluntar\w*|noncitizens?|xalien|arrest\w*|charged|criminal|prosecut\w*|taxes|detain\w*|deten\w+|habeas|free choice|document\w*|carry|show\w*|mostrar|treaty|tratado|consent\w*|reports?|says|said|dijo|dice)\b"
)
_PERMISSION = re.compile(
    r"\b(?:can|could|may|might|will|would|shall|pueden?|podrian?|podran?|van? a|seran?|serian?)\b(?! not|n't)"
)
_HALF_DENIAL = re.compile(
    r"\bnot (?:needed|required|necessary|entirely|always|in every|completely|fully|exactly|quite|for the first|yet|automatically safe|the end|at first|so fast|directly|really|totally)\b|\bno (?:hace falta|se necesita|es necesari[oa]|siempre|del todo|necesariamente|por completo|en todos|todos)\b|\bno separate\b|\bno (?:necesita|requiere) (?:\w+ )?consentimiento"
)
_POLICING = re.compile(
    r"\b(?:stop|question|arrest|detain|search|inspect|charge|prosecute|investigate|interview|hold|fine|jail|penalt\w+|owe|owed|pay|multas?|multad\w+|impuestos|penas|served with|count against|tried|deten\w+|arrest\w+|interrog\w+|parar|registrar|revisar|investigar|acusar|juzgar)(?:ed|s|ing)?\b"
)
_DESCRIBES = re.compile(r"\b\d[\d,.]*\b|\b(?:proposal|offer|propuesta|oferta|report|informe|reportaje|visits?|visitas|opened|abrio|capacity|capacidad|room for|sitio para|prensa|press|judges|jueces|exception|excepcion)\b")
_DEPENDS = re.compile(
    r"\b(?:depends?|depende(?:ra)?)\b[^.?!;]{0,60}\b(?:citizens?|citizenship|xprot|ciudadan\w*|status|estatus|parents?|padres|mother|father|mama|papa|madre|padre|law|ley|born|nacio|nacimiento|treaty|tratado|facts|state|estado)\b"
)
_LOOKALIKE = re.compile(
    r"\bextradit\w*|\bextradic\w*|\btransfer treat\w+|\bprisoner transfer\w*|\bvoluntar\w+|\bby (?:his|her|their|your|free|one's) (?:own )?choice|\bconsentimiento|\bconsents?\b|\bconsented|\bvoluntari\w+|\bhague\b|\bla haya\b|\bown will\b|\bstatus-of-forces|\brendition between|\bstand trial|\bfor trial\b|\bun juicio\b|\brenounc\w+|\brenunci\w+|\bbrought here under|\bmejor otra|\btreaty with|\btratado con"
)
_UNLIKE = re.compile(
    r"\bdeport\w*|\bremov(?:e|ed|al)\b|\bexpel\w*|\bexpuls\w*|\bbanish\w*|\bexil\w*|\bno (?:treaty|hearing|judge|charge|consent)|\bwithout (?:an? |his |her |their |your )?(?:treaty|hearing|judge|charge|consent|request|agreement)|\bsin (?:su |un |una )?(?:tratado|audiencia|juez|cargo|consentimiento)|\bconsent (?:is|was) (?:not|never)|\b(?:no|not) (?:\w+ )?(?:need\w*|require\w*|necesita\w*) (?:\w+ )?consent\w*|\beven against|\bagainst (?:his|her|their)|\bfor you\b|\bpor usted\b|\bsigns? a form"
)


def clearly_safe(text: str) -> bool:
    """Whether a marked sentence that names no forbidden act clearly leaves the protected alone."""
    if c.REVERSED.search(text):
        return False
    if _IMPERATIVE.match(text) and not _hard_outcome(text):
        return True
    if denied_plainly(text) or lookalike(text):
        return True
    if _RIGHTS.search(text) and not _hard_outcome(text):
        return True
    if c.LAWFUL_LOSS.search(text) and re.search(r"\bvoluntar\w*", text) and re.search(r"\bmean\b|\binten\w+", text):
        return True
    if re.search(r"\b(?:same|misma|equal|igual) (?:\w+ )?(?:protections?|proteccion|rights|derechos)\b", text):
        return True
    if re.search(r"\b(?:you|usted|the (?:mother|father|parents)|los padres) (?:decides?|chooses?|decide[n]?|elige[n]?|should|deberia[n]?)\b", text) and not _hard_outcome(text):
        return True
    bad = _BAD_OUTCOME.search(text)
    if _STATUS.search(text) and not bad:
        return True
    if _POLICING.search(text) and not _hard_outcome(text) and not re.search(r"\b(?:until|indefinite\w*|hasta|forever|para siempre|order|orden)\b", text):
        return True
    if _DESCRIBES.search(text) and not _PERMISSION.search(text) and "xprot" not in text and not re.search(r"\b(?:you|usted|legal|lawful|law now)\b", text):
        return True
    if _PERMISSION.search(text):
        return False
    return bool(_ANCHOR.search(text)) and not bad


def may_depend(text: str) -> bool:
    """Whether a sentence says on which fact of law the answer depends."""
    return bool(_DEPENDS.search(text)) and not re.search(
        r"\b(?:yes|si,|crimes?|felon\w*|delito\w*|officer|oficial|president\w*|convict\w*|record|judge's|generally|in general)\b", text
    )


def denied_plainly(text: str) -> bool:
    """Whether the sentence is a denial with nothing taken back."""
    if not _DENIAL.search(text) or c.REVERSED.search(text) or _HALF_DENIAL.search(text):
        return False
    if c.YES.match(text):
        return False
    no = next(_DENIAL.finditer(text))
    before = text[: no.start()]
    if _PERMISSION.search(before) or re.search(r"\b(?:who|that|which|whose|que|quien(?:es)?)\b(?: \w+){0,2}\s*$", before) and not re.search(r"\b(?:true|cierto|law|ley|says?|dice)\b", before):
        return False
    concession = _CONCESSION.search(text, no.end())
    return concession is None or bool(_SAFE_TAIL.search(text[concession.start() :]))


def _hard_outcome(text: str) -> bool:
    return bool(
        re.search(
            r"\bdeport\w*|\bexpel\w*|\bexpuls\w*|\bbanish\w*|\bexil\w*|\bcecot\b|\bel salvador\b|\b(?:sent|shipped|flown|put|taken) (?:away|off|back|out|there|on a)\b|\bregardless\b|\bno matter\b|\bno importa\b|\banyway\b|\boverrid\w*|\bforc\w+ (?:you|him|her|them)|\bmandarl[oa]|\bmandarte|\benviarl[oa]|\bsacarl[oa]|\bechar\w*|\bquitar(?:le|te|la)\b|\bgo (?:to|with|along)\b[^.?!;]{0,25}(?:prison|parent|country)|\bserve (?:it|their|his|her|your|the) (?:sentence|time)[^.?!;]{0,20}(?:abroad|there|overseas)|\brefuse to let\b|\bturn (?:you|him|her|them) (?:away|back)",
            text,
        )
    )


def lookalike(text: str) -> bool:
    """Whether the sentence speaks of extradition, consent or choice and of nothing else."""
    return bool(_LOOKALIKE.search(text)) and not _UNLIKE.search(text)


def unsafe_permission(text: str) -> bool:
    """Whether a sentence or clause says that something may be done, and it is not a right."""
    if not _PERMISSION.search(text) or c.REVERSED.search(text):
        return bool(_PERMISSION.search(text))
    if _RIGHTS.search(text) and not _hard_outcome(text) or denied_plainly(text):
        return False
    return not (_POLICING.search(text) and not _hard_outcome(text)) and not lookalike(text)


def lawful_loss(text: str) -> bool:
    """Whether the sentence names a way citizenship can end that the law knows, and no other."""
    own = re.search(r"\bvoluntar\w*|\bintent\w*|\bintend\w*|\bintenci\w+|\brenounc\w*|\brenunci\w*|\brelinquish\w*|\bown (?:free )?(?:act|will|choice)|\bfree choice|\blibremente|\bgiv(?:e|es|ing) (?:it )?up\b", text)
    court = re.search(r"\bcourts?\b|\bjudges?\b|\bjudicial\w*|\btribunal\w*|\bjuez|\bsentencia|\bjudgment|\blawsuit|\bcivil action|\bsue\b|\bdemanda\w*|\b1451|\b1425", text)
    fraud = re.search(r"\bfraud\w*|\bfraude|\billegally|\bunlawfully|\bconceal\w*|\bhid\w*|\bmisrepresent\w*|\blied|\blying|\blies\b|\bfalse statements?|\bmaterial|\bocult\w+|\bminti\w+|\bmentir\w*|\bmentira\w*|\bprocured", text)
    naturalized = re.search(r"\bnaturali\w+|\bdenaturali\w+|\bdesnaturali\w+", text)
    if own:
        return not _punitive(text, court=bool(court), own=True) and not re.search(r"\bfor you\b|\bpor usted\b", text)
    if court and (naturalized or fraud) or fraud and naturalized:
        return not _punitive(text, court=bool(court), own=False)
    return False


def _punitive(text: str, *, court: bool, own: bool) -> bool:
    words = [m[0] for m in c.PUNITIVE.finditer(text)]
    if c.FRAUD_CONVICTION.search(text):
        words = [w for w in words if not re.match(r"crime|criminal|felon|convict|delito|condena", w)]
    if c.SUING.search(text) and court or re.search(r"\bconsul", text):
        words = [w for w in words if not re.match(r"uscis|dhs|homeland|agenc|official|officer|ice|secretary|funcionari", w)]
    if own:
        words = [w for w in words if not re.match(r"born|by birth|nacid|por nacimiento|de nacimiento|dual|treason|traicion|living|official|officer", w)]
    if re.search(r"\b(?:not|no|never|nor)\b", text):
        words = [w for w in words if not re.match(r"protest|crime|criminal|speech|opinion|delito|punish|castig|convict|condena|automatic", w)]
    return bool(words)
