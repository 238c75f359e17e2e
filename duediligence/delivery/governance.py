"""An appropriate policy document, an impact assessment and an equality note, filled from the home.

Data Protection Act 2018 Sch 1 paras 38 to 41, UK GDPR art.35, Equality Act 2010 s.149, Northern
Ireland Act 1998 s.75.
"""

import hashlib
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from duediligence.casework.retention_rules import rules
from duediligence.errors import Invalid
from duediligence.law.governance import GovernanceKind, HomeUse, load_governance
from duediligence.law.personal_insolvency import load_keeping_periods
from duediligence.law.regimes import Regime, find_regime
from duediligence.model.audit import ROLES, Action, is_action_allowed
from duediligence.model.suppliers import RegimeCode
from duediligence.render.templating import fill, resource
from duediligence.render.wording import uk_day
from duediligence.screening.access import use_case
from duediligence.screening.lists.shown import ListView, list_views
from duediligence.screening.registers import statuses
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.alerts import AlertQuery
from duediligence.text.dates import months_after
from duediligence.version import __version__
from duediligence.writing import make_folder, storing, write_text

# What each role may see or do, as the columns of a table.
_RIGHTS: dict[str, Action] = {
    "see months of birth": "see birth dates",
    "see restricted records": "see restricted records",
    "decide": "decide",
    "write files": "export",
    "read intelligence": "handle intelligence",
    "change settings": "change settings",
}


@use_case("make reports", event="report made")
def governance_document(workspace: Workspace, kind: GovernanceKind) -> str:
    """Return the document as a page to open in a browser or in Word, recorded.

    It names no person and no supplier. Raises StorageError.
    """
    html = _render_governance(workspace, kind)
    digest = hashlib.sha256(html.encode()).hexdigest()
    what = {"document": kind, "sha256": digest}
    workspace.record("report made", what, subject="governance")
    return html


@use_case("make reports", event="report made")
def write_governance(workspace: Workspace, folder: Path) -> list[Path]:
    """Write all three into a folder, each recorded. Raises Invalid, StorageError."""
    if folder.exists() and not folder.is_dir():
        raise Invalid(f"{folder} is not a folder", field="folder")
    with storing(folder):
        make_folder(folder)
    written = []
    for one in load_governance().document:
        written.append(folder / f"{one.id}.html")
        write_text(written[-1], governance_document(workspace, one.id))
    return written


def _render_governance(workspace: Workspace, kind: GovernanceKind) -> str:
    settings, table, css = (
        workspace.settings,
        load_governance(),
        resource("referral.css") + resource("register.css"),
    )
    lists = [one for one in list_views(workspace).lists if one.in_use]
    suppliers = workspace.suppliers.all()
    today = uk_day(workspace.now())
    laws = Counter(
        find_regime(contract, today, settings.buyer_facts).regime
        for supplier in suppliers
        for contract in supplier.contracts
    )
    restricted = _count_restricted_entries(workspace, lists)
    alerts = workspace.casework.alerts.counts(AlertQuery(on=today, restricted=True)).total()
    uses = {"", *_list_uses(workspace, lists), *_list_laws(workspace, laws)}
    if restricted or alerts or settings.store_restricted:
        uses.add("restricted")
    people = [person for one in suppliers for person in one.people]
    accounts = Counter(settings.users.values())
    registers = [one.register.replace("-", " ") for one in statuses(workspace) if one.version]
    return fill(
        "governance.html.jinja",
        kind=kind,
        about={one.id: one for one in table.document}[kind],
        settings=settings,
        made_at=workspace.now(),
        version=__version__,
        uses=uses,
        laws=Counter({one.short: n for one, n in laws.items()}),
        restricted=restricted,
        restricted_alerts=alerts,
        periods=load_keeping_periods(),
        table=table,
        printed=lambda rows: [one for one in rows if one.only_if in uses],
        suppliers=len(suppliers),
        people=len(people),
        born=sum(person.birth_date is not None for person in people),
        review_by=months_after(today, 12),
        lists=[(one, workspace.watchlist(one.status.list_id).location) for one in lists],
        registers=registers
        + ["Companies House, asked online"] * bool(settings.companies_house_key),
        rights=list(_RIGHTS),
        roles=[
            (role, accounts[role], [is_action_allowed(role, one) for one in _RIGHTS.values()])
            for role in ROLES
        ],
        rules=rules(settings.retention, workspace.extensions).values(),
        css=css,
        digest=b64encode(hashlib.sha256(css.encode()).digest()).decode(),
    )


def _count_restricted_entries(workspace: Workspace, lists: list[ListView]) -> int:
    """Return how many entries are restricted: all of a list that is kept apart, some of a register
    of one's own, and none of another published list.
    """
    found = 0
    for version in filter(None, (one.status.version for one in lists)):
        watchlist = workspace.watchlist(version.list_id)
        if watchlist.kept_apart:
            found += version.entries
        elif watchlist.location:
            records = (entry.record for entry in workspace.lists.entries(version))
            found += sum(one is not None and one.handling == "restricted" for one in records)
    return found


def _list_laws(workspace: Workspace, laws: Iterable[Regime]) -> Iterator[HomeUse]:
    """Yield whether the duties of Procurement Act 2023 ss.26 to 28 may reach the contracts here,
    and whether others are under another law; both where that is not known.
    """
    facts = workspace.settings.buyer_facts
    nation: RegimeCode = "scotland" if facts.nation == "Scotland" else "unknown"
    codes = {one.code for one in laws} or {facts.regime or nation}
    if codes & {"pa23", "unknown"}:
        yield "pa23"
    if codes - {"pa23"}:
        yield "other-law"


def _list_uses(workspace: Workspace, lists: list[ListView]) -> Iterator[HomeUse]:
    settings = workspace.settings
    if workspace.casework.owned_rows().get("sharing"):
        yield "sharing"
    if any(workspace.watchlist(one.status.list_id).kept_apart for one in lists):
        yield "insolvency"
    if settings.notify_mail_to or settings.webhook_url:
        yield "files"
    if settings.buyer_nation in ("", "Northern Ireland"):
        yield "northern-ireland"
    if settings.buyer_nation != "Northern Ireland":
        yield "great-britain"
