"""Words a claim is made of, as patterns over folded text in which people are already marked.

``mark`` puts one word for everyone who is named: ``xprot`` (may be a citizen or national),
``xalien`` (is neither), ``xrel`` (a citizen's relative), ``xproc`` (a proceeding, not an act).
"""

import re

from bot.guard.places import FOREIGN_ADJECTIVE, FOREIGN_COUNTRY
from bot.guard.statuses import status_phrases
from bot.types import ALIENS, ANYONE, PROTECTED

_CHILDREN_BORN = re.compile(
    r"\b(?:children|kids|babies|people|those|anyone|hijos|bebes|ninos|personas) (?:who were |were )?(?:born )?(?:to|of|de|with|con) (?:an? )?xalien(?: parents?| padres| mothers?| fathers?)?|\b(?:people|children|those|hijos|bebes|ninos) (?:whose|born to|cuyos|de) (?:parents|padres) (?:who )?(?:\w+ )?(?:entered|are|were|entraron|son|sin|undocumented|xalien)"
)
_EXTRA_PROTECTED = re.compile(
    r"\b(?:home-?growns?|our own people|own people|fellow citizens|compatriots?|u\.?s\.? persons?|the citizenry|natives?(?: (?:sons?|born))?|nacionales|(?<!foreign )nationals"
    r"|(?:people|persons?|someone|anyone|those|kids?|children) (?:who (?:were|was|are|is) )?born (?:here|in this country|on (?:our|us|american) soil)"
    r"|(?:people|persons?|anyone|someone|those) with (?:us |american |full )?citizenship|patriots?|compatriotas|paisanos nacidos aqui)\b"
)
_RELATED = re.compile(
    r"\b(?:(?:non-?citizen |noncitizen |foreign |undocumented |xalien |immigrant )?(?:spouses?|wi(?:fe|ves)|husbands?|partners?|parents?|mothers?|fathers?|siblings?|brothers?|sisters?|relatives?|famil(?:y|ies)(?: members?)?|fiancee?s?|friends?|sponsors?|widows?|employers?"
    r"|conyuges?|espos[oa]s?|padres?|madres?|herman[oa]s?|familiar(?:es)?|parejas?|familias?|parientes?|viud[oa]s?)"
    r" (?:who (?:is|are) )?(?:of|to|de|del|de un|de una) (?:an? |the |adult |un |una |el |los |las )*(?:us )?xprot"
    r"|(?:married|engaged|related|marriage|casad[oa]s?|matrimonio|casarse|relation|ties|close) (?:to|with|con|a) (?:an? |un |una )?(?:us )?xprot"
    r"|xprot(?:'s|s'| s)? (?:spouses?|wi(?:fe|ves)|husbands?|parents?|mothers?|fathers?|siblings?|relatives?|famil(?:y|ies)|partners?)"
    r"|(?:having|have|has|with|tener|tiene|tienen|con) (?:an? |un |una |el |two |\w+ )?(?:us )?xprot (?:child(?:ren)?|spouses?|kids?|sons?|daughters?|hij[oa]s?|espos[oa]s?|relatives?|parents?|husband|wife)|(?:having|have|tener) (?:an? )?(?:child(?:ren)?|kids?|baby|spouse|hij[oa]s?) who (?:is|are) (?:an? )?xprot)\b"
)
_CONTRASTED = re.compile(
    r"\b(?:unlike|as opposed to|other than|rather than|instead of|except|excluding|but not|and not|never|except for|a diferencia de|salvo|excepto|pero no|y no|menos|fuera de)(?: to| a| el| la| los| las| un| una| an?| of| for| the| us| que)* xprot(?: or xprot| o xprot)?\b(?! (?:can|may|could|pued))"
)
_PROCEEDING = re.compile(
    r"\b(?:removal|deportation) (?:proceedings?|hearings?|orders?|cases?|process(?:es)?|period|defense|courts?|lawyers?|law|laws|grounds?|statutes?|system|officers?|flights?|machinery|policy|rules?|provisions?|sections?|power)\b"
    r"|\b(?:orden(?:es)?|procesos?|procedimientos?|caso|audiencia|motivos?|causales?|leyes|ley|vuelos?|juicio|defensa) de (?:la )?(?:deportacion|expulsion|remocion)\b"
    r"|\b(?:cancellation|withholding|stay|deferral|suspension|cancelacion|aplazamiento) (?:of|de) (?:la )?(?:removal|deportation|deportacion|expulsion|remocion)\b|\b(?:grounds? (?:for|of)|in|expedited|voluntary|stop|halt|fight|challenge|review of|appeal) (?:the |a |your |his |her )?(?:removal|deportation)\b(?! of (?:us )?(?:xprot|anyone|everyone))"
)

