"""A pack of evidence, verified: its bytes, who signed it, and what it says derived again."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from duediligence.delivery.pack.about import PackManifest, read_pack_manifest, runs_of, says_more
from duediligence.delivery.pack.case import incomplete_of
from duediligence.delivery.pack.comparing import ComparedCase, compared_again, looked_up
from duediligence.delivery.pack.container import (
    NO_STAMP,
    UNSIGNED,
    Opened,
    StampOutcome,
    compared_stamp,
    open_pack,
    opened_bytes,
)
from duediligence.delivery.pack.contents import AUDIT, BIDDERS, Contents, contents_of
from duediligence.delivery.pack.facts import different_in_flags, different_in_page
from duediligence.delivery.pack.page import FLAGS, PAGE, with_pages
from duediligence.delivery.pack.people import find_shared_between_bidders
from duediligence.delivery.pack.records import ComparedRecords, compared_records, without_alert
from duediligence.errors import Hint, Invalid, OptionRemark, StorageError
from duediligence.matching import MATCHER_VERSION
from duediligence.model.audit import AuditRecord
from duediligence.model.audit import find_audit_problem as verify_chain
from duediligence.progress import SILENT, Progress, track_progress
from duediligence.reading import read_whole_file, regular
from duediligence.render import RENDERER_VERSION
from duediligence.render.output import Line
from duediligence.render.templating import TemplateError
from duediligence.render.wording import visible
from duediligence.signing import PublicKey
from duediligence.text.wording import count
from duediligence.version import __version__

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

Answer = Literal[
    "authentic and same",
    "same but of unknown origin",
    "whole, not derived again",
    "different",
    "damaged",
]
Signed = Literal["by a trusted key", "by an unknown key", "by a key not in use then", "not at all"]

# What no pack can show, said whenever one is verified.
NOT_SHOWN = (
    "that the lists held nothing more about the supplier: the pack has only the entries that "
    "were compared, and the hash of each list",
    "that the matches that were set aside are all, and rightly so: they are as the run kept them, "
    "without the list entries",
    "that whoever holds the signing key made it on the day that it states: compare its SHA-256 "
    "with the record 'report made' in the audit chain of its maker, and the chain with a head that "
    "was kept elsewhere",
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Who signed the pack: `key` is the id of the key, empty where nobody signed."""

    signed: Signed
    key: str = ""

    @property
    def words(self) -> str:
        """In a sentence."""
        match self.signed:
            case "by a trusted key":
                return f"Signed by key {self.key}, which you named as trusted."
            case "by an unknown key":
                return f"Signed by key {self.key}, which you did not name as trusted."
            case "by a key not in use then":
                return f"Signed by key {self.key}, which was not in use when the pack says."
        return "Not signed: anyone may have made it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What came of it. `damaged` are files by name, with what is wrong; then nothing else is said.

    `outcomes` are by the supplier's reference. `incomplete` tells what was not checked when it was
    screened, `differences` are those beside the findings, `not_derived` what beside them could not
    be compared. `with_key` and `with_roots` say that the verifier named trusted keys, and roots of
    a time-stamp authority. `notes` are no differences.
    """

    sha256: str
    made_at: str = ""
    made_by: str = ""
    tool: str = ""
    audit_head: str = ""
    files: int = 0
    origin: Origin = Origin("not at all")
    with_key: bool = False
    stamp: StampOutcome = NO_STAMP
    with_roots: bool = False
    damaged: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, ComparedCase] = field(default_factory=dict)
    incomplete: Mapping[str, str] = field(default_factory=dict)
    differences: tuple[str, ...] = ()
    not_derived: tuple[str, ...] = ()
    withheld: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def answer(self) -> Answer:
        """Return the one answer; where some of it was not derived again, `origin` tells who
        signed.
        """
        if self.damaged:
            return "damaged"
        if self.differences or any(one.differences for one in self.outcomes.values()):
            return "different"
        if self.not_derived or any(one.cannot or one.not_derived for one in self.outcomes.values()):
            return "whole, not derived again"
        trusted = self.origin.signed == "by a trusted key"
        return "authentic and same" if trusted else "same but of unknown origin"

    @property
    def exit_code(self) -> int:
        """Return 0 same, 1 different, 3 not derived, 4 damaged; 5 where keys were named as trusted
        and none of them signed it, or roots and no time-stamp verifies to them. Without keys the
        origin is not asked for.
        """
        match self.answer:
            case "damaged":
                return 4
            case "different":
                return 1
        unknown = self.with_key and self.origin.signed != "by a trusted key"
        if unknown or (self.with_roots and not self.stamp.verified):
            return 5
        return 3 if self.answer == "whole, not derived again" else 0


LARGEST_CHAIN = 1_000_000_000

"""Bytes of an exported chain."""

Roots = Sequence["Certificate"] | None


def verify_pack(
    path: Path,
    keys: Iterable[PublicKey] = (),
    roots: Roots = None,
    *,
    chain: Path | None = None,
    progress: Progress = SILENT,
) -> Verified:
    """Verify the pack at `path`, asking nothing but the file.

    `keys` are those that are trusted, `roots` those of time-stamp authorities (None: not named).
    `chain` is the exported audit chain of its maker, which must say that this pack was made.
    Raises UsageError for what is no pack, and where roots are named and rfc3161-client is not
    installed; StorageError for a pack that cannot be read at all.
    """
    if chain is not None:
        regular(chain)
    pack = open_pack(path)
    verified = _verify_opened_pack(pack, path.name, tuple(keys), roots, progress)
    if chain is None or verified.damaged:
        return verified
    more = _not_registered(chain, pack.sha256, pack.files.get(AUDIT, b""))
    return replace(verified, differences=(*verified.differences, *more))


def verify_bytes(
    data: bytes, name: str, keys: Iterable[PublicKey] = (), roots: Roots = None
) -> Verified:
    """Return `verify_pack` for a pack in memory, of which errors tell under that name."""
    return _verify_opened_pack(opened_bytes(data, name), name, tuple(keys), roots)


def _verify_opened_pack(
    pack: Opened,
    name: str,
    keys: tuple[PublicKey, ...],
    roots: Roots,
    progress: Progress = SILENT,
) -> Verified:
    if pack.damaged:
        return Verified(
            sha256=pack.sha256,
            files=len(pack.files),
            with_key=bool(keys),
            with_roots=roots is not None,
            damaged=pack.damaged,
        )
    try:
        return _compare_pack_contents(pack, name, keys, roots, progress)
    except _UNREADABLE as error:
        # What is in it was written by anybody.
        raise StorageError(
            f"{name}: what is in it cannot be compared: {type(error).__name__}: {error}",
            hint="Do not rely on it. Ask whoever made it for another copy.",
        ) from error


# What odd values make the renderer, the checks and the matcher raise.
_UNREADABLE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    TemplateError,
    msgspec.MsgspecError,
)


def _compare_pack_contents(
    pack: Opened, name: str, keys: tuple[PublicKey, ...], roots: Roots, progress: Progress
) -> Verified:
    about = read_pack_manifest(pack.manifest, name)
    contents = contents_of(pack.files, len(about.suppliers))
    with progress.task("Deriving the findings of each supplier", len(contents.cases)) as task:
        cases = track_progress(contents.cases, task)
        outcomes = [(case, compared_again(case, people=about.people)) for case in cases]
    records = (
        compared_records(pack.files[AUDIT], contents.cases, about)
        if AUDIT in pack.files
        else ComparedRecords()
    )
    remade = _compare_remade_files(pack, about, contents)
    withheld = Counter(records.withheld)
    for _, outcome in outcomes:
        withheld.update(outcome.kinds)
    stamp = compared_stamp(pack, about.made_at, roots)
    bidders = list(_compare_shared_bidders(contents, people=about.people))
    return Verified(
        sha256=pack.sha256,
        made_at=about.made_at.isoformat(),
        made_by=about.made_by,
        tool=about.tool,
        audit_head=about.audit_head,
        files=len(pack.files),
        origin=_identify_pack_signer(pack, about, keys),
        with_key=bool(keys),
        stamp=stamp,
        with_roots=roots is not None,
        outcomes={case.supplier.ref: outcome for case, outcome in outcomes},
        incomplete=incomplete_of(contents.cases),
        differences=(
            *_compare_pack_manifest(pack, about, contents),
            *records.differences,
            *_compare_policy_hashes(contents),
            *_check_evidence_hashes(contents, pack.files),
            *_find_missing_alerts(contents, about),
            *remade.differences,
            *bidders,
            *stamp.differences,
        ),
        not_derived=(*records.not_compared, *remade.not_derived),
        withheld=dict(withheld),
        notes=tuple(_describe_missing_answers(contents, pack.files) if about.people else ()),
    )


def _identify_pack_signer(pack: Opened, about: PackManifest, keys: tuple[PublicKey, ...]) -> Origin:
    """Return who signed; that the signature is sound is known from the container."""
    if pack.signed_by is None:
        return Origin("not at all")
    named = [key for key in keys if key.raw == pack.signed_by.raw]
    if any(key.in_use(about.made_at) for key in named):
        return Origin("by a trusted key", pack.signed_by.id)
    return Origin("by a key not in use then" if named else "by an unknown key", pack.signed_by.id)


def _compare_pack_manifest(pack: Opened, about: PackManifest, contents: Contents) -> Iterator[str]:
    """Yield what the manifest says, beside what the files say."""
    refs = tuple(case.supplier.ref for case in contents.cases)
    if about.suppliers != refs or len(set(refs)) != len(refs):
        yield "the manifest names other suppliers than the files"
    if about.runs != runs_of(contents.cases):
        yield "the manifest names other runs than the files"
    if not refs or (not about.contract and (len(refs) > 1 or contents.not_screened)):
        yield "the pack is of no supplier, or of several without a contract"
    for case in contents.cases:
        if about.contract and about.contract not in case.supplier.contract_titles:
            yield f"{case.supplier.ref}: it is no bidder for contract {about.contract!r}"
        if about.made_at < case.run.finished_at:
            yield f"{case.supplier.ref}: the pack was made before its run ended"
    if not set(refs).isdisjoint(contents.not_screened):
        yield "a bidder is screened and not screened"
    if pack.version != UNSIGNED:
        if about.decision_rules is None or not about.renderer:
            yield "the manifest names no renderer, or not how decisions counted"
        if _of_this_version(about) and says_more(pack.manifest, about):
            yield "the manifest says something else than this version writes in one"


def _of_this_version(about: PackManifest) -> bool:
    made_by = (about.renderer, about.tool, about.matcher)
    return made_by == (RENDERER_VERSION, __version__, MATCHER_VERSION)


@dataclass(slots=True)
class _Remade:
    differences: list[str] = field(default_factory=list)
    not_derived: list[str] = field(default_factory=list)


def _compare_remade_files(pack: Opened, about: PackManifest, contents: Contents) -> _Remade:
    """Return every file that is made of the others, made again: above all what people read."""
    found = _Remade()
    beside = {
        name: body
        for name, body in pack.files.items()
        if name == AUDIT or name.startswith(EVIDENCE)
    }
    again = with_pages(contents, about, beside)
    for name in sorted({*again, AUDIT} - pack.files.keys()):
        found.differences.append(f"{name}: it is missing")
    for name in sorted(pack.files.keys() - again.keys()):
        found.differences.append(f"{name}: it belongs to nothing in this pack")
    other = sorted(
        name for name in again.keys() & pack.files.keys() if again[name] != pack.files[name]
    )
    if _of_this_version(about):
        found.differences += [
            f"{name}: it is made otherwise from the other files" for name in other
        ]
        return found
    if pack.version != UNSIGNED:
        if PAGE in other:
            found.differences += [
                f"{PAGE}: {line}" for line in different_in_page(pack.files[PAGE], contents)
            ]
        # Data alone does not differ by what people read of it.
        found.differences += [
            f"{name}: it is not written as its contents are"
            for name in other
            if name not in (PAGE, FLAGS) and about.renderer == RENDERER_VERSION
        ]
    if FLAGS in other:
        found.differences += [
            f"{FLAGS}: {line}"
            for line in different_in_flags(
                pack.files[FLAGS], again[FLAGS], earlier=pack.version == UNSIGNED
            )
        ]
    if words := [name for name in other if name in (PAGE, FLAGS)]:
        compared = (
            "the facts that it carries as data are the same, and its words were not compared"
            if pack.version != UNSIGNED
            else "it carries no facts as data, and its words were not compared"
        )
        found.not_derived.append(
            f"{' and '.join(words)}: words made by version {about.tool} "
            f"(renderer {about.renderer or 'not named'}), this is {__version__} "
            f"(renderer {RENDERER_VERSION}): {compared}"
        )
    return found


def _find_missing_alerts(contents: Contents, about: PackManifest) -> list[str]:
    if about.decision_rules is None:
        return []
    return [
        f"{case.supplier.ref}: {line}" for case in contents.cases for line in without_alert(case)
    ]


EVIDENCE = "evidence/"


def _describe_missing_answers(contents: Contents, files: Mapping[str, bytes]) -> Iterator[str]:
    """Yield how much of the registers' answers is in the pack: those no longer kept cannot be."""
    sources = _list_source_hashes(contents)
    missing = [one for one in sources if f"{EVIDENCE}{one}.json" not in files]
    if missing:
        yield (
            f"{len(missing)} of {len(sources)} answers of registers are not in the pack; their "
            "hashes are in the dossiers"
        )


