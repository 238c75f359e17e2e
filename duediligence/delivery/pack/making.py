"""A pack of evidence, made."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path

from duediligence.casework.disclosure import count_reports_about
from duediligence.casework.queue import rules_of
from duediligence.casework.signing_keys import fetch_time_stamp, signing_key
from duediligence.delivery.pack.about import DecisionRules, PackManifest, SinceThen, runs_of
from duediligence.delivery.pack.case import Case, case_of, incomplete_of, newest_run, records_about
from duediligence.delivery.pack.comparing import find_compared_answers, looked_up
from duediligence.delivery.pack.container import seal_pack
from duediligence.delivery.pack.contents import AUDIT, Contents, contents_of, files_of
from duediligence.delivery.pack.page import with_pages
from duediligence.delivery.pack.people import (
    as_disclosed,
    find_shared_between_bidders,
    redact_shared,
)
from duediligence.delivery.pack.verifying import Verified, verify_bytes
from duediligence.errors import NotFound, TimeStampFailed, UsageError
from duediligence.matching import MATCHER_VERSION
from duediligence.model import Party
from duediligence.render import RENDERER_VERSION
from duediligence.screening.access import use_case
from duediligence.screening.lookup.parties import parties
from duediligence.screening.workspace import Workspace
from duediligence.version import __version__
from duediligence.writing import replace_file


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRequest:
    """What the pack is to be of: a supplier by reference, in a run (or the newest), or a contract.

    `people` says that they are named.
    """

    supplier: str = ""
    run: str = ""
    contract: str = ""
    people: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PackResult:
    """The pack that was written: its hash, and what of it does not follow from what it holds.

    `incomplete` tells, by the supplier's reference, what was not checked. `not_stamped` says why
    there is no time-stamp, where the settings ask for one.
    """

    sha256: str
    suppliers: tuple[str, ...]
    not_screened: tuple[str, ...]
    incomplete: Mapping[str, str]
    notes: tuple[str, ...]
    not_stamped: str = ""


@use_case("make reports", event="report made")
def make(workspace: Workspace, asked: PackRequest, path: Path) -> PackResult:
    """Write the pack, whole or not at all, and record it in the audit chain.

    Raises UsageError where there is nothing to pack, StorageError.
    """
    contents, incomplete = disclosed_contents(workspace, asked)
    body, not_stamped = _build_pack(workspace, asked, contents)
    digest = write_recorded(workspace, asked, contents, body, path)
    return PackResult(
        sha256=digest,
        suppliers=tuple(case.supplier.ref for case in contents.cases),
        not_screened=contents.not_screened,
        incomplete=incomplete,
        notes=tuple(_list_verification_notes(verify_bytes(body, path.name))),
        not_stamped=not_stamped,
    )


def disclosed_contents(
    workspace: Workspace, asked: PackRequest
) -> tuple[Contents, Mapping[str, str]]:
    """Return what is packed, as its readers may see it; and what was not checked, by the reference.

    As somebody who reads the files of the pack has it: a page is made of nothing else. Raises
    UsageError where there is nothing to pack, StorageError.
    """
    whole, not_screened = _list_pack_cases(workspace, asked)
    bidders = {case.supplier.ref: _list_case_parties(case) for case in whole}
    contents = Contents(
        cases=tuple(
            as_disclosed(
                case,
                people=asked.people,
                reports=count_reports_about(workspace, [case.supplier.ref]),
            )
            for case in whole
        ),
        shared=tuple(
            redact_shared(one, people=asked.people) for one in find_shared_between_bidders(bidders)
        )
        if len(whole) > 1
        else (),
        not_screened=not_screened,
    )
    return contents_of(files_of(contents), len(contents.cases)), incomplete_of(whole)


def write_recorded(
    workspace: Workspace,
    asked: PackRequest,
    contents: Contents,
    body: bytes,
    path: Path,
    *,
    form: str = "",
) -> str:
    """Write the file, whole or not at all, and record it for each supplier; its SHA-256 in hex.

    `form` is recorded where the file is no pack. Raises StorageError.
    """
    digest = sha256(body).hexdigest()
    with replace_file(path) as temporary:
        temporary.write_bytes(body)
        # Before the file takes its place: there is none without its record.
        record_pack_made(workspace, asked, contents, digest, form=form)
    return digest


def record_pack_made(
    workspace: Workspace, asked: PackRequest, contents: Contents, digest: str, *, form: str
) -> None:
    """Record for each supplier that a file with that SHA-256 was made. Raises StorageError."""
    for case in contents.cases:
        _record_pack(workspace, asked, case, digest, form)


def _list_pack_cases(
    workspace: Workspace, asked: PackRequest
) -> tuple[tuple[Case, ...], tuple[str, ...]]:
    if not asked.contract:
        run_id = asked.run or newest_run(workspace, asked.supplier)
        return (_find_pack_case(workspace, asked.supplier, run_id),), ()
    bidders = [s.ref for s in workspace.suppliers.all() if asked.contract in s.contract_titles]
    runs = workspace.screened.newest()
    screened = [ref for ref in bidders if ref in runs]
    if not screened:
        raise NotFound(
            f"No supplier of contract {asked.contract!r} was screened"
            if bidders
            else f"No supplier has the contract {asked.contract!r}",
            hint="Enter it exactly as in the contract column of the supplier file.",
        )
    return (
        tuple(_find_pack_case(workspace, ref, runs[ref]) for ref in screened),
        tuple(ref for ref in bidders if ref not in runs),
    )


def _find_pack_case(workspace: Workspace, ref: str, run_id: str) -> Case:
    case = case_of(workspace, ref, run_id)
    forms = workspace.supplier_information.history(ref)
    return replace(case, answers=find_compared_answers(case, forms))


def _list_case_parties(case: Case) -> tuple[Party, ...]:
    if case.run.basis is None:
        return parties(case.supplier)
    return looked_up(case, case.run.basis)


def _build_pack(workspace: Workspace, asked: PackRequest, contents: Contents) -> tuple[bytes, str]:
    """Return the pack, and why it has no time-stamp, where the settings ask for one."""
    key = signing_key(workspace)  # first: its record is before the head that the pack states
    records = records_about(workspace, contents.cases)
    beside = {AUDIT: "".join(record.line() + "\n" for record in records).encode()}
    if asked.people:
        beside |= _collect_register_evidence(workspace, contents.cases)
    about = about_of(workspace, asked, contents)
    document, files = about.document(), with_pages(contents, about, beside)
    if not workspace.settings.timestamp_url:
        return seal_pack(document, files, key), ""
    try:
        return seal_pack(document, files, key, partial(fetch_time_stamp, workspace)), ""
    except (TimeStampFailed, UsageError) as error:
        # A pack without is worth having; an authority that is away must not stop one.
        hint = f" {error.hint}" if error.hint else ""
        return seal_pack(document, files, key), f"{error.message}.{hint}"


def about_of(workspace: Workspace, asked: PackRequest, contents: Contents) -> PackManifest:
    """Return who makes it now, with what, and of what."""
    return PackManifest(
        made_at=workspace.now(),
        made_by=workspace.who,
        tool=__version__,
        matcher=MATCHER_VERSION,
        renderer=RENDERER_VERSION,
        people=asked.people,
        contract=asked.contract,
        audit_head=workspace.audit.head(),
        decision_rules=DecisionRules.of(
            rules_of(workspace),
            {one.by for case in contents.cases for each in case.alerts for one in each.decisions},
        ),
        suppliers=tuple(case.supplier.ref for case in contents.cases),
        runs=runs_of(contents.cases),
        since=tuple(
            _list_changes_since_run(workspace, [case.supplier.ref for case in contents.cases])
        ),
    )


def _list_changes_since_run(workspace: Workspace, refs: Sequence[str]) -> Iterator[SinceThen]:
    merged, today = workspace.suppliers.merged(), workspace.now().date()
    for ref in refs:
        supplier = workspace.suppliers.get(ref)
        ended = supplier.ended if supplier and supplier.ended and supplier.ended <= today else None
        if ref in merged or ended:
            yield SinceThen(ref, ended, merged.get(ref, ""))


def _collect_register_evidence(workspace: Workspace, cases: Sequence[Case]) -> dict[str, bytes]:
    """Return the register's answers behind the dossiers, as far as they are still kept."""
    from duediligence.fetch.evidence import Evidence

    held = Evidence(workspace.settings.home / "companies-house")
    found = {}
    for case in cases:
        for source in case.compared.dossier.sources if case.compared.dossier else ():
            kept = held.exact(source.address, source.sha256) if source.sha256 else None
            if kept:
                found[f"evidence/{source.sha256}.json"] = kept.body.encode()
    return found


def _list_verification_notes(verified: Verified) -> Iterator[str]:
    """Yield what somebody who verifies the pack will be told, said to its maker first."""
    yield from verified.differences
    for ref, outcome in verified.outcomes.items():
        yield from (f"{ref}: {line}" for line in outcome.differences)
        if outcome.cannot:
            yield f"{ref}: {outcome.cannot}"


def _record_pack(
    workspace: Workspace, asked: PackRequest, case: Case, digest: str, form: str
) -> None:
    what: Mapping[str, str | int] = {
        "sha256": digest,
        "run": case.run.id,
        "people": "included" if asked.people else "left out",
        "contract": asked.contract,
        "findings": len(case.findings),
        **({"form": form} if form else {}),
    }
    workspace.record("report made", what, case.supplier.ref)