REMOVAL = re.compile(
    r"\b(?:mandar|enviar|trasladar|llevar|sacar|echar|devolver|regresar) (?:a (?:su|tu|mi) \w+ )?(?:alla|alli|fuera)\b|\b(?:send|sent|move|moved|ship|shipped|take|taken|fly|flown|put) (?:you|him|her|them|me|us|xprot|the \w+|your \w+|his \w+) (?:\w+ )?there\b|\b(?:moved|sent|shipped|flown|taken|transferred) there\b|\b(?:lo|la|los|las|le|te|me|se) (?:\w+ ){0,2}?(?:mand|envi|traslad|llev|sac|ech|bot|avient|rajar|mont)\w+ (?:\w+ ){0,2}?(?:alla|alli|a |al |del |en un avion|fuera)|\b(?:mandar|enviar|trasladar|llevar|sacar|echar|botar|rajar|regresar|devolver)(?:lo|la|los|las|te|me|le)\b|\b(?:puede[n]?|podria[n]?) (?:mandar|enviar|trasladar|sacar|echar|botar|rajar|regresar|devolver)\b|\b(?:tiene[n]?|tendra[n]?) que (?:irse|salir|marcharse|abandonar)|\bwalked across (?:it|the border)|\b(?:in|into|en) (?:un )?(?:removal|deportation|proceso de (?:deportacion|expulsion)) proceedings?|\bescorted onto|\bput out of|\bput you out|\bdeport(?!iv|e[ \b]|es\b)\w*|\bturn(?:ed|s|ing)? (?:back|away)\b|\bturn(?:ed|s|ing)? (?:\w+ ){1,3}(?:back|away)\b|\b(?:not|n't|refuse to|without) (?:let|letting|admit\w*|allow\w*) (?:\w+ ){0,3}?(?:back|in|enter|return|home)\b|\bno (?:dej\w+|permit\w+|admit\w+)(?:lo|la|le|los)? (?:\w+ )?(?:entrar|volver|regresar|pasar)|\breturn (?:to|of) (?:your|his|her|their) (?:parents'? |home |native )?(?:country|homeland)|\b(?:your|his|her|their|su|tu) (?:return|devolucion|regreso|traslado) (?:to|a|al|es|is)\b|\btraslad\w+ (?:\w+ )?fuera|\bfuera del territorio|\bsacad[oa]s?\b|\bcierr?a\w* la (?:frontera|puerta)|\brechaz\w+ (?:en|a) (?:la )?frontera|\b(?:not|no) (?:an? |any )?(?:right|derecho) (?:to|a) (?:\w+ )?(?:stay|remain|live|enter|return|permanecer|quedarse|entrar|volver)|\bno da derecho a\b|\bderecho de (?:quedarse|permanecer)|\b(?:go|goes|leave|leaves|irse|se va|ir) (?:along )?(?:with|con) (?:the |his |her |you|usted|el |ella |sus? )?(?:parents?|him|her|them|padres?|papas?)?\b(?=[^.?!]*(?:order|orden|juez|judge|decision|government|gobierno|parent))|\bsubir\w* a un avion|\bpon\w+ en un avion|\b(?:re)?mov(?:e|ed|es|ing|al|able)\b(?<!\bmove)(?<!\bmoved)(?<!\bmoves)(?<!\bmoving)(?! (?:from|of) (?:the )?(?:office|list|register|roll|post|record|job|bench))|\bexpel\w*|\bexpuls\w+|\bbanish\w*|\bexil(?:e|ed|es|ing|i\w+)\b|\bdesterr\w+|\bdestierro"
    r"|\b(?:kick|thr[eo]w|toss|boot|forc|driv|push|run|drum|haul|ship|order)\w* (?:\w+ ){0,6}?(?:out(?: of)?|away|off|from) (?:the |this |our |el |to )?(?:country|us\b|united states|usa|america|land|nation|pais)"
    r"|\b(?:kicked|thrown|tossed|booted|forced|driven|shipped|run) (?:out|off|away)\b|\b(?:sent|send|sending|sends|ship|ships|shipped|shipping|flown|put|putting) (?:\w+ ){0,5}?(?:back|home|away|abroad|overseas|packing|on (?:a|the|that) (?:plane|flight))\b"
    r"|\brepatriat\w*|\brendition\w*|\brendered to\b|\b(?:hand|turn)(?:ed|ing|s)? (?:\w+ ){0,4}?over to\b|\boutsourc\w+|\boffload\w*|\bexport(?:ed|ing)? \w*|\brelocat(?:ed|ion)\b"
    r"|\b(?:refus|den|bar|keep|kept|lock|shut|turn)\w* (?:\w+ ){0,4}?(?:entry|re-?entry|admission|out of (?:the )?(?:country|us|united states)|from (?:re-?)?entering|from returning|from coming (?:back|home)|away at)\b"
    r"|\bone-?way (?:ticket|flight)|\bshown the door|\beject\w*|\bevict\w* from the (?:country|us|united states)|\boust\w* from|\b(?:made|forced|compelled|ordered|required|told) to leave\b|\bpack (?:your|their|his|her) bags\b|\bgone from the country"
    r"|\bno right to (?:stay|remain|live|return|reside)|\blos(?:e|es|ing|t) (?:the |your |their |his |her )?right to (?:stay|remain|live|return|reside|be here)|\b(?:right to (?:stay|remain|reside|return)) (?:\w+ ){0,3}?(?:revoked|taken|ended|lost|forfeit)"
    r"|\b(?:mand|envi|regres|devuel|devolv|retorn|ech|sac|bot|corr|expatri)\w* (?:\w+ ){0,6}?(?:a (?:su|tu|mi|otro) pais|de vuelta|de regreso|del pais|de este pais|de (?:los )?(?:estados unidos|eeuu)|fuera|al extranjero|lejos)\b"
    r"|\b(?:neg|impid|imped|prohib)\w* (?:\w+ ){0,3}?(?:la entrada|el ingreso|entrar|regresar|volver)\b|\bobligad\w+ a (?:salir|irse|abandonar)|\babandonar el pais\b|\bponer\w* en un avion|\bsubir\w* a un avion|\bserves? as grounds|\bexpatriat\w+"
)
_ABROAD = (
    rf"(?:{FOREIGN_COUNTRY}|abroad|overseas|offshore|foreign|another (?:country|nation)|other countr(?:y|ies)|other nations?|cecot|bukele\w*|salvadoran|third countr(?:y|ies)|a partner (?:country|nation|state)|partner countr\w+"
    r"|extranjer[oa]s?|otros? pais(?:es)?|otra nacion|el exterior|tercer(?:os)? pais(?:es)?|outside (?:of )?(?:the )?(?:us|country|united states|america)|fuera del pais|fuera de (?:los )?estados unidos|salvadoren[oa]s?)"
)
PRISON = re.compile(
    r"\bcecot\b|\bmega-?pris\w+|\bmegacarcel\w*|\bterrorism confinement\b"
    rf"|\b(?:send|sent|ship|hous|held|hold|hous|jail|imprison|incarcerat|lock|transfer|serv|put|detain|confin|deliver|plac|keep|kept|warehous|lodg|commit|consign|intern|ser[vd]|do time|doing time|serve time|serve (?:\w+ ){{0,2}}sentence)\w*\b[^.?!;]{{0,60}}?\b{_ABROAD}\b"
    rf"|\b(?:flown|moved|taken|dispatched|flying|assigned|bound|headed) [^.?!;]{{0,50}}?\b{_ABROAD}\b"
    rf"|\b(?:mand|envi|llev|tras(?:lad)|encarcel|encerr|entreg|deten|recluid|recluir|meter|metid|cumpl|alber|alojad|aloj|reasign|asignad|ubica|coloca|transfer|pres[oa]s?|intern|intercambi|confin|guard)\w*\b[^.?!;]{{0,60}}?\b{_ABROAD}\b"
    r"|\b(?:foreign|salvadoran|overseas|offshore|salvadorena|extranjera)s? (?:prisons?|jails?|carcel(?:es)?|prision(?:es)?|cells?|custody|penal|detention|facilit(?:y|ies)|lockup|gulag)\b|\b(?:carcel(?:es)?|prision(?:es)?) (?:salvadorenas?|extranjeras?|de bukele|de otro pais)"
    rf"|\b(?:prison|jail|cell|sentence|carcel|prision|imprisonment|incarceration|detention|bars|condena|time)\w*\b[^.?!;]{{0,30}}?\b(?:in|en|to|at|of) (?:an? |el |la |the |un |una )?{_ABROAD}\b"
)
LOSS = re.compile(
    r"\brenounce (?:it|citizenship) (?:for|on behalf of) you|\brenunciar(?:la|lo)? por (?:usted|ti|el|ella)|\blapsed?\b|\b(?:wipe|undo|erase)s? (?:out )?the oath|\bdeclare you a non|\b(?:strip\w*|tak(?:e|es|en|ing)|took|revok\w+|revocab\w+|los(?:e|es|ing|t)|cancel\w*|remov\w+|void\w*|rescind\w*|yank\w*|withdr\w+|depriv\w+|forfeit\w*|annul\w*|terminat\w+|end(?:s|ed|ing)?|eras\w+|pull\w*|nullif\w+|suspend\w*|surrender\w*|abolish\w*|invalidat\w+|dissolv\w*|snatch\w*|seiz\w+|undo\w*|undone|expire[sd]?|cost"
    r"|quit\w+|perd\w+|pierd\w+|revoc\w+|revoqu\w+|retir\w+|despoj\w+|anul\w+|priv(?:ar|ad|a )\w*|elimin\w+|arrebat\w+|suspend\w+|caduc\w+|cost\w+)\b[^.?!;]{0,50}?\b(?:citizenships?|ciudadanias?|nacionalidad(?:es)?|nationality|naturali[sz]ation|naturalizacion|status as (?:an? )?(?:us )?(?:xprot|citizens?))\b"
    r"|\b(?:citizenship|ciudadania|nacionalidad|nationality|naturali[sz]ation|naturalizacion)\b[^.?!;]{0,60}?\b(?:stripped|taken|revoked|revocable|lost|cancel\w+|removed|voided|void|rescinded|withdrawn|forfeit\w*|annulled|terminated|pulled|ended|ends|gone|nullified|undone|expires?|conditional|a privilege|suspended|invalidated|temporary|at risk|on the line|revocad\w+|revocable|quit\w+|retir\w+|anul\w+|perdid\w+|se pierde|se pierd\w+|cancelad\w+|un privilegio|condicional|en riesgo|suspendid\w+|termin\w+)\b"
    r"|\b(?:is|are|be|being|es|son|se considera) (?:treated as|the same as|equivalente a|tratad\w+ como) (?:giving up|losing|renouncing|renuncia\w*|perder)|\b(?:means?|equivale|significa) (?:\w+ ){0,4}?(?:renounc\w+|given up|renuncia\w*|renunci\w+|perd\w+)|\b(?:ciudadania|citizenship)\b[^.?!;]{0,20}?(?:sin efecto|no effect|null)|\bla pierd\w+|\bse pierde\b|\bcancel the (?:american|us) one|\bquit\w+ la (?:americana|estadounidense)|\bcertificate can be withdrawn|\bdejara de ser|\bdenaturali[sz]\w*|\bdesnaturaliz\w*|\b(?:no longer|cease\w* to be|stop\w* being|not remain|ceas\w+ being|dej\w+ de ser|ya no (?:ser\w*|es|son|eres)) (?:an? |un |una )?(?:us )?(?:xprot|citizens?|ciudadan\w+)|\bun-?citizen\w*|\bstateless\b|\bapatrida\w*|\b(?:birthright citizenship|ciudadania por nacimiento) (?:\w+ ){0,4}?(?:ended|over|gone|abolished|termin\w+|acab\w+|elimin\w+|no longer|does not|ya no)"
)
TORTURE = re.compile(r"\btortur\w+|\bpersecut\w+|\bpersecuci\w+|\bpersegu\w+")
SENDING = re.compile(
    r"\bsend\w*|\bsent\b|\breturn\w*|\bdeport\w*|\bremov\w+|\bexpel\w*|\bexpuls\w+|\btransfer\w*|\bship\w*|\bhand\w* (?:\w+ )?over|\bhanded\b|\bsurrender\w*|\bput on a plane|\bmand\w+|\benvi\w+|\bdevolv\w+|\bdevuel\w+|\bregres\w+|\bentreg\w+|\bextradit\w+|\bsac\w+ del|\bllev\w+|\bthird country|\btercer pais"
)
NO_CHALLENGE = re.compile(
    r"\bhabeas (?:corpus )?is (?:un|not )available|\bno hay (?:tribunal|juez|corte|manera|forma) (?:que|de)\b|\bningun (?:juez|tribunal)\w* (?:lo |la |los )?(?:puede|podra|pueda)|\bsin que ningun (?:juez|tribunal)|\bcourts? (?:\w+ ){0,4}?lack (?:\w+ )?(?:jurisdiction|power)|\bcourts are closed|\bnadie tiene derecho a (?:un )?(?:juez|audiencia|abogado)|\bno one (?:has a|gets a) (?:right to a )?(?:judge|hearing)|\bno (?:legal )?(?:right|rights|way|ways|chance|ability|opportunity|option|means|recourse|remedy|possibility|need)(?: at all)? (?:to|of|for|in) (?:\w+ ){0,4}?(?:challeng\w+|appeal\w*|contest\w*|fight\w*|review\w*|object\w*|judge|court|courts|hearing|lawyer|habeas|stop\w*|question\w*|be heard|due process|notice)\b"
    r"|\b(?:cannot|can't|can not|may not|not (?:allowed|able|permitted|entitled|possible) to|no longer|never|unable to) (?:\w+ ){0,2}?(?:challenge|appeal|contest|fight|object|be challenged|be appealed|be reviewed|be contested|be stopped|be questioned|be heard|go to court|see a judge|ask a (?:court|judge)|seek review|sue|file habeas)\b"
    r"|\b(?:no|not even an?|not any) (?:\w+ ){0,2}?(?:court|courts|judge|judges|tribunal|one|body)(?: anywhere)? (?:can|may|could|will|would|has|have|is|are|gets) (?:\w+ ){0,3}?(?:review|hear|stop|block|intervene|question|interfere|power|jurisdiction|authority|look|second-guess|undo)\w*"
    r"|\b(?:courts?|judges?|the judiciary) (?:\w+ )?(?:cannot|can't|can not|may not|have no|has no|lack|lacks|are powerless|is powerless|play no|need not|do not get|don't get|must stay out) ?(?:\w+ ){0,3}?(?:review|hear|stop|block|intervene|question|interfere|power|jurisdiction|authority|role|say|look|involved|to)?\b"
    r"|\b(?:beyond|outside) (?:the )?(?:reach|review|jurisdiction|power) of (?:the |any )?(?:courts?|judges?)|\bunreviewable\b|\b(?:habeas(?: corpus)?|due process)(?: rights?| protections?)? (?:does not|doesn't|do not|is not|isn't|has been|is|are not|no longer|was) (?:\w+ )?(?:apply|applies|available|cover|protect|reach|exist|suspended|needed|required|dead|over)\b|\b(?:has|have|get|gets|owed|with) no (?:due process|hearing|judge|right to a (?:judge|hearing|court))\b|\bwithout (?:any |a )?(?:chance|opportunity|right|way|possibility) (?:to|of) (?:\w+ ){0,3}?(?:challeng\w+|appeal\w*|contest\w*|object\w*|judge|court|hearing|heard|review)"
    r"|\bsin (?:ningun[ao]? )?(?:derecho|posibilidad|oportunidad|forma|manera|opcion)(?: alguna)? (?:a|de) (?:\w+ ){0,3}?(?:impugn\w+|apel\w+|recurr\w+|juez|audiencia|corte|tribunal|defend\w+|opon\w+)|\bno (?:\w+ )?(?:tienen?|hay|existe|tendra) (?:\w+ )?(?:derecho|forma|manera|posibilidad|oportunidad|modo|recurso|opcion)(?: alguna)? (?:a|de|para) (?:\w+ ){0,3}?(?:impugn\w+|apel\w+|recurr\w+|pelear\w*|juez|audiencia|corte|tribunal|defend\w+|revision|abogado|detener\w*)"
    r"|\bno (?:se )?(?:puede[ns]?|podra[ns]?|podria[ns]?) (?:\w+ )?(?:impugn\w+|apel\w+|recurr\w+|cuestion\w+|pelear\w*|acudir|ir a (?:la corte|un tribunal)|revis\w+|ser (?:impugnad|apelad|revisad)\w+)|\bningun (?:tribunal|juez|corte)\w* (?:puede|podra|tiene|va a)|\b(?:los )?(?:tribunales|jueces|cortes) no (?:pueden|tienen|podran)\b|\bel habeas corpus no\b|\bel debido proceso no (?:se )?(?:aplica|protege|existe|alcanza|cubre)"
)
QUALIFIED = re.compile(
    r"\b(?:discretion\w*|expedited|except\w*|only|unless|some|certain|limited|generally|most|many|often|until|after|late|untimely|deadline|days?|class|injunction\w*|reinstat\w*|visa waiver|waive\w*|admission|bond|however|still|first|before|in immigration court|at (?:that|this) (?:stage|point)|does not mean|alone|automatically|by itself|directly|discrecional\w*|algun[oa]s?|ciert[oa]s|salvo|solo|excepto|hasta|despues|antes|plazo|dias|fianza|primero|aun asi|todavia|por lo general|acelerada|expedita|at government expense|free lawyer|district court|a district|moot|frivol\w+)\b"
)

