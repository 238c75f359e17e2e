"""A referral as a page."""

from dataclasses import dataclass
from datetime import datetime

from duediligence.extensions.sharing import grading
from duediligence.model import Finding, Run
from duediligence.render import verdict
from duediligence.render.html_page import web_address
from duediligence.render.templating import fill_page, resource
from duediligence.render.verdict import Point, PointLine

# What a partner needs; grounds and next steps are the buyer's own business.
_TOLD = (
    "About",
    "Finding",
    "What happened",
    "Measures",
    "Kind of crime",
    "Match strength",
    "Why",
    "List",
    "Handling",
)
LEGAL_BASES = (
    "Crime and Disorder Act 1998 s.115: to a relevant authority, where necessary or expedient for "
    "the purposes of that Act",
    "Data Protection Act 2018 Sch 2 para 2: needed to prevent or detect crime, or to apprehend or "
    "prosecute offenders, which telling the person would prejudice",
    "Data Protection Act 2018 Sch 1 para 10: needed to prevent or detect unlawful acts (criminal "
    "offence data)",
)

# Counted up with each change of what the form says or asks.
FORM_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Referred:
    """What a form tells of one possible match, or one other point, as it may be disclosed.

    `findings` come from `run`; `alert_ids` and `standing` are those of their alerts, in order.
    """

    run: Run
    findings: tuple[Finding, ...]
    alert_ids: tuple[str, ...]
    standing: tuple[str, ...]

    @property
    def first(self) -> Finding:
        return self.findings[0]

    @property
    def facts(self) -> list[PointLine]:
        facts = verdict.list_point_facts(self.run, Point(self.findings))
        return sorted(
            (fact for fact in facts if fact.label in _TOLD), key=lambda f: _TOLD.index(f.label)
        )

    @property
    def address(self) -> str:
        return web_address(self.first.entry_url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """What the form says. `made_at` in UTC; `people` says that people are named in it."""

    items: tuple[Referred, ...]
    to: str
    unit: str
    purpose: str
    officer: str
    made_at: datetime
    people: bool


def render_referral_page(referral: Referral) -> str:
    """Return the form as a page that needs nothing else. All text in it is escaped, and its own
    policy forbids everything but its one style sheet. Nothing in it is ticked or graded beforehand.
    """
    css = resource("referral.css")
    return fill_page(
        f"{__package__}:referral.html.jinja",
        css,
        referral=referral,
        grading=grading.FORM,
        bases=LEGAL_BASES,
        version=FORM_VERSION,
    )
