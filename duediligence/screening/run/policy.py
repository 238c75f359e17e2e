"""What an organisation decides for itself: thresholds, severities, parameters of checks.

And in which ways a screening then shows or looks at less than by default, or than the last one did.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from duediligence import registry
from duediligence.contracts import Watchlist
from duediligence.contracts.checks import AnyCheck, Param
from duediligence.errors import NotFound, UsageError
from duediligence.matching import DEFAULT_THRESHOLD
from duediligence.model import SEVERITIES, ListStatus, Outcome, Severity, Supplier, Weakening
from duediligence.reading import regular
from duediligence.screening.workspace import Workspace
from duediligence.settings import DEFAULTS


@dataclass(frozen=True, slots=True)
class Policy:
    """Overrides of what lists and checks declare. Empty: everything as declared."""

    thresholds: Mapping[str, float] = field(default_factory=dict)
    severities: Mapping[str, Severity] = field(default_factory=dict)
    params: Mapping[str, Mapping[str, Param]] = field(default_factory=dict)

    def severity(self, check: AnyCheck, outcome: Outcome) -> Severity:
        """Return the policy's, else the one that the amount gave, else the check's own."""
        return self.severities.get(check.id, outcome.severity or check.severity)

    def params_of(self, check: AnyCheck) -> Mapping[str, Param]:
        return {**check.params, **self.params.get(check.id, {})}

    @property
    def text(self) -> str:
        """Return all of it as JSON, as it is kept with a run.

        By these names, for its hash says whether two runs had the same rules: what comes to be
        decided beside these is to be left out where nothing is decided of it.
        """
        decided = {name: getattr(self, name) for name in ("thresholds", "severities", "params")}
        texts = (
            f'"{name}":{msgspec.json.encode(each, order="deterministic").decode()}'
            for name, each in decided.items()
        )
        return f"{{{','.join(texts)}}}"

    @property
    def sha256(self) -> str:
        """Return what names the policy that a run was made with."""
        return sha256(self.text.encode()).hexdigest()


def read_policy(path: Path | None, watchlists: Mapping[str, Watchlist] | None = None) -> Policy:
    """Read a policy: `[lists.un] threshold = 0.9`, `[checks.SAN-04] severity = "medium"`.

    `watchlists` are those that may be named; the built-in ones if not given. Raises UsageError
    naming the table and key for anything unknown or of the wrong kind.
    """
    if path is None:
        return Policy()
    try:
        document = tomllib.loads(regular(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error
    for table in document.keys() - {"lists", "checks"}:
        raise UsageError(
            f"{path}: unknown table [{table}]; a policy has [lists.ID] and [checks.ID]"
        )
    known_lists = registry.find_watchlists() if watchlists is None else watchlists
    thresholds = {}
    for list_id, values in _read_policy_tables(document, "lists", path):
        if list_id not in known_lists:
            raise NotFound(
                f"{path}: [lists.{list_id}]: unknown list",
                hint=f"Valid lists: {', '.join(known_lists)}.",
            )
        for key, value in values.items():
            if key != "threshold" or not isinstance(value, float) or not 0 < value <= 1:
                raise UsageError(
                    f"{path}: [lists.{list_id}] {key} = {value!r} is not allowed; "
                    "only threshold, above 0 and at most 1, can be set"
                )
            thresholds[list_id] = value
    severities: dict[str, Severity] = {}
    params: dict[str, dict[str, Param]] = {}
    for check_id, values in _read_policy_tables(document, "checks", path):
        check = registry.checks().get(check_id)
        if check is None:
            raise NotFound(f"{path}: [checks.{check_id}]: unknown check")
        for key, value in values.items():
            if key == "severity" and value in SEVERITIES:
                severities[check_id] = value
            elif key in check.params and type(value) is type(check.params[key]):
                params.setdefault(check_id, {})[key] = value
            else:
                known = ", ".join(["severity", *check.params])
                raise UsageError(
                    f"{path}: [checks.{check_id}] {key} = {value!r} is not allowed",
                    hint=f"This check knows {known}.",
                )
    return Policy(thresholds, severities, params)


def _read_policy_tables(
    document: Mapping[str, Any], name: str, path: Path
) -> list[tuple[str, Mapping[str, Any]]]:
    tables = document.get(name, {})
    if not isinstance(tables, dict) or not all(isinstance(t, dict) for t in tables.values()):
        raise UsageError(f"{path}: [{name}] holds tables, as [{name}.ID]")
    return list(tables.items())


def current_weakenings(
    workspace: Workspace, statuses: Iterable[ListStatus]
) -> tuple[Weakening, ...]:
    """Return the weakenings of a screening now. Raises UsageError for a policy that cannot be read,
    StorageError.
    """
    policy = read_policy(workspace.settings.policy, workspace.watchlists)
    active = workspace.suppliers.active(workspace.now().date())
    return find_weakenings(workspace, policy, statuses, active)


def find_weakenings(
    workspace: Workspace,
    policy: Policy,
    statuses: Iterable[ListStatus],
    suppliers: Iterable[Supplier],
) -> tuple[Weakening, ...]:
    """Return the weakenings by the settings, by the policy, by the lists with their `statuses`, and
    by the suppliers. Raises StorageError.
    """
    return (
        *_of_settings(workspace, policy),
        *_of_policy(policy),
        *_of_lists(workspace, statuses),
        *_of_people(suppliers),
    )


def _of_settings(workspace: Workspace, policy: Policy) -> Iterator[Weakening]:
    settings, lists = workspace.settings, workspace.watchlists
    if (settings.threshold or 0) > DEFAULT_THRESHOLD:
        yield Weakening(kind="threshold", now=settings.threshold or 0, usual=DEFAULT_THRESHOLD)
    for list_id, threshold in policy.thresholds.items():
        if threshold > DEFAULT_THRESHOLD:
            yield Weakening(
                kind="list threshold",
                what=list_id,
                title=lists[list_id].title if list_id in lists else "",
                now=threshold,
                usual=DEFAULT_THRESHOLD,
            )
    if settings.limit < DEFAULTS["limit"]:
        yield Weakening(kind="limit", now=settings.limit, usual=DEFAULTS["limit"])
    if (years := settings.schedule_7_years) < DEFAULTS["schedule_7_years"]:
        yield Weakening(kind="look-back", now=years, usual=DEFAULTS["schedule_7_years"])
    if settings.fail_on != DEFAULTS["fail_on"]:
        yield Weakening(kind="exit code", now=settings.fail_on, usual=DEFAULTS["fail_on"])
    for list_id, days in settings.max_age_days.items():
        if list_id in lists and days > (usual := lists[list_id].max_age.days):
            title = lists[list_id].title
            yield Weakening(kind="list age", what=list_id, title=title, now=days, usual=usual)


def _of_policy(policy: Policy) -> Iterator[Weakening]:
    checks, level = registry.checks(), SEVERITIES.index
    for check_id, severity in policy.severities.items():
        check = checks[check_id]
        if level(severity) < level(check.severity):
            yield Weakening(
                kind="severity",
                what=check_id,
                title=check.title,
                now=severity,
                usual=check.severity,
            )
    for check_id, params in policy.params.items():
        check = checks[check_id]
        for name, value in params.items():
            # Whether another value shows less depends on the check, so each one is reported.
            if value != check.params[name]:
                yield Weakening(
                    kind="parameter",
                    what=f"{check_id} {name}",
                    title=check.title,
                    now=value,
                    usual=check.params[name],
                )


def _of_lists(workspace: Workspace, statuses: Iterable[ListStatus]) -> Iterator[Weakening]:
    before = workspace.runs.outline(workspace.screened.newest_of_stored())
    searched = {one.list_id for one in statuses if one.version}
    for one in before.lists if before else ():
        if one.version and one.list_id not in searched:
            yield Weakening(kind="list gone", what=one.list_id, title=one.title)


def _of_people(suppliers: Iterable[Supplier]) -> Iterator[Weakening]:
    if refs := tuple(one.ref for one in suppliers if one.unproven):
        yield Weakening(kind="people not proven", count=len(refs), refs=refs)