MODAL = re.compile(
    r"\b(?:can|could|may|might|will|would|shall|should|must|is|are|was|were|be|been|being|get|gets|got|subject to|liable to|eligible for|able to|allowed to|free to|entitled to|authorized to|permitted to|has the (?:power|authority|right) to|have the (?:power|authority|right) to|puede[ns]?|podria[ns]?|podra[ns]?|podemos|debe[ns]?|sera[ns]?|seria[ns]?|es|son|fue|fueron|ser|sujet[oa]s? a|facultad de|autoridad para|poder para|derecho a|va[ns]? a|se)\b"
)
NEGATION = re.compile(
    r"\b(?:cannot|can't|cant|can not|not|n't|never|no|nor|neither|without|nobody|none|no one|nothing|nowhere|lacks?|lacking|refus\w+|forbid\w*|forbade|prohibit\w*|bar(?:s|red|ring)?|ban(?:s|ned)?|illegal\w*|unlawful(?!ly (?:enter|present|in\b|here|cross))(?:ly)?|unconstitutional\w*|impossible|protect\w*|safe|immune|exempt|shield\w*|spared|free from|freed from|rather than|instead of|stops?|prevent\w*|block\w*|invalid|outside|beyond|violat\w+|contrary to|against the law|out of reach|isn't|aren't|won't|doesn't|don't|wouldn't|couldn't|shouldn't|mustn't|wasn't|weren't|hasn't|haven't|hardly"
    r"|nunca|jamas|ningun[ao]?s?|nadie|tampoco|ni|sin|prohib\w+|ilegal\w*|inconstitucional\w*|imposible|proteg\w+|salvo de|inmune\w*|exent\w+|impid\w+|imped\w+|viola\w*|contra la ley|a salvo|nada)\b|n't\b"
)
GLOBAL_DENIAL = re.compile(
    r"^\W*(?:no,? )?(?:no|nobody|none|neither|never|nothing|no one|nadie|ningun[ao]?|tampoco|nunca|jamas|nada|en ningun caso|under no|in no|at no)\b(?!,| (?:doubt|problem|question|matter|need|duda|importa))"
    r"|\b(?:not true|untrue|false|isn't true|is not the case|myth|misconception|rumou?r|mistaken|incorrect|wrong (?:to|that)|no truth|lie|does not (?:mean|say|allow|permit|authorize|let|give|apply|reach|cover|make|provide|follow|include|extend)|doesn't (?:mean|say|allow|permit|authorize|let|give|apply|reach|cover|make)|do not (?:mean|allow|permit|authorize|let|give|apply|reach|cover)|don't (?:mean|allow|permit|let|apply)|did not (?:mean|allow|rule|hold|say|authorize)|no (?:law|statute|rule|court|treaty|provision|authority|power|president|official|judge|agency|basis|legal|deal|agreement|order|legal authority|exception|way|section|one|lawful|us law|federal law)|nothing in|never (?:allowed|authorized|held|ruled|said|permitted|been|given|approved)|not (?:allow|permit|authorize|give|let|legal|lawful|allowed|permitted|authorized|possible|constitutional)\w*|cannot (?:\w+ )?(?:allow|permit|authorize|order|decide)|illegal (?:to|for)|unlawful (?:to|for)|unconstitutional (?:to|for)|unconstitutional|unlawful|illegal|prohibit\w*|forbid\w*|bars? (?:the )?(?:government|president|ice|officials?|any)|lacks? (?:the |any )?(?:legal )?(?:power|authority)|prevents? (?:the )?(?:government|president|ice|any)|would (?:be|violate)|violates?"
    r"|no es (?:cierto|verdad|legal|licito|posible|asi)|es (?:falso|un mito|mentira|ilegal|inconstitucional)|mito|rumor|falso|no (?:significa|dice|permite|autoriza|da|deja|alcanza|se aplica|quiere decir|incluye|abarca)|ninguna ley|ningun (?:presidente|tribunal|tratado|funcionario|acuerdo|juez)|no hay (?:ley|ninguna)|no existe (?:ley|ninguna)|prohib\w+|ilegal|inconstitucional|viola\w*|carece|no tiene (?:poder|autoridad|facultad|derecho)|no estan? (?:permitid|autorizad)\w+|no (?:esta|estan) sujet\w+)\b"
)
DENIED_AFTER = re.compile(
    r"^[^.?!;]{0,60}?\b(?:is|are|was|were|would be|remains?|stays?|es|son|seria|esta|sigue siendo|resulta)\s+(?:always |never |clearly |flatly |simply |plainly |siempre |nunca |claramente |totalmente )?(?:illegal|unlawful|unconstitutional|prohibited|forbidden|barred|banned|impossible|against the law|out of the question|not (?:\w+ )?(?:allowed|permitted|lawful|legal|possible|an option|authorized|constitutional|something|what)|never (?:lawful|legal|allowed|permitted)|beyond|void|a mistake|an error|wrong|ilegal|inconstitucional|prohibid\w+|imposible|contra la ley)"
    r"|^[^.?!;]{0,60}?\b(?:violates?|would violate|violaria|viola|no (?:es|esta|estan|son) (?:\w+ )?(?:legal|permitid\w+|posible|licit\w+|autorizad\w+|constitucional)|isn't (?:legal|allowed|lawful)|does not (?:apply|extend|reach)|do not (?:apply|reach)|cannot happen|no procede|no se aplica\w*|no alcanza\w*|reach(?:es)? only|appl(?:y|ies) only|only (?:to|reach|appl)|solo (?:a|para|se aplica|alcanza|puede))"
)
ONLY_ALIENS = re.compile(r"\b(?:only|solo|solamente|unicamente|just|exclusively)\b[^.?!;]{0,30}?\bxalien|\bxalien (?:only|solamente)\b|\b(?:limited|restricted|confined|reserved|limita\w*|reservad\w+) (?:to|a|para) (?:\w+ )?xalien")
REVERSED = re.compile(
    r"\b(?:no one|nobody|nadie|ningun\w* xprot|no xprot) (?:is|are|esta|estan|es|queda[n]?) (?:\w+ ){0,2}?(?:exempt|immune|safe|above|beyond|untouchable|off limits|exent\w+|inmune\w*|a salvo|libre\w*|intocable\w*)|\bno (?:rule|law|ban|prohibition|bar|statute|ley|regla|norma) (?:against|that (?:bars|forbids)|contra|que (?:lo )?(?:prohiba|impida))|\bno longer (?:limits?|restricts?|confines?)\b|\b(?:not|never|n't|no|hardly|isn't|aren't|doesn't|don't|cannot|can't|won't|without|nor|neither|none)\b (?:\w+ ){0,4}?(?:immune|exempt|protect\w*|safe|shield\w*|spared|impossible|illegal|unlawful|unconstitutional|prohibit\w*|forbid\w*|forbidden|barred|off.?limits|insulat\w+|untouchable|excluded|out of reach|beyond (?:the )?reach|guarantee\w*|bulletproof|absolute|prevent\w*|stops? (?:it|the|them|this|that|ice|deport|remov|him|her|you)|block\w* (?:it|the|deport|remov|them))\b"
    r"|\bnothing (?:\w+ ){0,5}?(?:prevents?|stops?|forbids?|prohibits?|bars?|blocks?|keeps?|protects?|shields?|prohibiting|preventing|stopping|says (?:\w+ )?(?:can't|cannot))\b|\bno (?:law|rule|statute|court|constitution\w*|one|judge|treaty|right|provision|legal|federal law|us law|document|passport|papers?|amount) (?:\w+ ){0,5}?(?:prevents?|stops?|forbids?|prohibits?|bars?|protects?|blocks?|shields?|saves?|keeps?|says (?:\w+ ){0,6}?(?:can't|cannot|not))\b"
    r"|\bnot (?:only|just|merely|solely|limited to|restricted to|confined to|reserved for|exclusive to)\b|\bno longer (?:\w+ )?(?:protect\w*|immune|safe|barred|prohibited|illegal|off)\b|\b(?:no|little|hardly any|not a|not an) (?:\w+ )?(?:shield|protection|guarantee|defense|bar|obstacle|barrier|safeguard|immunity|refuge|exception|exemption|excuse)\b|\b(?:makes?|made|hace|hacen) no (?:\w+ )?(?:difference|diferencia)|\b(?:does not|doesn't|do not|don't|will not|won't) (?:\w+ )?(?:matter|change (?:that|anything|this|it)|help|count|save|make (?:\w+ )?(?:immune|safe|untouchable|exempt|difference))|\birrelevant\b|\bregardless of (?:\w+ ){0,2}?(?:citizenship|status)|\b(?:more|beyond|other) than (?:just )?xalien"
    r"|\bno (?:\w+ ){0,4}?(?:inmunes?|exent\w+|proteg\w+|protege\w*|impid\w+|impide\w*|prohib\w+|ilegal\w*|imposible|a salvo|salv[ae]\w*|garantiz\w+|evita\w*|exime\w*|blinda\w*|intocable\w*|basta\w*|importa\w*|sirve\w*)\b|\bnada (?:\w+ ){0,3}?(?:impid\w+|impide|prohib\w+|evita|protege)|\bninguna? (?:\w+ ){0,3}?(?:impid\w+|impide|prohib\w+|protege|evita)|\bno (?:solo|solamente|unicamente)\b|\bda (?:lo mismo|igual)\b|\bno (?:cambia|hay) (?:nada|diferencia)"
)
EXCEPTION = re.compile(
    r"\b(?:unless|except(?:ing|ion|ions)?|excepto|salvo|a menos que|a no ser que|other than|aside from|apart from|save for|barring|absent|with the exception|only if|only when|as long as|so long as|until|hasta que|with one exception|con (?:una )?excepcion\w*|excepcion\w*|solo si|solo cuando|siempre que no|if (?:he|she|they|you|it|the (?:crime|president|court|government)|convicted|there|a) [^.?!;]*|si (?:comet\w+|fue\w*|son|es|lo|la|el|ha) [^.?!;]*)"
)
LAWFUL_EXCEPTION = re.compile(
    r"\bdenaturali[sz]\w*|\bdesnaturaliz\w*|\bnaturali[sz]ation\b|\bnaturalizacion\b|\bcourt\b|\btribunal\b|\bjuez\b|\bjudge\b|\bvoluntar\w*|\brenounc\w*|\brenunci\w*|\brelinquish\w*|\bgiv(?:e|es|ing|en) up\b|\bextradit\w*|\bextradic\w*|\bconsent\w*|\btreat(?:y|ies)\b|\btratado\b|\bxalien\b|\bnot (?:an? )?(?:us )?citizen|\bexpatriat\w*|\bown (?:free )?(?:will|choice|act)|\bpropia voluntad\b|\bfalse(?:ly)?\b|\bnever (?:a|was|were|been) |\bnunca fue\b|\bchoose|\bwish"
)
PEOPLE_IN_GENERAL = re.compile(
    r"\b(?:anyone|anybody|everyone|everybody|all (?:people|persons|residents|inmates|prisoners|criminals|of (?:us|you|them))|any (?:person|one|inmate|prisoner|criminal|individual|offender|resident)|every (?:person|inmate|prisoner|resident)|a person|persons?|people|someone|somebody|whoever|prisoners?|inmates?|criminals?|felons?|convicts?|offenders?|detainees?|individuals?|protest[eo]rs?|dissidents?|traitors?|terrorists?|gang members?|political opponents?|troublemakers?|undesirables|cualquiera|cualquier persona|todos|todas|toda persona|todo el mundo|personas?|gente|alguien|quien(?:es)?(?: sea)?|presos?|reos?|criminales|delincuentes|manifestantes|opositores|los malos|the worst|repeat offenders|child(?:ren)?|kids?|babies|minors|ninos|menores)\b"
)
PRONOUN = re.compile(
    r"\b(?:you|your|yours|yourself|he|him|his|she|her|they|them|their|we|me|i|usted(?:es)?|tu|te|ti|el (?:puede|podria|sera|fue|va)|ella|ellos|ellas|lo|la|los|las|le|les|nos|me|us)\b|\w+(?:ar|er|ir)(?:l[oae]s?|te|me|nos)\b"
)
ALIEN_CONTEXT = re.compile(
    r"\bxproc\b|\b(?:respondents?|ordered removed|removal order|notice to appear|asylum|asilo|visa|admitted|inadmissib\w+|deportabl\w+ (?:under|offense|ground)|entered without|without inspection|expedited|voluntary departure|aggravated felon\w*|overstay\w*|lawful status|immigration status|immigration judge|juez de inmigracion|deportees?|entrada sin inspeccion|inadmisib\w+|ground of|port of entry|unlawful presence|conditional resident|paroled|withholding|estatus migratorio|final order|orden final)\b"
)
EXTRADITES = re.compile(r"\bextradit\w*|\bextradic\w*")
HISTORY = re.compile(
    r"\b(?:1[6-9]\d\d|19\d0s|decade\w*|decada\w*|anos (?:treinta|cuarenta|cincuenta)|world war|guerra mundial|repatriation|repatriacion|history|historia\w*|historically|in the past)\b"
)
ATTRIBUTED = re.compile(
    r"\b(?:president|trump|bukele|rubio|vance|miller|homan|noem|secretary|officials?|administration|white house|government|reports?|reporters?|articles?|news(?:papers?)?|outlets?|journalists?|npr|aclu|alternet|associated press|ap|politicians?|senators?|critics?|supporters?|advisers?|offers?|proposals?|plans?|posts?|rumou?rs?|videos?|memes?|gao|study|audit|investigation|campaign|minister|spokes\w+|presidente|funcionari[oa]s?|gobierno|informes?|noticias?|reportajes?|periodic[oa]s?|periodistas?|politic[oa]s?|ofertas?|propuestas?|secretari[oa]|casa blanca|critic[oa]s|rumores?|auditoria|people|some|algunos|la gente)\b"
    r"[^.?!;]{0,60}?\b(?:said|says|say|claim(?:s|ed)?|offer(?:s|ed)?|propos(?:e|es|ed|ing)|suggest(?:s|ed)?|float(?:s|ed)?|promis\w+|want(?:s|ed)?|threaten\w*|report(?:s|ed)?|believ\w+|think\w*|ask(?:s|ed)?|told|talk(?:s|ed)?|described?|call(?:s|ed)?|announc\w+|found that|counted|mention\w*|looking (?:at|into)|hop(?:e|es|ed)|plan(?:s|ned)|discuss\w*|speculat\w+|dij(?:o|eron)|dicen?|ofrec\w+|propus\w+|propon\w+|sugir\w+|sugier\w+|prometi\w+|promet\w+|quier\w+|quis\w+|afirm\w+|amenaz\w+|report\w+|inform\w+|anunci\w+|encontr\w+|pidi\w+|habl\w+|plante\w+|describ\w+|hall\w+)\b"
    r"|\b(?:according to|reportedly|allegedly|is said to|segun|presuntamente|supuestamente|se dice que|se informo)\b"
)
LEGAL_SOURCE = re.compile(
    r"\b(?:according to|under|per|segun|conforme a|bajo|por) (?:\w+ ){0,5}?(?:lawyers?|attorneys?|experts?|scholars?|courts?|judges?|law|statutes?|precedent|regulations?|policy|memo|usc|u\.s\.c|cfr|section|guidance|guia|memo\w*|directive|directiva|treaty|tratado|agreement|acuerdo|deal|abogad\w+|expert\w+|tribunal\w*|jueces|ley|leyes|reglamento|politica)\b|\b(?:experts?|lawyers?|expertos|abogados|jueces|judges)\b[^.?!;]{0,20}\b(?:agree|coinciden|say|dicen)|\b(?:supreme court|courts?|judges?|justices?|congress|statutes?|constitution|regulations?|treat(?:y|ies)|circuit|section|the law|us law|federal law|immigration law|lawyers?|attorneys? general|legal (?:experts?|scholars?|counsel|memo\w*)|experts?|scholars?|professors?|the code|act|amendment|uscis|policy manual|olc|office of legal counsel|justice department|doj|corte suprema|tribunal(?:es)?|juec?z?es|jueces|juez|congreso|constitucion|estatuto|reglamento|tratado|la ley|las leyes|abogad[oa]s?|expert[oa]s?|enmienda|fiscal general|departamento de justicia)\b"
    r"[^.?!;]{0,40}?\b(?:said|says?|held|ruled|rul(?:es|ing|ed)|hold(?:s|ing)?|allows?|permits?|authoriz\w+|provides?|states?|confirm\w*|decid\w+|establish\w*|made clear|upheld|approv\w+|agree[ds]?|conclud\w+|lets?|gives?|argue[ds]?|determin\w+|recogni\w+|clarif\w+|dic\w+|dij\w+|fallo|resolvi\w+|permit\w+|autoriz\w+|establec\w+|confirm\w+|dictamin\w+|sostuv\w+|sostien\w+|aprob\w+|decidi\w+|declar\w+|acept\w+|avalo|reconoc\w+)\b"
)
ENDORSED = re.compile(
    r"\bsettles|\bconfirm\w*|\bexplained|\bha explicado|\btiene razon|\bis right\b|\bes (?:correcto|cierto)\b|\bordered you\b|\bas (?:you|the secretary) (?:asked|ordered)|\b(?:rightly|correctly|and (?:he|they|she|it|that) (?:is|was|are|were) (?:right|correct|legal|lawful|true)|which is (?:legal|lawful|true|correct|allowed)|is (?:legal|lawful|valid|correct)|was (?:legal|lawful|right)|can lawfully|may lawfully|has (?:the|every) (?:legal )?(?:right|power|authority)|have the (?:legal )?(?:power|authority|right)|con razon|y (?:es|tiene) (?:legal|razon|cierto)|legalmente puede|es legal|tiene (?:el )?(?:derecho|poder|facultad)|and the law (?:lets|allows|permits|agrees)|so (?:it|they|he|you) (?:can|will|may)|and (?:he|it|they|ice) (?:can|may|will)\b(?! not)|y (?:puede|pueden|lo hara)\b)"
)
WRONGFUL = re.compile(
    r"\b(?:wrong(?:ly|ful|fully)|mistak\w+|by mistake|in error|erroneous\w*|unlawful\w*|illegal(?:ly)?|improper\w*|error(?:s)?|despite being|even though (?:he|she|they|it) (?:was|were)|should (?:not|never) have|por error|equivocad\w+|ilegalmente|injust\w+|errone\w+|indebid\w+|pese a ser|a pesar de ser|has happened|have happened|ha pasado|ha ocurrido|han ocurrido)\b"
)
IF_CLAUSE = re.compile(r"^\W*(?:and |but |y |pero )?(?:if|when|whether|in case|suppose|were|should (?:the|ice|you|they|a|officers?)|si|cuando|en caso de|por si)\b(?! not only)")
EVEN_IF = re.compile(r"\b(?:even to|even where|incluso a|hasta a|no matter what|sin importar|even if|even though|even when|even where|regardless|despite|no matter|whether or not|in spite|anyway|aunque|aun si|aun cuando|incluso si|a pesar|sin importar|pese a|de todos modos|de todas formas|igual)\b")
PROTECTIVE = re.compile(
    r"\b(?:protect\w*|withh\w+|defer\w*|convention|claims?|appl(?:y|ies|ied|ication)|ask\w*|request\w*|show\w*|prov(?:e|es|ing|en)|proof|fear\w*|evidence|screen\w*|interview\w*|burden|eligib\w+|relief|bars?|barred|grant\w*|prohibit\w*|forbid\w*|no one|nobody|must not|may not|cannot|can't|never|not|assurances?|standard|risk|more likely than not|proteg\w+|proteccion\w*|suspension|aplaz\w+|convencion|solicit\w+|ped\w+|demostr\w+|prueb\w+|prob\w+|tem(?:or|e|en|er)\w*|miedo|entrevista\w*|carga|alivio|prohib\w+|nadie|no|nunca|garantia\w*|riesgo|mas probable)\b"
)
NO_TORTURE_PROTECTION = re.compile(
    r"\b(?:torture|cat|tortura)\b[^.?!;]{0,20}?\b(?:protection|proteccion)?\b[^.?!;]{0,10}?(?:isn't|is not|not|no (?:existe|vale|aplica|esta)|ends?|unavailable|termina|acaba)\b[^.?!;]{0,50}?\b(?:criminal\w*|convict\w*|felon\w*|terroris\w*|gang\w*|crimes?|drug\w*|delincuent\w+|condena\w*|delito\w*|pandill\w*)\b|\bforfeit\w* (?:the |any )?(?:torture )?protection|\b(?:no|not|n't|cannot|can't|lose[sd]?|lost|loses|forfeit\w*|bar(?:s|red)?|ineligible|denied|exclud\w+|without|never|pierd\w+|perd\w+|exclu\w+)\b[^.?!;]{0,60}?\b(?:torture|cat|tortura)\b[^.?!;]{0,60}?\b(?:criminals?|convict\w*|felon\w*|terroris\w*|gang\w*|security|crimes?|drug|delincuent\w+|criminal\w*|condena\w*|delito\w*|pandill\w*)\b"
    r"|\b(?:criminals?|convict\w*|felon\w*|terroris\w*|gang members?|crimes?|delincuent\w+|criminal\w*|condenad\w*|delito\w*|pandiller\w*)\b[^.?!;]{0,70}?\b(?:no|not|n't|cannot|can't|lose[sd]?|loses|lost|forfeit\w*|bar(?:s|red)?|ineligible|exclud\w+|without|never|pierd\w+|perd\w+|exclu\w+)\b[^.?!;]{0,40}?\b(?:torture|cat|tortura)\b"
    r"|\b(?:torture|tortura)\b[^.?!;]{0,30}?\b(?:is|es|does|was|no es|no)\b (?:not |no )?(?:an? |un |una )?(?:\w+ )?(?:bar|obstacle|reason|matter|stop|prevent|problem|defense|issue|relevant|excuse|impedimento|obstaculo|razon|impide|importa|motivo)\b"
)
LAWFUL_LOSS = re.compile(
    r"\brenounce (?:it|citizenship) (?:for|on behalf of) you|\brenunciar(?:la|lo)? por (?:usted|ti|el|ella)|\blapsed?\b|\b(?:wipe|undo|erase)s? (?:out )?the oath|\bdeclare you a non|\b(?:courts?|judges?|judicial\w*|tribunal(?:es)?|juez|jueza|sentencia|judgment|lawsuit|civil action|suit|voluntar\w*|intent\w*|intend\w*|intenci\w+|renounc\w*|renunci\w*|relinquish\w*|own (?:free )?(?:act|will|choice)|consul\w*|fraud\w*|fraude|illegally|conceal\w*|misrepresent\w*|lied|lying|lies|false statements?|material|ocult\w+|minti\w+|mentir\w*|mentira\w*|1451|1425|1481|expatriat\w*|gives? up|giving up|free choice|libremente)\b"
)
PUNITIVE = re.compile(
    r"\b(?:punish\w*|penalt\w+|castig\w*|pena\b|president\w*|trump|executive order|orden ejecutiva|decre\w+|secretary|ice\b|dhs|uscis|homeland|agenc\w+|officials?|officers?|administrativ\w+|agente\w*|funcionari\w+|born|by birth|natural-born|birthright|nacid\w+|por nacimiento|de nacimiento|protest\w*|speech|tweet\w*|posts?|disloyal\w*|treason\w*|terroris\w*|criticiz\w+|crimes?|criminal\w*|felon\w*|convict\w*|delito\w*|condena\w*|taxes|impuestos|welfare|at will|any (?:time|reason)|automatic\w*|without (?:a )?(?:court|judge|hearing|trial)|sin (?:un )?(?:juez|juicio|tribunal|audiencia)|gang\w*|opinion\w*|deslealtad|traicion|leav\w+ the country|living abroad|long absence|dual)\b"
)
FRAUD_CONVICTION = re.compile(r"\b(?:naturali[sz]ation fraud|1425|procur\w+|fraude (?:de|en la) naturalizacion|before (?:naturali|becoming)|hidden|hid|conceal\w*|not disclos\w+|undisclosed|antes de naturaliz\w+|ocult\w+|lied|lying|minti\w+)\b")
SUING = re.compile(r"\b(?:file\w*|sue[sd]?|suing|bring\w*|suit|lawsuit|civil action|petition\w*|ask(?:s|ed)? (?:a )?(?:federal )?court|complaint|case|prove\w*|demand\w*|demanda|presentar|probar|seek\w*)\b")
DANGER = re.compile(
    r"\btortur\w*|\bpersecut\w*|\bpersec\w+|\bpersegu\w+|\bpersig\w+|\bkill\w*|\bmurder\w*|\bharm\w*|\bdanger\w*|\bafraid|\bfear\w*|\blife\b|\blives\b|\bdie\b|\bdeath\b|\breligio\w+|\bpolitical (?:opinion|view|idea|belief)\w*|\bopinions?\b|\bopiniones\b|\bideas politicas\b|\bpor sus ideas\b|\bfaith\b|\bbeing gay|\bmat(?:ar|en|ari|aran|an)\w*|\bmuert\w+|\bpeligr\w+|\bmiedo|\btemor\w*|\bdano\b|\bvida\b|\bser gay|\bsoldados|\bobjecion\w*|\bobjections?\b"
)
DISMISSED = re.compile(
    r"\bno matter what|\bsin importar|\bgives? (?:you |him |her )?no (?:legal )?protection|\bno da (?:\w+ )?proteccion|\bisn't a protected|\bno es (?:un |una )?\w+ protegid|\b(?:makes?|made) no difference|\birrelevant|\b(?:does not|doesn't|do not|don't|will not|won't) (?:\w+ )?(?:matter|count|stop|prevent|bind|apply|change|help|block)|\bno (?:cuenta|importa|vale|frena|impide|detiene|aplica|obliga|sirve|es (?:un )?(?:motivo|razon|obstaculo|impedimento))|\bno (?:reason|bar|obstacle) to|\bignored?\b|\bignor(?:a|an|ado)\b|\bnor does\b|\bya no cuenta|\bes asunto de|\bis (?:a matter|up) (?:for|to)|\bregardless|\bwithout more\b|\bsin mas\b|\bda igual"
)
UNHEARD = re.compile(
    r"\bgets? (?:a|no) say|\bno say\b|\bnada que decir|\bno objection has to|\bno (?:judge|officer|one|court|ningun\w*)(?: or \w+)? (?:needs?|has|have|is required|must) (?:to )?(?:hear|listen|consider|look)|\bningun (?:juez|oficial)(?: ni \w+)? tiene que|\bsin (?:avisar\w*|oir\w*|escuchar\w*|dejar\w*|dar(?:le)? (?:ocasion|oportunidad|aviso)|ocasion de)|\bwithout (?:notice|a hearing|any hearing|listening|hearing (?:you|him|her|them)|asking|a word|being heard|any chance)|\bno hay nada que (?:\w+ )?(?:alegar|hacer|reclamar)|\bno need to (?:hear|give notice|ask)"
)
YES = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|sure|absolutely|certainly|definitely|of course|correct|right|indeed|affirmative|exactly|true|that is (?:right|correct|true)|that's (?:right|correct|true)|you(?:'re| are) (?:right|correct)|unfortunately,? yes|sadly,? yes|legally,? yes|technically,? yes|in short,? yes|the answer is yes|i(?:'m| am) afraid so|they sure can|then yes|in (?:that|this|such a) case,? yes|mostly|possibly|probably|maybe|perhaps|it depends|depende|puede que si|quizas?|tal vez|posiblemente|en principio,? si|entonces,? si|en (?:ese|este) caso,? si|si(?=\s*[,.!;:]|\s*$| que\b| puede| pueden| se puede| lo | la | claro| es ilegal)|sip|verdad|claro(?: que si)?|por supuesto|desde luego|cierto|correcto|exacto|exactamente|asi es|efectivamente|afirmativo|en efecto|lamentablemente,? si|la respuesta es si|es cierto|es verdad|obvio|seguro)\b"
)
NO = re.compile(r"^\W*(?:no(?=\s*[,.!;:—-]|\s*$)|nope|falso|false|incorrect|incorrecto|mentira|never|not at all|absolutely not|certainly not|of course not|negative|nunca|jamas|claro que no|por supuesto que no|para nada|the answer is no|la respuesta es no)\b")
ELLIPTIC = re.compile(
    r"\bno (?:habria|hay|existe) (?:\w+ )?(?:obstaculo|impedimento|problema|inconveniente)|\bnothing unlawful|\bunlawful it is not|\blegally sound|\bhold up\b|\bsame goes\b|\bwouldn't surprise|\bnot surprising|\bcon (?:toda )?la ley|\bcomo lo manda la ley|\bas the rules provide|\basi es la ley|\bis lawful all the same|\bdentro de la ley|\bwithin the law|\b(?:able|allowed|permitted|free) to\s*[,.;!]|\b(?:it's|that's|this is|it is|esta|esta(?:ria)?) (?:\w+ )?(?:allowed|permitted|legal|lawful|permitid\w+)|\b(?:is|es) (?:the|la|una|an|one) (?:only |unica |one )?(?:exception|excepcion)\b|\blaw is on their side|\bley esta de su lado|\bsupply the (?:\w+ )?authority|\b(?:up to|depends (?:only )?on|corresponde a|decision de|at the pleasure of) (?:the )?(?:attorney|secretary|president|officer|government|ice|judge|secretari|fiscal|presidente|oficial|gobierno)|\bmargen legal|(?<!as you )(?<!if you )(?<!as soon as you )(?<!como )(?<!cuanto )\b(?:can|could|may|might|pueden?|podrian?)(?<!si puede)\s*[.,;!]|\b(?:pueden?|podrian?)(?: \w+)?\s*$|\bposiblemente se podria\b|\bpodria darse\b|\b(?:law|ley|constitution|constitucion|section|seccion|usc|ina|court|order|orden|policy|politica|act)\b[^.?!]{0,30}\b(?:allows?|permits?|authoriz\w+|lets?|covers?|permite\w*|autoriza\w*|deja|cubre)\b|\blo permite\b|\bes legal\b|\bit is legal\b|\b(?:has|have) become (?:legal|lawful)|\bit follows\b|\bis next\b|\byou(?:'re| are) next|\b(?:fair game|no safe|on the table)\b|\bgo ahead\b|\btiene razon|\bsin (?:su )?consentimiento|\bconsent is not|\bwhether or not they|\bquieran o no|\bsame (?:risk|rules|situation|fate|boat)|\bmism[ao]s? (?:riesgo|situacion|reglas|suerte)|\b(?:do|does|doing|done|did|hacer(?:lo|le|les|te|se)?|hace[nr]?|haga[n]?) (?:that|so|it|this|exactly that|just that|eso|esto|asi)\b|\bhacer(?:lo|selo|telo)\b|\b(?:that|this|it|which|such a thing|such (?:a )?(?:transfers?|removals?|moves?|plans?|deals?)|the (?:plan|deal|transfer|move|agreement|proposal)|eso|esto|ello|lo que|el plan|el acuerdo)\b (?:\w+ ){0,2}?(?:is|are|would be|can be|could be|seems|looks|es|seria|puede ser|resulta|esta) (?:\w+ ){0,2}?(?:legal|lawful|allowed|permitted|constitutional|possible|fine|ok|okay|authorized|valid|binding|within|permisible|permitid\w+|posible|licit\w+|autorizad\w+|valid\w+|constitucional)\b"
    r"|\b(?:can|could|may|might|will|does|do|puede|podria|pueden|va a|suele) (?:\w+ )?(?:happen|occur|be done|pasar(?:le|te)?|ocurrir(?:le|te)?|suceder(?:le|te)?|hacerse)\b(?: to (?:you|anyone|him|her|them|xprot|people))?|\b(?:has|have|had|holds?|enjoys?|tiene[n]?|posee) (?:the |every |full |broad |plenary |all the |el |la |toda la |pleno |plena |todo el )?(?:legal |lawful |constitutional )?(?:power|authority|right|poder|autoridad|facultad|derecho)\b(?: to| de| para|\W*$)"
    r"|\b(?:they|he|she|ice|trump|the president|the government|you|ellos|el gobierno|el presidente) (?:really |absolutely |certainly |sure |legally |lawfully |definitely |just |si |claro que )?(?:can|could|may|will|might|puede[n]?|podria[n]?)\s*[.,!;]?\s*$|\b(?:they|he|she|ice|the government|the president) (?:can|may|could|will)(?:,| as (?:long|soon)| if| whenever| because| provided| once| under| since| unless| with)\b|\b(?:puede[n]?|podria[n]?)(?:,| si| siempre| porque| cuando| segun| con tal)\b"
    r"|\b(?:same|applies|apply|goes|holds|true|vale|aplica\w*|igual|mismo)\b (?:\w+ ){0,4}?(?:xprot|to you|for you|to them|para usted|a usted|a ellos|para ti|a ti|to him|to her|to everyone|a todos)\b|\bno (?:one|body) is (?:\w+ )?(?:exempt|immune|safe|above|beyond|off limits|untouchable)|\bnadie (?:esta|queda|es) (?:\w+ )?(?:exent\w+|a salvo|inmune|fuera|intocable)|\b(?:is|es|are|son) fair game\b|\ball bets are off\b|\bexpect the same\b|\bso can (?:you|he|she|they|xprot)|\bso (?:are|will|do|would) (?:you|xprot)"
)
INCLUDES = re.compile(r"\b(?:even|incluso|hasta) (?:an? |un |una )?(?:\w+ ){0,2}xprot|\b(?:includ\w+|even|also|too|as well|likewise|incluid\w+|incluso|tambien|hasta|aun)\b(?: (?:for|to|the|a|los|las|el|la|un|una|us|some|para))* xprot|\bxprot(?:,)? (?:too|also|as well|included|likewise|tambien|incluid\w+)\b|\bxprot (?:and|or|y|o) xalien alike\b|\b(?:that|this|eso|esto) (?:includes?|covers?|incluye|abarca|means|significa) (?:\w+ )?xprot")


