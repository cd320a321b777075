"""Every word the page says in its own name, in both languages, in one place to review."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.types import Bilingual, Citation, Lang

RULE = Bilingual(
    en="Rule — written by code, not by a model",
    es="Regla: escrita por código, no por un modelo",
)
NO_RULE = Bilingual(
    en="Written by code, not by a model",
    es="Escrito por código, no por un modelo",
)
CONTESTED = Bilingual(en="Courts disagree", es="Los tribunales no están de acuerdo")
NOT_CHECKED = Bilingual(en="Not checked against the source", es="No cotejado con la fuente")
YOU_ASKED = Bilingual(en="Your question", es="Su pregunta")
ANSWER = Bilingual(en="Answer", es="Respuesta")
YOU_SAID = Bilingual(en="You said:", es="Usted dijo:")
CORRECT = Bilingual(en="Not right? Correct it", es="¿No es así? Corríjalo")
CORRECTION = Bilingual(en="Correction: ", es="Corrección: ")
WHAT_TO_DO = Bilingual(en="Go to what to do now", es="Ir a qué hacer ahora")
LAW_SAYS = Bilingual(en="What the law says", es="Lo que dice la ley")
LAW_SAYS_WHOSE = Bilingual(
    en="In our words. Each is linked to its source.",
    es="En nuestras palabras. Cada una tiene el enlace a su fuente.",
)
EXPLAINED = Bilingual(en="Explained", es="Explicado")
EXPLAINED_BY = Bilingual(
    en="Written by a language model. Each sentence passed the checks and names its source.",
    es="Escrito por un modelo de lenguaje. Cada frase pasó los controles y nombra su fuente.",
)
GOOD_TO_KNOW = Bilingual(en="Good to know", es="Conviene saber")
WORKING = Bilingual(en="Reading the law…", es="Leyendo la ley…")
SOURCES = Bilingual(en="Sources", es="Fuentes")
SOURCES_OF = Bilingual(en="of the answer", es="de la respuesta")
OUR_WORDS = Bilingual(en="What it says, in our words", es="Lo que dice, en nuestras palabras")
OFFICIAL_WORDS = Bilingual(
    en="Official words",
    es="Palabras oficiales (en inglés)",
)
FETCHED = Bilingual(en="fetched", es="descargado")
AS_OF = Bilingual(en="Text as of", es="Texto a fecha de")
OPEN_SOURCE = Bilingual(en="Open the source", es="Abrir la fuente")
NEW_TAB = Bilingual(en="opens in a new tab", es="se abre en otra pestaña")

PROBLEMS: Mapping[str, Bilingual] = MappingProxyType(
    {
        "empty_question": Bilingual(
            en="Write a question first, in your own words.",
            es="Escriba primero una pregunta, en sus propias palabras.",
        ),
        "question_too_long": Bilingual(
            en="Your text is too long: the most is {most} characters. "
            "Keep the part that matters and ask again. Your text is still in the box.",
            es="Su texto es demasiado largo: el máximo es {most} caracteres. "
            "Deje la parte que importa y pregunte otra vez. Su texto sigue en el cuadro.",
        ),
        "unreadable_text": Bilingual(
            en="I cannot read this. It looks like a file or broken text. Type your question.",
            es="No puedo leer esto. Parece un archivo o un texto dañado. Escriba su pregunta.",
        ),
        "bad_history": Bilingual(
            en="This conversation is too long to go on. Copy what you need, then choose "
            "“New conversation” and ask again.",
            es="Esta conversación es demasiado larga para seguir. Copie lo que necesite, elija "
            "“Conversación nueva” y pregunte otra vez.",
        ),
        "too_busy": Bilingual(
            en="Many people are asking right now. Please try again in a minute. "
            "Your question is still in the box.",
            es="Muchas personas están preguntando ahora. Intente otra vez en un minuto. "
            "Su pregunta sigue en el cuadro.",
        ),
        "error": Bilingual(
            en="Something went wrong on our side. Please try again. "
            "Your question is still in the box.",
            es="Algo falló de nuestro lado. Intente otra vez. Su pregunta sigue en el cuadro.",
        ),
    }
)
"""What to say for each error code; a code that is not here is said as ``error``."""

EXAMPLES: tuple[Bilingual, ...] = (
    Bilingual(
        en="Can a U.S. citizen be deported?",
        es="¿Pueden deportar a un ciudadano de Estados Unidos?",
    ),
    Bilingual(
        en="Can the government send citizens to a prison in El Salvador?",
        es="¿Puede el gobierno mandar a ciudadanos a una cárcel en El Salvador?",
    ),
    Bilingual(
        en="Can a naturalized citizen lose citizenship because of a crime?",
        es="¿Puede un ciudadano naturalizado perder la ciudadanía por un delito?",
    ),
    Bilingual(
        en="Can they send my husband to a country that is not his own?",
        es="¿Pueden mandar a mi esposo a un país que no es el suyo?",
    ),
    Bilingual(
        en="Can they deport someone to a country where they would be tortured?",
        es="¿Pueden deportar a alguien a un país donde lo torturarían?",
    ),
    Bilingual(
        en="Immigration officers are at my door. What can I do?",
        es="Hay agentes de inmigración en mi puerta. ¿Qué puedo hacer?",
    ),
)
"""Questions to begin with."""

PURPOSE = Bilingual(
    en="What the law says about U.S. citizenship and deportation",
    es="Lo que dice la ley sobre la ciudadanía de EE. UU. y la deportación",
)
WELCOME = Bilingual(
    en="Ask what the law says.",
    es="Pregunte qué dice la ley.",
)
WELCOME_MORE = Bilingual(
    en="Can they deport me? Can they take my citizenship? Write it in your own words, in English "
    "or Spanish. The answer comes from the law itself, with its sources.",
    es="¿Me pueden deportar? ¿Me pueden quitar la ciudadanía? Escríbalo en sus palabras, en "
    "español o en inglés. La respuesta sale de la ley misma, con sus fuentes.",
)
WHAT_IT_IS = Bilingual(
    en="Information about the law, not legal advice. Nothing you write is stored.",
    es="Información sobre la ley, no asesoría legal. Nada de lo que escribe se guarda.",
)
TRY = Bilingual(en="People ask:", es="La gente pregunta:")
LEAVE = Bilingual(en="Leave this page", es="Salir de esta página")
LEAVE_SHORT = Bilingual(en="Leave", es="Salir")
SKIP = Bilingual(en="Skip to the question", es="Ir a la pregunta")
NEEDS_SCRIPT = Bilingual(
    en="This page needs JavaScript. Please turn it on and load the page again.",
    es="Esta página necesita JavaScript. Actívelo y vuelva a cargar la página.",
)

ABOUT_TITLE = Bilingual(en="About Habeas", es="Sobre Habeas")
ABOUT: tuple[Bilingual, ...] = (
    Bilingual(
        en="Habeas is a computer program, not a lawyer and not the government. On the rules that "
        "protect people most, the first part of the answer is fixed text that people wrote and "
        "checked against the law. No language model can change it.",
        es="Habeas es un programa de computadora. No es un abogado ni es del gobierno. En las "
        "reglas que más protegen a la gente, la primera parte de la respuesta es un texto fijo "
        "que personas escribieron y cotejaron con la ley. Ningún modelo de lenguaje lo puede "
        "cambiar.",
    ),
    Bilingual(
        en="The law changes, and each case is different. Before you sign, travel or go to an "
        "office, talk to a lawyer or an accredited representative.",
        es="La ley cambia y cada caso es distinto. Antes de firmar, viajar o ir a una oficina, "
        "hable con un abogado o un representante acreditado.",
    ),
    Bilingual(
        en="Your conversation lives only in this browser tab. It is sent to this site to be "
        "answered and is not kept after that. Closing the tab ends it.",
        es="Su conversación vive solo en esta pestaña. Se manda a este sitio para contestarla y "
        "después no se guarda. Al cerrar la pestaña, se acaba.",
    ),
)
WITH_MODEL = Bilingual(
    en="A language model helps to write the answers here. Your words are sent to the service that "
    "runs it, after names, numbers and addresses that the program recognizes are taken out.",
    es="Aquí un modelo de lenguaje ayuda a redactar las respuestas. Sus palabras se mandan al "
    "servicio que lo opera, sin los nombres, números y direcciones que el programa reconoce.",
)
WITHOUT_MODEL = Bilingual(
    en="No language model is used here: answers are put together from the law itself.",
    es="Aquí no se usa ningún modelo de lenguaje: las respuestas se arman con la ley misma.",
)

SCRIPT: Mapping[str, Bilingual] = MappingProxyType(
    {
        "question": Bilingual(en="Your question", es="Su pregunta"),
        "placeholder": Bilingual(
            en="Write your question. No names needed.",
            es="Escriba su pregunta. Sin nombres.",
        ),
        "ask": Bilingual(en="Ask", es="Preguntar"),
        "stop": Bilingual(en="Stop", es="Parar"),
        "again": Bilingual(en="New conversation", es="Conversación nueva"),
        "working": Bilingual(en="The answer is being prepared.", es="Se prepara la respuesta."),
        "ready": Bilingual(en="The answer is ready.", es="La respuesta está lista."),
        "stopped": Bilingual(en="You stopped this answer.", es="Usted paró esta respuesta."),
        "lost": Bilingual(
            en="The connection was lost. Check your network and ask again. "
            "Your conversation is still here.",
            es="Se perdió la conexión. Revise su red y pregunte otra vez. "
            "Su conversación sigue aquí.",
        ),
        "correction": CORRECTION,
    }
)
"""Words that the page's script puts in place."""


def whose_official_words(citation: Citation, lang: Lang) -> str:
    """Head of a quotation: whose words they are, of which release, fetched when."""
    fetched = citation.quote_fetched_on
    known = [citation.quote_as_of, f"{FETCHED[lang]} {fetched}" if fetched else ""]
    of = ", ".join(one for one in known if one)
    return f"{OFFICIAL_WORDS[lang]} · {of}" if of else OFFICIAL_WORDS[lang]
