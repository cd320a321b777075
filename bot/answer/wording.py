"""Every sentence the answer adds in its own name, in both languages, in one place to review."""

from collections.abc import Mapping
from typing import Literal

from bot.types import Authority, Bilingual, Lang, NoteCode, ReplyLang

NTH_QUESTION = Bilingual(en="Question {}:", es="Pregunta {}:")
"""Before the statement that answers one of several questions."""
UNANSWERED = Bilingual(
    en="I found nothing in the law I can read on question {}. Ask it by itself, in other words.",
    es="No encontré nada en la ley que puedo leer sobre la pregunta {}. Hágala sola, con otras "
    "palabras.",
)
NOTES: Mapping[NoteCode, Bilingual] = {
    "dropped": Bilingual(
        en="Part of the draft answer went against the rule above and was left out.",
        es="Una parte del borrador iba contra la regla de arriba y se quitó.",
    ),
    "model_down": Bilingual(
        en="The writing model did not finish. What stands here comes from the law itself.",
        es="El modelo que redacta no terminó. Lo que está aquí sale de la ley misma.",
    ),
    "budget": Bilingual(
        en="The writing model was not asked, because its limit of use is reached. "
        "What stands here comes from the law itself.",
        es="No se consultó al modelo que redacta, porque se llegó a su límite de uso. "
        "Lo que está aquí sale de la ley misma.",
    ),
    "search_down": Bilingual(
        en="The search of the law is down, so parts that matter may be missing here. "
        "Whoever runs this bot can mend it with: habeas corpus build",
        es="La búsqueda en la ley no funciona, así que pueden faltar partes importantes. "
        "Quien administra este bot lo puede arreglar con: habeas corpus build",
    ),
    "abstained": Bilingual(
        en="I do not know. I found nothing in the law I can read that answers this. "
        "A lawyer or an accredited representative may know.",
        es="No lo sé. No encontré nada que conteste esto en la ley que puedo leer. "
        "Un abogado o un representante acreditado puede saberlo.",
    ),
    "out_of_scope": Bilingual(
        en="I cannot help with this. I only say what the law says about United States "
        "citizenship, immigration, detention and deportation. "
        "I do not help with false papers or false statements.",
        es="No puedo ayudar con esto. Solo digo lo que dice la ley sobre ciudadanía de los "
        "Estados Unidos, inmigración, detención y deportación. "
        "No ayudo con papeles falsos ni con declaraciones falsas.",
    ),
    "contested": Bilingual(
        en="Courts or the government disagree about part of this, and it can change. "
        "Ask a lawyer what holds today.",
        es="Los tribunales o el gobierno no están de acuerdo sobre una parte de esto, y puede "
        "cambiar. Pregunte a un abogado qué vale hoy.",
    ),
    "needs_fact": Bilingual(
        en="The answer depends on something you have not said.",
        es="La respuesta depende de algo que usted no ha dicho.",
    ),
    "outdated": Bilingual(
        en="Part of this is about a law that is no longer in force.",
        es="Una parte de esto trata de una ley que ya no está en vigor.",
    ),
    "language": Bilingual(
        en="I can answer in English and Spanish only.",
        es="Solo puedo contestar en inglés y en español.",
    ),
    "not_advice": Bilingual(
        en="This is information about the law, not legal advice.",
        es="Esto es información sobre la ley, no asesoría legal.",
    ),
    "unknown_citation": Bilingual(
        en="Your question names a law or case that is not among the texts I can read. "
        "I cannot say whether it exists.",
        es="Su pregunta nombra una ley o un caso que no está entre los textos que puedo leer. "
        "No puedo decir si existe.",
    ),
    "user_document": Bilingual(
        en="A document somebody added says something on this. A document is not the law.",
        es="Un documento que alguien agregó dice algo sobre esto. Un documento no es la ley.",
    ),
}
"""What each note says; a note with more to say adds to it."""

