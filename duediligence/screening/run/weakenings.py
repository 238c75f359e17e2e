"""Ways in which a screening shows or looks at less than by default, or than the last one did."""

from collections.abc import Iterable, Iterator

from duediligence import registry
from duediligence.matching import DEFAULT_THRESHOLD
from duediligence.model import SEVERITIES, ListStatus, Supplier, Weakening
from duediligence.screening.run.policy import Policy, read_policy
from duediligence.screening.workspace import Workspace
from duediligence.settings import DEFAULTS


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
