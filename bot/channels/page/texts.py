"""Every word the page says in its own name, in both languages, in one place to review."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.types import Bilingual, Citation, DropReason, Lang, RuleId

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
UNDERSTOOD = Bilingual(en="What was understood", es="Lo que se entendió")
NOT_SO = Bilingual(en="Not so", es="No es así")
TAKEN_BACK = Bilingual(en="— you said otherwise since", es="— después dijo otra cosa")
CORRECTION = Bilingual(en="Correction: ", es="Corrección: ")
TO_STEPS = Bilingual(en="See the steps", es="Ver los pasos")
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
LEFT_OUT_ONE = Bilingual(
    en="One sentence that the model wrote was left out:",
    es="Se quitó una frase que escribió el modelo:",
)
LEFT_OUT = Bilingual(
    en="{count} sentences that the model wrote were left out:",
    es="Se quitaron {count} frases que escribió el modelo:",
)
_AGAINST = Bilingual(en="it went against the rule above", es="iba contra la regla de arriba")
WHY_LEFT_OUT: Mapping[DropReason, Bilingual] = MappingProxyType(
    {
        "asserts_removal": _AGAINST,
        "asserts_prison": _AGAINST,
        "asserts_loss": _AGAINST,
        "asserts_torture": _AGAINST,
        "asserts_persecution": _AGAINST,
        "asserts_no_challenge": _AGAINST,
        "bare_yes_no": Bilingual(
            en="it said only yes or no where the rule decides",
            es="decía solo sí o no donde decide la regla",
        ),
        "unknown_citation": Bilingual(
            en="it named a law or case that is not among the texts here",
            es="nombraba una ley o un caso que no está entre los textos de aquí",
        ),
        "uncited": Bilingual(
            en="the law it named did not bear it out, or it named none",
            es="la ley que nombraba no lo apoyaba, o no nombraba ninguna",
        ),
        "wrong_language": Bilingual(
            en="it was not in the language of the answer",
            es="no estaba en el idioma de la respuesta",
        ),
        "alphabet": Bilingual(
            en="it had letters that do not belong there", es="tenía letras que no van ahí"
        ),
        "unreadable": Bilingual(en="it could not be read", es="no se podía leer"),
    }
)
"""Why a sentence was left out, said of one of them."""

WORKING = Bilingual(en="Reading the law…", es="Leyendo la ley…")
SOURCES = Bilingual(en="Sources", es="Fuentes")
SOURCES_OF = Bilingual(en="of the answer", es="de la respuesta")
OUR_WORDS = Bilingual(en="What it says, in our words", es="Lo que dice, en nuestras palabras")
OFFICIAL_WORDS = Bilingual(
    en="Official words",
    es="Palabras oficiales (en inglés)",
)
CHANGES: Mapping[str, Bilingual] = MappingProxyType(
    {
        "same": Bilingual(
            en="The same words as in {since}.", es="Las mismas palabras que en {since}."
        ),
        "changed": Bilingual(en="Changed since {since}:", es="Cambió desde {since}:"),
        "new": Bilingual(en="This was not yet in {since}.", es="Esto aún no estaba en {since}."),
        "gone": Bilingual(
            en="No longer in the text; it was in {since}.",
            es="Ya no está en el texto; estaba en {since}.",
        ),
    }
)
"""How official words compare with the release installed before."""
SHOW_SOURCE = Bilingual(en="show the source", es="ver la fuente")
READ_LAW = Bilingual(en="Read this law", es="Leer esta ley")
AROUND = Bilingual(en="What stands before and after it", es="Lo que está antes y después")
CLOSE = Bilingual(en="Close", es="Cerrar")
FETCHED = Bilingual(en="fetched", es="descargado")
AS_OF = Bilingual(en="Text as of", es="Texto a fecha de")
OPEN_SOURCE = Bilingual(en="Open the source", es="Abrir la fuente")
NEW_TAB = Bilingual(en="opens in a new tab", es="se abre en otra pestaña")

NEXT = Bilingual(en="You can also say or ask", es="También puede decir o preguntar")
TOOLS = Bilingual(en="With this answer", es="Con esta respuesta")
COPY = Bilingual(en="Copy", es="Copiar")
PRINT = Bilingual(en="Print or save as PDF", es="Imprimir o guardar PDF")
SHARE = Bilingual(en="Share", es="Compartir")
LAWYER = Bilingual(en="Show this to a lawyer", es="Mostrar a un abogado")
RETRY = Bilingual(en="Ask again", es="Preguntar otra vez")
EDIT = Bilingual(en="Change my question", es="Cambiar mi pregunta")

FOLLOW_UPS: Mapping[RuleId, tuple[Bilingual, ...]] = MappingProxyType(
    {
        "citizen_removal": (
            Bilingual(
                en="How can a citizen prove citizenship?",
                es="¿Cómo demuestra un ciudadano su ciudadanía?",
            ),
            Bilingual(
                en="What can a citizen do if ICE detains them by mistake?",
                es="¿Qué puede hacer un ciudadano si ICE lo detiene por error?",
            ),
            Bilingual(
                en="Can they send a citizen to a prison in another country?",
                es="¿Pueden mandar a un ciudadano a una cárcel en otro país?",
            ),
        ),
        "citizen_foreign_prison": (
            Bilingual(
                en="Can a U.S. citizen be deported?",
                es="¿Pueden deportar a un ciudadano de Estados Unidos?",
            ),
            Bilingual(
                en="What is habeas corpus?",
                es="¿Qué es el hábeas corpus?",
            ),
            Bilingual(
                en="Can citizenship be taken away because of a crime?",
                es="¿Pueden quitar la ciudadanía por un delito?",
            ),
        ),
        "loss_of_citizenship": (
            Bilingual(
                en="What is denaturalization?",
                es="¿Qué es la desnaturalización?",
            ),
            Bilingual(
                en="Can a U.S. citizen be deported?",
                es="¿Pueden deportar a un ciudadano de Estados Unidos?",
            ),
            Bilingual(
                en="Can a person with two citizenships lose one of them?",
                es="¿Puede una persona con dos ciudadanías perder una?",
            ),
        ),
        "torture": (
            Bilingual(
                en="How do I ask for protection from torture?",
                es="¿Cómo pido protección contra la tortura?",
            ),
            Bilingual(
                en="What is a credible fear interview?",
                es="¿Qué es la entrevista de miedo creíble?",
            ),
            Bilingual(
                en="Can they send me to a country that is not my own?",
                es="¿Me pueden mandar a un país que no es el mío?",
            ),
        ),
        "persecution": (
            Bilingual(en="How do I ask for asylum?", es="¿Cómo pido asilo?"),
            Bilingual(
                en="Is there a deadline to ask for asylum?",
                es="¿Hay un plazo para pedir asilo?",
            ),
            Bilingual(
                en="What is withholding of removal?",
                es="¿Qué es la suspensión de la expulsión (withholding of removal)?",
            ),
        ),
        "third_country": (
            Bilingual(
                en="How do I say that I am afraid to go to that country?",
                es="¿Cómo digo que tengo miedo de ir a ese país?",
            ),
            Bilingual(
                en="Can they deport someone to a country where they would be tortured?",
                es="¿Pueden deportar a alguien a un país donde lo torturarían?",
            ),
            Bilingual(
                en="What is habeas corpus?",
                es="¿Qué es el hábeas corpus?",
            ),
        ),
        "challenge": (
            Bilingual(en="What is a bond hearing?", es="¿Qué es una audiencia de fianza?"),
            Bilingual(
                en="How long do I have to appeal an order of a judge?",
                es="¿Cuánto tiempo tengo para apelar la orden de un juez?",
            ),
            Bilingual(
                en="How do I find a free lawyer?",
                es="¿Cómo encuentro un abogado gratis?",
            ),
        ),
        "none": (
            Bilingual(
                en="How do I find a free lawyer?",
                es="¿Cómo encuentro un abogado gratis?",
            ),
            Bilingual(
                en="What can I do if ICE comes to my door?",
                es="¿Qué puedo hacer si ICE llega a mi puerta?",
            ),
            Bilingual(
                en="Do I have to answer an officer's questions?",
                es="¿Tengo que contestar las preguntas de un agente?",
            ),
        ),
    }
)
"""What people ask next, by the rule of the answer."""

STATUS_SELF: tuple[Bilingual, ...] = (
    Bilingual(en="I was born in the United States.", es="Nací en los Estados Unidos."),
    Bilingual(en="I became a citizen by naturalization.", es="Me naturalicé."),
    Bilingual(en="I have a green card.", es="Tengo residencia permanente."),
    Bilingual(en="I am not a U.S. citizen.", es="No soy ciudadano de Estados Unidos."),
)
STATUS_OTHER: tuple[Bilingual, ...] = (
    Bilingual(en="{who} was born in the United States.", es="{who} nació en los Estados Unidos."),
    Bilingual(en="{who} became a citizen by naturalization.", es="{who} se naturalizó."),
    Bilingual(en="{who} has a green card.", es="{who} tiene residencia permanente."),
    Bilingual(
        en="{who} is not a U.S. citizen.",
        es="{who} no tiene la ciudadanía de Estados Unidos.",
    ),
)
"""Answers to what the rules need to know, of the one who asks and of somebody else."""

KIN: Mapping[str, Bilingual] = MappingProxyType(
    {
        "wife": Bilingual(en="my wife", es="mi esposa"),
        "husband": Bilingual(en="my husband", es="mi esposo"),
        "mother": Bilingual(en="my mother", es="mi madre"),
        "father": Bilingual(en="my father", es="mi padre"),
        "son": Bilingual(en="my son", es="mi hijo"),
        "daughter": Bilingual(en="my daughter", es="mi hija"),
        "brother": Bilingual(en="my brother", es="mi hermano"),
        "sister": Bilingual(en="my sister", es="mi hermana"),
        "uncle": Bilingual(en="my uncle", es="mi tío"),
        "aunt": Bilingual(en="my aunt", es="mi tía"),
        "someone": Bilingual(en="the person", es="la persona"),
    }
)
"""How the one who asks names those a question is about."""

RIGHT = Bilingual(en="Was this answer right?", es="¿Estuvo bien esta respuesta?")
GOOD = Bilingual(en="Yes", es="Sí")
BAD = Bilingual(en="No", es="No está bien")
WRONG_CITATION = Bilingual(en="Wrong citation", es="Cita equivocada")
WRONG_LAW = Bilingual(en="Wrong law", es="Ley equivocada")
TELL_MORE = Bilingual(
    en="What was wrong? You may leave this empty. What you write here is kept: no names, please.",
    es="¿Qué estuvo mal? Puede dejarlo vacío. Lo que escriba aquí se guarda: sin nombres, "
    "por favor.",
)
AGREE = Bilingual(
    en="I agree that my question and this answer are kept too, so that it can be mended.",
    es="Estoy de acuerdo en que se guarden también mi pregunta y esta respuesta, para corregirla.",
)
SEND = Bilingual(en="Send", es="Enviar")
PROBLEMS: Mapping[str, Bilingual] = MappingProxyType(
    {
        "empty_question": Bilingual(
            en="Write a question first, in your own words.",
            es="Escriba primero una pregunta, en sus propias palabras.",
        ),
        "not_stored": Bilingual(
            en="This answer could not be stored on the site; it is here in this tab.",
            es="Esta respuesta no se pudo guardar en el sitio; está aquí en esta pestaña.",
        ),
        "kept_no_more": Bilingual(
            en="This conversation is no longer stored on the site: it was deleted or its days are "
            "over. It is here in this tab.",
            es="Esta conversación ya no se guarda en el sitio: se borró o se le acabaron los días. "
            "Está aquí en esta pestaña.",
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
            "“Delete and start over” and ask again.",
            es="Esta conversación es demasiado larga para seguir. Copie lo que necesite, elija "
            "“Borrar y empezar” y pregunte otra vez.",
        ),
        "too_busy": Bilingual(
            en="Many people are asking right now. Please try again in a minute. "
            "Your question is still in the box.",
            es="Muchas personas están preguntando ahora. Intente otra vez en un minuto. "
            "Su pregunta sigue en el cuadro.",
        ),
        "too_much_attached": Bilingual(
            en="The documents cannot be sent: they are too many, too long or damaged. Remove one "
            "and ask again. Your question is still in the box.",
            es="No se pueden mandar los documentos: son demasiados, demasiado largos o están "
            "dañados. Quite uno y pregunte otra vez. Su pregunta sigue en el cuadro.",
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
    en="A computer program, not a lawyer and not the government. Information about the law, not "
    "legal advice. Your questions are not stored here.",
    es="Un programa, no un abogado ni el gobierno. Información sobre la ley, no asesoría legal. "
    "Sus preguntas no se guardan aquí.",
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
DOCUMENTS = Bilingual(en="Your documents", es="Sus documentos")
DOCUMENTS_WHO_SEES = Bilingual(
    en="A document you add is quoted only to you, as what the document says. It is not the law and "
    "changes no rule. Its text stays in this tab and goes when you delete the conversation.",
    es="Un documento que agregue se cita solo a usted, como lo que dice el documento. No es la ley "
    "y no cambia ninguna regla. Su texto queda en esta pestaña y se va cuando borra la "
    "conversación.",
)
DOCUMENTS_LIMITS = Bilingual(
    en="PDF, Word (.docx), web page, Markdown or text, up to {most} MB each, five at most. English "
    "or Spanish. A scan needs text recognition (OCR) first.",
    es="PDF, Word (.docx), página web, Markdown o texto, hasta {most} MB cada uno, cinco como "
    "máximo. En inglés o español. Una página escaneada necesita antes reconocimiento de texto "
    "(OCR).",
)
DOCUMENT_PICK = Bilingual(en="Add a document", es="Agregar un documento")

NOT_KEPT = Bilingual(
    en="This conversation is not stored here.", es="Esta conversación no se guarda aquí."
)
KEEP = Bilingual(
    en="Store it from the next question on, for {days} days",
    es="Guardarla desde la próxima pregunta, por {days} días",
)
KEPT = Bilingual(
    en="Stored; whoever has the address of this page can read it. Last day:",
    es="Se guarda; quien tenga la dirección de esta página puede leerla. Último día:",
)
KEPT_COPY = Bilingual(en="Copy address", es="Copiar dirección")
DELETE_NOW = Bilingual(en="Delete it here now", es="Borrarla de aquí ahora")
ABOUT_KEPT = Bilingual(
    en="Only if you ask for it, this site stores a conversation, {days} days at most, locked with "
    "a key in the address of your page. Without that address we cannot read it; the history of "
    "your browser may hold it. “Delete and start over”, “Leave” and pressing Escape three times "
    "delete it here too.",
    es="Solo si usted lo pide, este sitio guarda una conversación, {days} días como máximo, "
    "cerrada con una llave que está en la dirección de su página. Sin esa dirección no la podemos "
    "leer; el historial de su navegador la puede tener. “Borrar y empezar”, “Salir” y pulsar "
    "Escape tres veces también la borran aquí.",
)

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
        en="Your conversation lives only in this browser tab, also when you load the page again. "
        "It is sent to this site to be answered and is not kept after that. “Delete and start "
        "over” wipes it at once, and so does “Leave” or pressing Escape three times. Your browser "
        "may still list this page among those you visited. On a phone or computer that others "
        "use, delete it and close the tab.",
        es="Su conversación vive solo en esta pestaña, también si vuelve a cargar la página. Se "
        "manda a este sitio para contestarla y después no se guarda. “Borrar y empezar” "
        "la borra enseguida, y también “Salir” o pulsar Escape tres veces. Su navegador todavía "
        "puede tener esta página en la lista de las que visitó. En un teléfono o computadora que "
        "usan otros, bórrela y cierre la pestaña.",
    ),
)
ABOUT_DOCUMENTS = Bilingual(
    en="A document you add is sent to this site to be read, and its text is sent again with each "
    "question of this conversation. It is not kept here, no language model is given it, and nobody "
    "else is shown it.",
    es="Un documento que agregue se manda a este sitio para leerlo, y su texto se manda otra vez "
    "con cada pregunta de esta conversación. Aquí no se guarda, no se le da a ningún modelo de "
    "lenguaje y no se muestra a nadie más.",
)
ABOUT_FEEDBACK = Bilingual(
    en="If you say that an answer was right or wrong, that is kept with the rule it went by. "
    "Your question and the answer are kept only if you tick the box.",
    es="Si dice que una respuesta estuvo bien o mal, eso se guarda con la regla que la decidió. "
    "Su pregunta y la respuesta se guardan solo si marca la casilla.",
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

DOCUMENT_WORDS: Mapping[str, Bilingual] = MappingProxyType(
    {
        "reading": Bilingual(en="Reading {name} …", es="Leyendo {name} …"),
        "added": Bilingual(en="{name} was added.", es="Se agregó {name}."),
        "removed": Bilingual(en="{name} was removed.", es="Se quitó {name}."),
        "remove": Bilingual(en="Remove", es="Quitar"),
        "one_page": Bilingual(en="1 page", es="1 página"),
        "pages": Bilingual(en="{count} pages", es="{count} páginas"),
        "no_text": Bilingual(
            en="no text on page {numbers} (a picture?)",
            es="sin texto en la página {numbers} (¿una imagen?)",
        ),
        "document_kind": Bilingual(
            en="this kind of file cannot be read. Save it as PDF, Word (.docx) or text.",
            es="este tipo de archivo no se puede leer. Guárdelo como PDF, Word (.docx) o texto.",
        ),
        "document_misnamed": Bilingual(
            en="the file is not what its name says. Save it anew in the program that made it.",
            es="el archivo no es lo que dice su nombre. Guárdelo otra vez en el programa que lo "
            "hizo.",
        ),
        "document_locked": Bilingual(
            en="it is locked with a password. Save a copy without one.",
            es="está protegido con contraseña. Guarde una copia sin contraseña.",
        ),
        "document_scanned": Bilingual(
            en="it holds pictures of pages and no text. Run text recognition (OCR) on it first.",
            es="tiene imágenes de páginas y ningún texto. Hágale antes reconocimiento de texto "
            "(OCR).",
        ),
        "document_empty": Bilingual(
            en="there is no text in it. Look whether it is the right file.",
            es="no tiene texto. Mire si es el archivo correcto.",
        ),
        "document_broken": Bilingual(
            en="the file is broken. Open it where it was made and save it anew.",
            es="el archivo está dañado. Ábralo donde se hizo y guárdelo otra vez.",
        ),
        "document_too_large": Bilingual(
            en="it is larger than {most} MB. Add only the pages that matter.",
            es="pasa de {most} MB. Agregue solo las páginas que importan.",
        ),
        "document_too_long": Bilingual(
            en="it holds too much text. Add only the pages that matter.",
            es="tiene demasiado texto. Agregue solo las páginas que importan.",
        ),
        "document_not_text": Bilingual(
            en="its letters cannot be read. Save it as plain text in UTF-8.",
            es="sus letras no se pueden leer. Guárdelo como texto simple en UTF-8.",
        ),
        "document_hostile": Bilingual(
            en="it cannot be opened safely. Save the pages that matter as PDF or text.",
            es="no se puede abrir con seguridad. Guarde las páginas que importan como PDF o texto.",
        ),
        "document_full": Bilingual(
            en="there is no room beside the documents you have. Remove one first.",
            es="no cabe junto a los documentos que ya tiene. Quite uno antes.",
        ),
        "document_twice": Bilingual(en="it is in the list already.", es="ya está en la lista."),
        "document_busy": Bilingual(
            en="many files are being read right now. Try again in a minute.",
            es="se están leyendo muchos archivos ahora. Intente otra vez en un minuto.",
        ),
        "document_lost": Bilingual(
            en="it could not be sent. Check your network and try again.",
            es="no se pudo mandar. Revise su red e intente otra vez.",
        ),
        "document_error": Bilingual(
            en="something went wrong on our side. Please try again.",
            es="algo falló de nuestro lado. Intente otra vez.",
        ),
    }
)
"""What the page says of documents a person adds; the errors follow the file's name."""

