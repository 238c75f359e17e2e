"""Companies that came, went or changed between two versions of the register."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from duediligence.errors import Hint, Incomplete, OptionRemark
from duediligence.extensions.whole_register.asking.answers import (
    AnswerScope,
    ChangeRow,
    RegisterAnswer,
)
from duediligence.extensions.whole_register.asking.asked import AskedRegister, rows

What = Literal["came", "went", "name", "status", "address"]
# The gravest first.
_ORDER: Mapping[What, int] = {"went": 0, "status": 1, "name": 2, "address": 3, "came": 4}


def find_register_changes(
    asked: AskedRegister, limit: int, *, since: date | None = None, suppliers: bool = False
) -> RegisterAnswer[ChangeRow]:
    """Return what is different from the version before; or, with `since`, which companies were
    formed and which left after that day, as far as any version shows.

    Against the version before, what changed of the stored suppliers is shown too with `suppliers`.
    Raises Incomplete where the companies are not loaded, or no version before is kept.
    """
    if suppliers:
        asked.need_suppliers()
    scope = asked.scope(("companies",))
    if since is None and not asked.version_before:
        raise Incomplete(
            "No version before this one is kept to compare with",
            hint=Hint(
                "Ask for what was formed and what left after a day",
                OptionRemark(", with --since DATE"),
                ".",
            ),
        )
    connection = asked.connection
    asked.set_suppliers()
    mine = "AND number IN (SELECT number FROM suppliers)" if suppliers else ""
    if since:
        connection.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE changed AS
            SELECT number, CASE WHEN gone_since > $1 THEN 'went' ELSE 'came' END AS what,
              '' AS before, '' AS after
            FROM companies WHERE (gone_since > $1 OR created_on > $1 AND gone_since IS NULL) {mine}
            """,  # noqa: S608  (fixed words)
            [since],
        )
    else:
        connection.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE changed AS
            SELECT number, 'went' AS what, '' AS before, '' AS after
            FROM (FROM companies WHERE gone_since IS NOT NULL {mine}) n
            ANTI JOIN (FROM companies_before WHERE gone_since IS NOT NULL) o USING (number)
            UNION ALL
            SELECT number, 'came', '', ''
            FROM (
              SELECT number, hash(number) AS mark FROM companies WHERE gone_since IS NULL {mine}
            ) n
            ANTI JOIN (
              SELECT hash(number) AS mark FROM companies_before WHERE gone_since IS NULL
            ) o USING (mark)
            """  # noqa: S608  (fixed words)
        )
    if suppliers and not since:
        connection.execute(
            """
            INSERT INTO changed
            SELECT number, unnest(['status', 'name', 'address']),
              unnest([t.status || coalesce(nullif(' ' || t.status_detail, ' '), ''), t.name,
                t.address]),
              unnest([n.status || coalesce(nullif(' ' || n.status_detail, ' '), ''), n.name,
                n.address])
            FROM (FROM companies SEMI JOIN suppliers USING (number)) n
            JOIN (FROM companies_before SEMI JOIN suppliers USING (number)) t USING (number)
            WHERE n.content <> t.content AND n.gone_since IS NULL AND t.gone_since IS NULL
            """
        )
        connection.execute(
            "DELETE FROM changed WHERE what NOT IN ('came', 'went') "
            "AND before IS NOT DISTINCT FROM after"
        )
    counted = dict(rows(connection, "SELECT what, count(*) FROM changed GROUP BY what"))
    order = " ".join(f"WHEN '{what}' THEN {place}" for what, place in _ORDER.items())
    best = rows(
        connection,
        "SELECT number, what, coalesce(before, ''), coalesce(after, '') FROM changed "  # noqa: S608
        f"ORDER BY number NOT IN (SELECT number FROM suppliers), CASE what {order} END, number "
        "LIMIT ?",
        limit,
    )
    known = asked.companies({number for number, *_ in best})
    return RegisterAnswer(
        question="changes",
        scope=AnswerScope(
            scope.version,
            scope.days,
            scope.missing,
            compared_with=since.isoformat() if since else asked.version_before,
        ),
        rows=tuple(
            ChangeRow(company=known[number], what=what, before=old, after=new)
            for number, what, old, new in best
        ),
        found=sum(counted.values()),
        counts={
            **{what: counted[what] for what in _ORDER if what in counted},
            **(asked.not_asked_about() if suppliers else {}),
        },
    )
