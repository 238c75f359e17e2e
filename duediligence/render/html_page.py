"""A run as a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from urllib.parse import urlsplit

from markupsafe import Markup

from duediligence.law.grounds import FACTORS, REMINDERS
from duediligence.model import Dossier, Run
from duediligence.model.declarations import grounds_of
from duediligence.render import matcher_change, verdict
from duediligence.render.dossier_section import render_section
from duediligence.render.network_drawing import network_section
from duediligence.render.network_graph import Neighbourhood
from duediligence.render.ownership_graph import People
from duediligence.render.scope import TITLE, list_hearings, scope_lines
from duediligence.render.set_aside import SetAsideShown, set_aside_shown
from duediligence.render.templating import fill_page, resource
from duediligence.render.wording import LIST_STATES, visible

# A page of more points than this is read by nobody, and slow in every browser.
LIMIT = 2_000
MOST_DOSSIERS = 200


def render_run_page(
    run: Run,
    dossiers: Mapping[str, Dossier] | None = None,
    *,
    people: People = "redacted",
    flagged: Mapping[str, Mapping[str, str]] | None = None,
    networks: Mapping[str, Neighbourhood] | None = None,
) -> str:
    """Return the page. Whatever came from a list or a supplier is escaped; only http and https
    addresses become links; the page's own policy forbids everything but its one style sheet. Of
    more than `LIMIT` points it shows the first, and says how many are left.

    `dossiers` are by the supplier's reference. People behind a supplier are shown by initials
    unless `people` is `shown`. `flagged` are the marks of those that may be on a list (see
    `find_match_marks`), where the run itself no longer names them. `networks` are by the reference,
    too, as they may be shown.
    """
    flagged = find_match_marks(run) if flagged is None else flagged
    parts = report_parts(run)
    reviewed = {group[0].first.supplier_ref for group in parts.groups}
    sections = {
        ref: render_section(dossier, flagged.get(ref, {}), people)
        for ref, dossier in list((dossiers or {}).items())[:MOST_DOSSIERS]
    }
    css = resource("report.css") + (resource("dossier.css") if sections else "")
    others = {ref: d.supplier.name for ref, d in (dossiers or {}).items() if ref in sections}
    if networks:
        css += resource("network.css")
        others |= {
            ref: one.network.nodes[one.starts[0]].label
            for ref, one in networks.items()
            if ref not in others
        }
        for ref, one in networks.items():
            sections[ref] = sections.get(ref, Markup()) + network_section(one)
    return fill_page(
        "report.html.jinja",
        css,
        **{each.name: getattr(parts, each.name) for each in fields(parts)},
        scope_title=TITLE,
        new_matcher_title=matcher_change.TITLE,
        factors=(*FACTORS, *REMINDERS),
        list_states=LIST_STATES,
        facts=verdict.list_point_facts,
        web_address=web_address,
        readings=run.readings,
        sections=sections,
        others=[(ref, name) for ref, name in others.items() if ref not in reviewed],
        unshown=max(0, len(dossiers or {}) - MOST_DOSSIERS),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportParts:
    """What a page says of a run, in the order in which it says it; empty where there is nothing.

    `groups` are the points to review, those of one supplier together, at most LIMIT of them:
    `more` are left, of `suppliers` in all. `checked` lists were searched in a copy that is fresh
    enough, `unused` were not. `grounds_named`: a possible ground is named, so that the page says
    what the law asks an officer to consider: `weighs_factors` of the Act, `hearings` of other
    laws. `new_matcher` says what another matcher than before
    made of alerts, `by_matcher` of each. `set_aside` are the matches that raise no alert.
    """

    run: Run
    warning: str
    gaps: Sequence[verdict.Gap]
    withheld: str
    headline: str
    compared: str
    scope: Sequence[str]
    groups: Sequence[Sequence[verdict.Point]]
    grounds_named: bool
    weighs_factors: bool
    hearings: Sequence[str]
    suppliers: int
    more: int
    checked: int
    unused: str
    new_matcher: str
    by_matcher: Sequence[str]
    set_aside: SetAsideShown


def report_parts(run: Run) -> ReportParts:
    """Return what a page says of a run as it may be shown."""
    points = verdict.points(run)
    return ReportParts(
        run=run,
        warning=verdict.warning(run),
        gaps=verdict.gaps(run),
        withheld=verdict.format_withheld_note(run),
        headline=verdict.headline(run),
        compared=verdict.format_run_coverage(run),
        scope=scope_lines(run),
        groups=verdict.by_supplier(points[:LIMIT]),
        grounds_named=any(f.possible_grounds for f in run.findings),
        # Section 58 is for grounds of the Act, whichever regime takes them over.
        weighs_factors=any(grounds_of(f) for f in run.findings),
        hearings=list_hearings(run),
        suppliers=len(verdict.by_supplier(points)),
        more=max(0, len(points) - LIMIT),
        checked=len(verdict.find_current_lists(run)),
        unused=verdict.format_unused_lists(run),
        new_matcher=matcher_change.headline(run),
        by_matcher=matcher_change.list_matcher_changes(run, LIMIT),
        set_aside=set_aside_shown(run),
    )


def web_address(url: str) -> str:
    """Return the address where it is a plain http or https one, else an empty string."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    sound = parts.scheme in ("http", "https") and parts.hostname and not parts.username
    return url if sound and visible(url) == url and " " not in url else ""


def find_match_marks(run: Run) -> dict[str, dict[str, str]]:
    """Return the word that marks each party, by name, that may be on a list; by supplier's
    reference.
    """
    found: dict[str, dict[str, str]] = {}
    for finding in reversed(run.findings):
        if finding.score is not None:
            word = f"possible {finding.topic} match"
            found.setdefault(finding.supplier_ref, {})[finding.subject_name] = word
    return found