def _list_source_hashes(contents: Contents) -> set[str]:
    return {
        source.sha256
        for case in contents.cases
        if case.compared.dossier
        for source in case.compared.dossier.sources
        if source.sha256
    }


def _compare_policy_hashes(contents: Contents) -> list[str]:
    return [
        f"{case.supplier.ref}: the policy does not match the hash in the run"
        for case in contents.cases
        if case.run.basis
        and sha256(case.run.basis.policy.encode()).hexdigest() != case.run.policy_sha256
    ]


def _check_evidence_hashes(contents: Contents, files: Mapping[str, bytes]) -> list[str]:
    """Check that each answer is named by the hash that the dossier has of it."""
    named = {name: name.rpartition("/")[2].partition(".")[0] for name in files}
    wrong = [
        f"{name}: its hash differs from its name"
        for name, digest in named.items()
        if name.startswith("evidence/") and sha256(files[name]).hexdigest() != digest
    ]
    sources = _list_source_hashes(contents)
    return wrong + [
        f"{name}: no dossier refers to it"
        for name, digest in named.items()
        if name.startswith("evidence/") and digest not in sources
    ]


def _compare_shared_bidders(contents: Contents, *, people: bool) -> Iterator[str]:
    """Yield what bidders share, derived again; of people only where nobody was left out."""
    cases = contents.cases
    if len(cases) < 2:
        if contents.shared:
            yield f"{BIDDERS}: one bidder shares nothing"
        return
    if any(c.run.basis is None or c.run.matcher_version != MATCHER_VERSION for c in cases):
        return
    parties = {c.supplier.ref: looked_up(c, c.run.basis) for c in cases if c.run.basis}
    again = [one for one in find_shared_between_bidders(parties) if people or not one.person]
    if again != [one for one in contents.shared if people or not one.person]:
        yield f"{BIDDERS}: what the bidders share is derived otherwise"


