"""Every word Slack is told in the app's own name, in both languages, in one place to review."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.channels.page.texts import (
    AS_OF,
    CONTESTED,
    EXAMPLES,
    EXPLAINED,
    EXPLAINED_BY,
    FOLLOW_UPS,
    GOOD_TO_KNOW,
    LAW_SAYS,
    LEFT_OUT,
    LEFT_OUT_ONE,
    NEXT,
    NO_RULE,
    NOT_CHECKED,
    NOT_SO,
    OPEN_SOURCE,
    OUR_WORDS,
    PURPOSE,
    RULE,
    SOURCES,
    WHY_LEFT_OUT,
    WORKING,
    WRONG_CITATION,
    WRONG_LAW,
    YOU_SAID,
    whose_official_words,
)
from bot.types import Bilingual, Lang, ReplyLang

__all__ = [
    "AS_OF",
    "CONTESTED",
    "EXAMPLES",
    "EXPLAINED",
    "EXPLAINED_BY",
    "FOLLOW_UPS",
    "GOOD_TO_KNOW",
    "LAW_SAYS",
    "LEFT_OUT",
    "LEFT_OUT_ONE",
    "NEXT",
    "NOT_CHECKED",
    "NOT_SO",
    "NO_RULE",
    "OPEN_SOURCE",
    "OUR_WORDS",
    "PURPOSE",
    "RULE",
    "SOURCES",
    "WHY_LEFT_OUT",
    "WORKING",
    "WRONG_CITATION",
    "WRONG_LAW",
    "YOU_SAID",
    "whose_official_words",
]

CORRECT = Bilingual(
    en="Not right? Edit your message, or write the correction here.",
    es="¿No es así? Edite su mensaje o escriba aquí la corrección.",
)
CORRECT_IN_CHANNEL = Bilingual(
    en="Not right? Edit your message, or mention me here with the correction.",
    es="¿No es así? Edite su mensaje o mencióneme aquí con la corrección.",
)
MESSAGE_SAYS = Bilingual(en="The message says:", es="El mensaje dice:")
STOPPED = Bilingual(
    en="Stopped. What stands above is not the whole answer.",
    es="Detenido. Lo que está arriba no es la respuesta completa.",
)
STOP = Bilingual(en="Stop", es="Detener")
SHARE = Bilingual(en="Share in this channel", es="Compartir en este canal")
SHARE_SURE = Bilingual(
    en="Everybody in this channel will see the answer. Your question is not shown with it, "
    "but the answer can show what you asked about.",
    es="Todas las personas de este canal verán la respuesta. Su pregunta no se muestra, "
    "pero la respuesta puede dejar ver por qué preguntó.",
)
SHARE_YES = Bilingual(en="Share", es="Compartir")
SHARE_NO = Bilingual(en="Cancel", es="Cancelar")
SHARED = Bilingual(
    en="Somebody here asked Habeas in private and shares the answer:",
    es="Alguien de aquí preguntó a Habeas en privado y comparte la respuesta:",
)
SHARED_ALREADY = Bilingual(
    en="This answer is shared already.", es="Esta respuesta ya se compartió."
)
COURTESIES: Mapping[str, Bilingual] = MappingProxyType(
    {
        "greeting": Bilingual(
            en="Hello. Ask me in your own words what the law says about U.S. citizenship and "
            "deportation, for example: Can they deport me?",
            es="Hola. Pregúnteme con sus propias palabras qué dice la ley sobre la ciudadanía de "
            "EE. UU. y la deportación, por ejemplo: ¿Me pueden deportar?",
        ),
        "thanks": Bilingual(
            en="You are welcome. Ask again whenever you need to.",
            es="De nada. Pregunte otra vez cuando lo necesite.",
        ),
    }
)
GOES_ON = Bilingual(
    en="Slack takes no more in this place. The answer goes on in our direct messages.",
    es="Slack no admite más en este lugar. La respuesta sigue en nuestros mensajes directos.",
)
GOES_ON_HERE = Bilingual(
    en="Slack did not take the whole answer in the place where you asked. It goes on here:",
    es="Slack no admitió toda la respuesta en el lugar donde preguntó. Sigue aquí:",
)
SHARED_CUT = Bilingual(
    en="Slack takes no more in this place. Whoever asked has the whole answer.",
    es="Slack no admite más en este lugar. Quien preguntó tiene la respuesta completa.",
)
GOOD = Bilingual(en="Helpful", es="Me sirve")
BAD = Bilingual(en="Not helpful", es="No me sirve")
THANKS = Bilingual(
    en="Thank you. Only the vote is kept, without your name or your words.",
    es="Gracias. Solo se guarda el voto, sin su nombre ni sus palabras.",
)
THANKS_BAD = Bilingual(
    en="Thank you. If something is wrong, ask again in other words, and before you act, "
    "talk to a lawyer or an accredited representative.",
    es="Gracias. Si algo está mal, pregunte otra vez con otras palabras, y antes de hacer algo "
    "hable con un abogado o un representante acreditado.",
)
NOT_HERE = Bilingual(
    en="Answers are not shared in this channel: whoever runs Habeas here set it so. "
    "Only you see yours.",
    es="En este canal no se comparten respuestas: así lo dispuso quien administra Habeas. "
    "La suya solo la ve usted.",
)
NOT_YOURS = Bilingual(
    en="Only the person who asked can say this. Ask your own question to say it of yourself.",
    es="Solo quien preguntó puede decir esto. Haga su propia pregunta para decirlo de usted.",
)
PRESSED = Bilingual(en="Asked with a button:", es="Preguntado con un botón:")
WHAT_WRONG = Bilingual(en="If you like, say what is wrong:", es="Si quiere, diga qué está mal:")
CLICK_AGAIN = Bilingual(
    en="That did not work. Please press it again in a minute.",
    es="No funcionó. Púlselo otra vez en un minuto.",
)
GONE = Bilingual(
    en="This answer is no longer kept. Ask again to see its sources.",
    es="Esta respuesta ya no se guarda. Pregunte otra vez para ver sus fuentes.",
)
MORE_SOURCES = Bilingual(
    en="There are more sources than fit here.", es="Hay más fuentes de las que caben aquí."
)
CLOSE = Bilingual(en="Close", es="Cerrar")
NO_FILES = Bilingual(
    en="I cannot open files or pictures. Type what you want to know.",
    es="No puedo abrir archivos ni imágenes. Escriba lo que quiere saber.",
)
NO_FILES_TOO = Bilingual(
    en="I did not open the file you sent, only your words.",
    es="No abrí el archivo que envió, solo leí sus palabras.",
)
ELSEWHERE = Bilingual(
    en="I do not answer in this channel. Send me a direct message: only you will see it.",
    es="No contesto en este canal. Envíeme un mensaje directo: solo usted lo verá.",
)
YOU_ASKED = Bilingual(en="You asked:", es="Usted preguntó:")

PROBLEMS: Mapping[str, Bilingual] = MappingProxyType(
    {
        "empty_question": Bilingual(
            en="Write your question in your own words, for example: Can they deport me?",
            es="Escriba su pregunta en sus propias palabras, por ejemplo: ¿Me pueden deportar?",
        ),
        "question_too_long": Bilingual(
            en="Your message is too long: the most is {most} characters. "
            "Send the part that matters.",
            es="Su mensaje es demasiado largo: el máximo es {most} caracteres. "
            "Envíe la parte que importa.",
        ),
        "unreadable_text": Bilingual(
            en="I cannot read this. It looks like a file or broken text. Type your question.",
            es="No puedo leer esto. Parece un archivo o un texto dañado. Escriba su pregunta.",
        ),
        "error": Bilingual(
            en="Something went wrong on our side. Please ask again.",
            es="Algo falló de nuestro lado. Pregunte otra vez.",
        ),
    }
)
"""What to say for each error code; a code that is not here is said as ``error``."""

HELLO = Bilingual(
    en="I say what the law says about U.S. citizenship and deportation, from the law itself, "
    "with its sources. On the rules that protect people most, the first part of an answer is "
    "fixed text that people wrote and checked. No language model can change it.",
    es="Digo lo que dice la ley sobre la ciudadanía de EE. UU. y la deportación, desde la ley "
    "misma y con sus fuentes. En las reglas que más protegen a la gente, la primera parte de la "
    "respuesta es un texto fijo que personas escribieron y cotejaron. Ningún modelo de lenguaje "
    "lo puede cambiar.",
)
WAYS = Bilingual(
    en="• Send me a direct message.\n• Mention me in a channel: I answer in the thread.\n"
    "• `/habeas` and your question: only you see the answer.\n"
    "• On any message, choose *Check against the law* from its menu.",
    es="• Envíeme un mensaje directo.\n• Mencióneme en un canal: contesto en el hilo.\n"
    "• `/habeas` y su pregunta: solo usted ve la respuesta.\n"
    "• En el menú de cualquier mensaje, elija *Check against the law*.",
)
KEPT = Bilingual(
    en="Information about the law, not legal advice. What you and I write in a thread is kept "
    "for {hours} hours, so that I can follow it, and then forgotten. Slack and whoever runs this "
    "workspace can keep it longer.",
    es="Información sobre la ley, no asesoría legal. Lo que usted y yo escribimos en un hilo se "
    "guarda {hours} horas, para poder seguirlo, y luego se olvida. Slack y quien administra este "
    "espacio lo pueden guardar más tiempo.",
)
FORGET = Bilingual(en="Forget what we wrote", es="Olvidar lo que escribimos")
FORGET_SURE = Bilingual(
    en="I forget what you and I wrote, in every thread, and an answer under way ends. The messages "
    "stay in Slack until you delete them there.",
    es="Olvido lo que usted y yo escribimos, en todos los hilos, y una respuesta en curso termina. "
    "Los mensajes quedan en Slack hasta que usted los borre allí.",
)
FORGET_YES = Bilingual(en="Forget", es="Olvidar")
FORGOTTEN = Bilingual(
    en="Forgotten. The messages stay in Slack until you delete them there.",
    es="Olvidado. Los mensajes quedan en Slack hasta que usted los borre allí.",
)
TRY = Bilingual(en="People ask:", es="La gente pregunta:")
LANGUAGE = Bilingual(en="Language of answers", es="Idioma de las respuestas")
LIKE_QUESTION = Bilingual(en="As the question", es="El de la pregunta")
STATUS = Bilingual(en="Status", es="Estado")
ALL_WELL = Bilingual(en="Working", es="Funciona")
NO_SEARCH = Bilingual(
    en="The search of the law is down: answers can miss parts",
    es="La búsqueda en la ley no funciona: a las respuestas les pueden faltar partes",
)
WITH_MODEL = Bilingual(
    en="a language model explains, every sentence checked",
    es="un modelo de lenguaje explica, con cada frase controlada",
)
WITHOUT_MODEL = Bilingual(
    en="without a language model: the law itself", es="sin modelo de lenguaje: la ley misma"
)
CORPUS = Bilingual(en="Law text", es="Texto de la ley")


def say(text: Bilingual, lang: ReplyLang, between: str = " / ") -> str:
    """Give a text in a language; both, English first, where it is neither."""
    return f"{text.en}{between}{text.es}" if lang == "en+es" else text[lang]


def one_language(lang: ReplyLang) -> Lang:
    """Give the one language for what is written once, such as a button."""
    return "es" if lang == "es" else "en"
