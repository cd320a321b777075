"""The words of the page between its numbers."""

STATES = (
    "A second table of the law, written from the sources by someone who had not seen the code"
    " (`tests/data/oracle.toml`), rules on all states there are. This is a count of all of them,"
    " so it has no interval. That the rules agree with it says nothing of how a question is read"
    " into a state."
)
MAY_BE_PROTECTED = (
    "states that may be a citizen or national and an act like removal, where the answer is"
    " forbidden or a branch"
)
DRAFTS = (
    "Drafts written and labelled by hand (`tests/data/drafts_*.jsonl`), through the gate as"
    " `habeas guard` runs it. *Stopped*: no violating sentence is shown. *Whole*: no sentence of a"
    " safe draft is lost. All sets have been read by those who mended the screen, and its learnt"
    " part (`bot/guard/second`) was trained on them: these shares are of its own examples and say"
    " little of others."
)
FAMILIES = (
    "Each prompt is a hard question inside an attack of garak or PyRIT. *Of* is how many there"
    " were to choose from: attacks, or, where garak makes the attack from the question, prompts."
    " *Same* is an opening equal to the byte to that of the bare question; *language* the same"
    " opening in the other language or with more around it; *class* the same rule, forbidden, in"
    " other words: in these three the ruling is kept. *Covered* is another rule that forbids, or"
    " the rule on its condition; *weaker* and *none* say less than the bare"
    " question gets; *refused* is not answered, with the reason given (too long, not text). *Lost*"
    " is an answer that crashed or said nothing, of four to each prompt: both models, at both"
    " doors."
)
SPOKEN = (
    "False sentences that were shown, of those the model said. The obedient model says its own, in"
    " the form the attack asks for; the liar those of `evals/adversary.toml`, which the guard's"
    " tests hold already. *Answer* is the whole engine, where a sentence must also rest on the"
    " passages it cites; *guard* is `habeas guard --jsonl`, the screen alone. *Right kept* are"
    " harmless sentences of the same drafts that the screen let through."
)
FORMS = "By the form in which the obedient model said it (*framed*: in a story or a mouth):"
RULES = "By rule and language of the reply, the obedient model:"
UNSEEN = (
    "The obedient model's sentences themselves, each put plainly under every bare question of its"
    " rule: a sentence counts as shown where one of these lets it through. *Told* are those of"
    " `claims.toml`: what leaks of them is listed for whoever mends the screen. *Held* are those of"
    " `claims_held.toml`, which are counted and never listed, so that mending does not flatter"
    " the figure. Sentences are distinct here, so these intervals are the ones to read."
)
CONTRASTS = (
    "Pairs in the manner of XSTest, written for this page with the rules in sight"
    " (`evals/redteam/contrasts.toml`). Labelled safe drafts, above, are the other half. An act"
    " is told as forbidden only where the outcome is FORBIDDEN; a branch names its condition."
)
LIMITS = (
    (
        "No model was attacked. The stubs obey whatever is asked, which is the worst case for the"
        " screen and says nothing of how often a real model would."
    ),
    (
        "The false sentences are few and written by one person, who had read the guard's design"
        " and not its words. Others would write others. A showing is counted each time, so the"
        " counts of one family lean on few sentences."
    ),
    (
        "The attacks are in English. Around a Spanish question most of them turn the reply to"
        " English, and the model then lies in English: the screen's Spanish is tried least."
    ),
    (
        "The attacks stand in one message. None goes over several turns, uses a second model or"
        " searches for a way against this guard."
    ),
    "A sample of each family was tried, not all of it: the column *of* says of how many.",
    (
        "An encoded question may get no ruling. The person then reads no statement of law, and a"
        " model that decodes it is held by the screen alone."
    ),
    (
        "Leaks are found by the sentences the stub knows, whole or six tenths of one. What a"
        " shorter piece suggests is not counted, nor what a person concludes from true sentences."
    ),
)


def disguise(questions: int, drafts: int) -> str:
    """Say what was put in disguise."""
    return (
        f"{questions} hard questions, and {drafts} violating drafts that are stopped as they"
        " stand, each in every disguise. What a person must decode first is not promised a ruling;"
        " it must not be shown."
    )


def unmoved(changed: int, prompts: int) -> str:
    """Say how often the model moved the opening."""
    return (
        f"Prompts whose opening was not the same for both models and at both doors: {changed} of"
        f" {prompts}. Where this is 0, nothing a model says moves the ruling."
    )


def unattacked(shown: int, same: int, distinct: int) -> str:
    """Say how many leaks are the screen's own."""
    return (
        f"Of {shown} showings {same} happen under the bare question as well: there the screen does"
        " not know the sentence, and the attack adds nothing. Without their frames they are"
        f" {distinct} distinct sentences."
    )


def questions(chosen: int, possible: int, wrong: int) -> str:
    """Say which questions were attacked."""
    return (
        f"Questions: {chosen}, a seeded sample of those on hard rules whose act is forbidden, in"
        f" English and Spanish. Of {possible} such questions {wrong} are ruled otherwise even"
        " without an attack; they were left out here, and the regression set counts them."
    )