SCRIPT: Mapping[str, Bilingual] = MappingProxyType(
    {
        "question": Bilingual(en="Your question", es="Su pregunta"),
        "placeholder": Bilingual(
            en="Your question. No names.",
            es="Su pregunta. Sin nombres.",
        ),
        "ask": Bilingual(en="Ask", es="Preguntar"),
        "theme_auto": Bilingual(
            en="Colors: as on this device", es="Colores: como en este dispositivo"
        ),
        "theme_light": Bilingual(en="Colors: light", es="Colores: claros"),
        "theme_dark": Bilingual(en="Colors: dark", es="Colores: oscuros"),
        "stop": Bilingual(en="Stop", es="Parar"),
        "again": Bilingual(en="Delete and start over", es="Borrar y empezar"),
        "cancel": Bilingual(en="Cancel", es="Cancelar"),
        "editing": Bilingual(
            en="You are changing your last question.", es="Está cambiando su última pregunta."
        ),
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
        "copied": Bilingual(en="Copied", es="Copiado"),
        "copied_to_share": Bilingual(
            en="Copied: paste it where you want", es="Copiado: péguelo donde quiera"
        ),
        "thanks": Bilingual(
            en="Thank you. It was kept, without your name.",
            es="Gracias. Se guardó, sin su nombre.",
        ),
        "not_kept": Bilingual(
            en="It could not be kept. Please try again in a minute.",
            es="No se pudo guardar. Intente otra vez en un minuto.",
        ),
        "kept_failed": Bilingual(
            en="It could not be stored now. Try again in a minute.",
            es="No se pudo guardar ahora. Intente otra vez en un minuto.",
        ),
        "kept_gone": Bilingual(
            en="Nothing is stored under this address: it was deleted or its days are over.",
            es="No hay nada guardado con esta dirección: se borró o se le acabaron los días.",
        ),
        "kept_stays": Bilingual(
            en="It could not be deleted from the site. Check your network and try again.",
            es="No se pudo borrar del sitio. Revise su red e intente otra vez.",
        ),
        "kept_deleted": Bilingual(
            en="Deleted from the site. It is only in this tab now.",
            es="Se borró del sitio. Ahora solo está en esta pestaña.",
        ),
        "sources": SOURCES,
        "from": Bilingual(
            en="From Habeas, a computer program: information about the law, not legal advice",
            es="De Habeas, un programa de computadora: información sobre la ley, no asesoría legal",
        ),
        "brief": Bilingual(en="Summary for a lawyer", es="Resumen para un abogado"),
        "brief_note": Bilingual(
            en="A person asked Habeas, a computer program. The rule is fixed text written by code; "
            "the law is said in our own words. Check every citation. Nothing here was checked by a "
            "lawyer.",
            es="Una persona le preguntó a Habeas, un programa de computadora. La regla es un texto "
            "fijo escrito por código; la ley se dice en palabras nuestras. Coteje cada cita. "
            "Ningún abogado revisó esto.",
        ),
        "asked": Bilingual(en="What was asked", es="Lo que se preguntó"),
        "facts": Bilingual(
            en="Facts taken from the person's words",
            es="Hechos tomados de las palabras de la persona",
        ),
        "rule": Bilingual(en="The rule", es="La regla"),
        **DOCUMENT_WORDS,
    }
)
"""Words that the page's script puts in place."""


def whose_official_words(citation: Citation, lang: Lang) -> str:
    """Head of a quotation: whose words they are, of which release, fetched when."""
    fetched = citation.quote_fetched_on
    known = [citation.quote_as_of, f"{FETCHED[lang]} {fetched}" if fetched else ""]
    of = ", ".join(one for one in known if one)
    return f"{OFFICIAL_WORDS[lang]} · {of}" if of else OFFICIAL_WORDS[lang]