NEEDED: Mapping[Literal["status", "birth"], Bilingual] = {
    "status": Bilingual(
        en="The answer depends on one thing you have not said: whether the person is a citizen or "
        "national of the United States, for example by birth here, through a parent or by "
        "naturalization.",
        es="La respuesta depende de algo que usted no ha dicho: si la persona es ciudadana o "
        "nacional de los Estados Unidos, por ejemplo por nacer aquí, por su padre o madre, o por "
        "naturalización.",
    ),
    "birth": Bilingual(
        en="The answer depends on one thing you have not said: whether the person was a citizen "
        "from birth or was naturalized later.",
        es="La respuesta depende de algo que usted no ha dicho: si la persona es ciudadana desde "
        "que nació o se naturalizó después.",
    ),
}
"""What to ask for, by what ``Reading.needs`` names."""

DOCUMENT_SAYS = Bilingual(
    en="The document “{name}”{page} says: “{text}” "
    "Those are the words of the document. It is not the law and can be wrong.",
    es="El documento “{name}”{page} dice: “{text}” "
    "Son las palabras del documento. No es la ley y puede estar mal.",
)
"""How words of a document are shown."""
DOCUMENT_PAGE = Bilingual(en=", page {page},", es=", página {page},")
DOCUMENT_LEFT_OUT_ONE = Bilingual(
    en="One sentence of it is not shown here ([…]), because it may go against the law.",
    es="Una frase no se muestra aquí ([…]), porque puede ir contra la ley.",
)
DOCUMENT_LEFT_OUT = Bilingual(
    en="{count} sentences of it are not shown here ([…]), because they may go against the law.",
    es="{count} frases no se muestran aquí ([…]), porque pueden ir contra la ley.",
)

UNSUPPORTED = Bilingual(
    en="Part of the draft answer was not borne out by the law it named, and was left out.",
    es="Una parte del borrador no la apoyaba la ley que citaba, y se quitó.",
)

HIGHEST_TITLE: Mapping[str, int] = {"usc": 54, "cfr": 50}
"""How many titles each code has."""
NAMED = Bilingual(en="It is:", es="Es:")
NO_SUCH_TITLE = Bilingual(
    en="The United States Code has 54 titles and the Code of Federal Regulations has 50, so a "
    "citation with a higher number does not exist.",
    es="El United States Code tiene 54 títulos y el Code of Federal Regulations tiene 50, así que "
    "una cita con un número mayor no existe.",
)


def beyond(authority: Authority) -> bool:
    """Whether a citation names a title that its code does not have."""
    title = authority.path.split("/")[1]
    most = HIGHEST_TITLE.get(authority.kind, 0)
    return title.isdigit() and not 0 < int(title) <= most


OLD_TEXT = Bilingual(
    en="Part of this rests on the text of the law as of {as_of}, which is more than 90 days old. "
    "It may have changed: open the official page of each source.",
    es="Una parte de esto se basa en el texto de la ley a fecha de {as_of}, que tiene más de "
    "90 días. Puede haber cambiado: abra la página oficial de cada fuente.",
)
"""Said of an old text; ``{as_of}`` is its release or day."""

DISAGREE = Bilingual(en="courts disagree", es="los tribunales no están de acuerdo")
NOT_CHECKED_CASE = Bilingual(
    en="not checked against the opinion", es="no cotejado con la sentencia"
)
NOT_CHECKED = Bilingual(en="not checked against the source", es="no cotejado con la fuente")
OFFICIAL = Bilingual(en="official text", es="texto oficial, en inglés")


def say(text: Bilingual, lang: ReplyLang, between: str = "\n") -> str:
    """Give a text in the reply's language; both, English first, where it is neither."""
    if lang == "en+es":
        return f"{text.en}{between}{text.es}"
    return text[lang]


def first_language(lang: ReplyLang) -> Lang:
    """Give the one language for what is written once, such as a citation."""
    return "es" if lang == "es" else "en"
