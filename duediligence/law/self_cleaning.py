"""What to weigh, and what to do first, before a ground is found to apply: section 58."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of Procurement Act 2023 s.58(1), as a question to the officer."""

    reference: str
    title: str
    question: str


FACTORS = (
    Factor(
        "s.58(1)(a)",
        "Taken seriously",
        "What shows that the supplier has taken it seriously, for example by paying compensation?",
    ),
    Factor(
        "s.58(1)(b)",
        "Steps taken",
        "What has it changed so that it does not happen again: people, procedures, training?",
    ),
    Factor(
        "s.58(1)(c)",
        "Commitments and access",
        "What has it promised, and what may you see or ask for to verify that?",
    ),
    Factor(
        "s.58(1)(d)",
        "Time since",
        "How long is it since the circumstances last occurred?",
    ),
    Factor(
        "s.58(1)(e)",
        "Anything else",
        "What other evidence, explanation or factor is there that you think should count?",
    ),
)

REMINDERS = (
    Factor(
        "s.58(2)",
        "Hear the supplier first",
        "Has the supplier had a reasonable chance to make representations and give evidence, "
        "before you decide whether a ground applies and is likely to recur?",
    ),
    Factor(
        "s.58(3)",
        "Ask only for what is proportionate",
        "Is the evidence you ask for in proportion to the matter and to the contract?",
    ),
)
