"""Numbers others published, with their definitions kept: other questions, never the same test."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PublishedTriad:
    """Shares of answers, in per cent, as the study gives them; ``exact`` when none is about."""

    name: str
    accurate: float
    incomplete: float
    hallucinated: float
    n: int
    exact: bool = True


STANFORD = (
    PublishedTriad("Lexis+ AI", 65, 18, 17, 202),
    PublishedTriad("Westlaw AI-Assisted Research", 42, 25, 33, 202, exact=False),
    PublishedTriad("Ask Practical Law AI", 19, 62, 17, 202, exact=False),
)
"""Magesh et al., Hallucination-Free?, J. Empirical Legal Studies 22 (2025)."""


@dataclass(frozen=True)
class PublishedFigure:
    """One figure of another study: what was measured, of what, and where it stands."""

    what: str
    value: str
    source: str


FIGURES = (
    PublishedFigure(
        "Questions that got both verdicts in 20 repeats at temperature 0",
        "gpt-4o 43 %, claude-3.5 11 %, gemini-1.5 50 %",
        "Blair-Stanek & Van Durme 2025, 500 legal questions",
    ),
    PublishedFigure(
        "Citations: statements borne out / citations that bear one out",
        "74 % / 73 %",
        "ALCE 2023, ChatGPT on ASQA",
    ),
    PublishedFigure(
        "Immigration questions answered fully right", "24.8 % (n = 101)", "ImmigrationQA 2026"
    ),
    PublishedFigure(
        "Harmless prompts refused, without and with a guard prompt",
        "1.6 % and 18.8 % (n = 250)",
        "XSTest, Mistral-instruct",
    ),
)