def _not_registered(path: Path, digest: str, packed: bytes) -> Iterator[str]:
    """Yield what an exported chain (JSON Lines) says otherwise than the pack of that hash, in
    words.

    `packed` are the audit records in the pack. Raises NotFound, UsageError.
    """
    lines = _lines_of(path)
    try:
        records = [AuditRecord.of_line(line) for line in lines]
    except ValueError as error:
        raise Invalid(
            f"{path}: a line in it is no record of an audit chain",
            field="chain",
            hint="Ask its maker for the exported audit chain, as it was written.",
        ) from error
    if problem := verify_chain(records):
        yield f"{path.name}: the chain is broken at record {problem.position}: {problem.what}"
    made = (one.event for one in records if one.event.kind == "report made")
    if all(event.what.get("sha256") != digest for event in made):
        yield f"{path.name}: no record says that this pack was made"
    if not set(packed.decode("utf-8", "replace").removesuffix("\n").split("\n")) <= set(lines):
        yield f"{path.name}: it does not hold each audit record of the pack"


def _lines_of(path: Path) -> list[str]:
    return (
        read_whole_file(path, LARGEST_CHAIN)
        .decode("utf-8", "replace")
        .removesuffix("\n")
        .split("\n")
    )


def format_verification_lines(verified: Verified) -> Iterator[Line]:
    """Yield what was compared and what differs; of a damaged pack nothing but the damage."""
    yield Line(f"sha256 {verified.sha256}")
    if verified.damaged:
        for name, wrong in verified.damaged.items():
            yield Line(visible(f"DAMAGED {name}: {wrong}."))
        yield Line(f"Answer: {verified.answer}.")
        yield Line("Do not rely on anything in it. Ask whoever made it for another copy.")
        return
    files = count(verified.files, "file")
    yield Line(visible(f"Intact: {files}, made {verified.made_at} by {verified.made_by}."))
    yield Line(verified.origin.words)
    if verified.stamp.line:
        how = OptionRemark(" with --timestamp-roots" if verified.stamp.needs_roots else "")
        yield Line(Hint(visible(f"It {verified.stamp.line}"), how, "."))
    for ref, line in verified.incomplete.items():
        yield Line(visible(f"{ref}: {line}."))
    for ref, outcome in verified.outcomes.items():
        if outcome.cannot:
            yield Line(visible(f"{ref}: not derived again: {outcome.cannot}."))
            for line in outcome.not_derived:
                yield Line(visible(f"  not derived: {line}"))
            continue
        same = count(outcome.same, "finding")
        yield Line(visible(f"{ref}: {same} derived again, the same field by field."))
        for words, lines in (
            ("DIFFERENT", outcome.differences),
            ("not derived", outcome.not_derived),
            ("withheld with people", outcome.withheld),
        ):
            for line in lines:
                yield Line(visible(f"  {words}: {line}"))
    for words, lines in (
        ("DIFFERENT", verified.differences),
        ("Not derived again:", verified.not_derived),
        ("Left out with people:", tuple(f"{n} of {it}" for it, n in verified.withheld.items())),
        ("Note:", verified.notes),
    ):
        for line in lines:
            yield Line(visible(f"{words} {line}"))
    other = any(one.cannot for one in verified.outcomes.values())
    by = f": made by version {verified.tool}" if other and verified.exit_code == 3 else ""
    yield Line(visible(f"Answer: {verified.answer}{by}."))
    yield Line(f"Audit head when it was made: {visible(verified.audit_head)}")
    for line in NOT_SHOWN:
        yield Line(f"A pack cannot show {line}.", "note")


def build_verification_document(verified: Verified) -> dict[str, object]:
    """Return the same for programs."""
    return {
        "answer": verified.answer,
        "origin": {"signed": verified.origin.signed, "key": verified.origin.key},
        "time_stamp": {"verified": verified.stamp.verified, "line": verified.stamp.line},
        "sha256": verified.sha256,
        "made_at": verified.made_at,
        "made_by": verified.made_by,
        "tool": verified.tool,
        "audit_head": verified.audit_head,
        "files": verified.files,
        "damaged": verified.damaged,
        "suppliers": verified.outcomes,
        "incomplete": verified.incomplete,
        "differences": verified.differences,
        "not_derived": verified.not_derived,
        "withheld": verified.withheld,
        "notes": verified.notes,
        "not_shown": NOT_SHOWN,
    }