_WHILE_YOU_ARE = re.compile(
    r",? \b(?:even though|although|though|because|since|aunque|pese a que|porque|ya que)\b (?:you|usted|tu|the (?:husband|wife|spouse|parent|child)|(?:his|her|their|su) \w+) (?:are|is|am|sea|es|eres|fuera|fue)? ?(?:an? |un |una )?xprot"
)
_OWN_CITIZENS = re.compile(rf"\b(?:{FOREIGN_COUNTRY}|{FOREIGN_ADJECTIVE} (?:government|law))\b[^.?!;]{{0,60}}?\b(?:its|their|sus?|own|propios)(?: own| propios)? xprot")


_IF_NOT = re.compile(
    r"\b(?:if|unless) (?:you|he|she|they|the person|it) (?:are|is|was|were)(?: not|n't)(?=\s*[,.;:]|\s*$| (?:and|then))|\bif not\b(?=\s*[,:])|\b(?:si|cuando) no (?:lo )?(?:es|son|eres|fuera|sos)(?=\s*[,.;:]|\s*$)|\bde lo contrario,|\botherwise,"
)


def mark(text: str) -> str:
    """Put marks for the people and proceedings folded ``text`` names."""
    out: list[str] = []
    at = 0
    for phrase in status_phrases(text):
        if phrase.statuses <= ALIENS:
            word = "xalien"
        elif phrase.statuses <= PROTECTED:
            word = "xprot"
        elif phrase.statuses == ANYONE:
            continue
        else:
            word = "xabroad"
        out += [text[at : phrase.start], word]
        at = phrase.end
    marked = "".join([*out, text[at:]])
    marked = _CHILDREN_BORN.sub("xprot", marked)
    marked = _EXTRA_PROTECTED.sub("xprot", marked)
    marked = _RELATED.sub("xrel", marked)
    marked = _CONTRASTED.sub(" ", marked)
    marked = _WHILE_YOU_ARE.sub(" ", marked)
    marked = _OWN_CITIZENS.sub(lambda m: m[0].replace("xprot", "xalien"), marked)
    marked = _IF_NOT.sub("if xalien", marked)
    return _PROCEEDING.sub("xproc", marked)


