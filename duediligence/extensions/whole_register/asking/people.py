"""People who are behind many companies, and which nodes a name and a month of birth mean."""

from duediligence.errors import Invalid
from duediligence.extensions.whole_register.asking.answers import BusyPersonRow, RegisterAnswer
from duediligence.extensions.whole_register.asking.asked import AskedRegister, rows
from duediligence.text.names import same_person

LEAST = 8


def find_busy_people(
    asked: AskedRegister, limit: int, *, least: int = LEAST
) -> RegisterAnswer[BusyPersonRow]:
    """Return people who are or were owners or officers of `least` companies or more, the most
    first.

    Raises Invalid for a bound below 2, Incomplete where nothing about people is loaded.
    """
    if least < 2:
        raise Invalid("least must be 2 or more", field="least")
    scope = asked.scope(("companies", "owners", "officers"))
    connection = asked.connection
    asked.set_suppliers()
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE busy AS SELECT node, companies FROM nodes "
        "WHERE kind = 'person' AND companies >= ? ORDER BY companies DESC, node LIMIT ?",
        [least, limit],
    )
    found = rows(
        connection,
        "SELECT count(*) FROM nodes WHERE kind = 'person' AND companies >= ?",
        least,
    )[0][0]
    some = ", ".join(str(node) for (node,) in rows(connection, "SELECT node FROM busy")) or "0"
    joined = rows(
        connection,
        f"""
        WITH behind AS (
          SELECT DISTINCT node, other FROM edges WHERE node IN ({some})
            AND kind IN ('owner', 'director', 'secretary')
        ), failing AS (
          SELECT b.node, count(*) AS companies FROM failed f JOIN behind b ON b.other = f.node
          GROUP BY b.node
        ), mine AS (
          SELECT b.node, list_sort(list(s.ref)) AS refs
          FROM behind b JOIN suppliers s ON s.node = b.other GROUP BY b.node
        )
        SELECT y.node, l.label, y.companies, coalesce(f.companies, 0), coalesce(m.refs, [])
        FROM busy y JOIN (SELECT node, label FROM nodes WHERE node IN ({some})) l USING (node)
        LEFT JOIN failing f USING (node) LEFT JOIN mine m USING (node)
        ORDER BY y.companies DESC, y.node
        """,  # noqa: S608  (numbers)
    )
    born = _fetch_birth_months(asked, [node for node, *_ in joined])
    return RegisterAnswer(
        question="people",
        scope=scope,
        rows=tuple(
            BusyPersonRow(
                name=label,
                born=born.get(node, ""),
                companies=companies,
                failed=failed,
                suppliers=tuple(refs),
            )
            for node, label, companies, failed, refs in joined
        ),
        found=found,
    )


def _fetch_birth_months(asked: AskedRegister, nodes: list[int]) -> dict[int, str]:
    """Return `1970-05` for each person of whom a file says it."""
    if not nodes:
        return {}
    some = ", ".join(map(str, nodes))
    return {
        node: f"{year:04}-{month:02}"
        for node, year, month in rows(
            asked.connection,
            f"""
            SELECT person, min(birth_year), min(birth_month) FROM (
              SELECT person, birth_year, birth_month FROM owners WHERE person IN ({some})
              UNION ALL
              SELECT person, birth_year, birth_month FROM officers WHERE person IN ({some})
            ) WHERE birth_year IS NOT NULL AND birth_month IS NOT NULL GROUP BY person
            """,  # noqa: S608  (numbers)
        )
    }


def nodes_of_person(asked: AskedRegister, name: str, born: tuple[int, int]) -> frozenset[int]:
    """Return the people of this month of birth whose first and last name are those of `name`,
    whatever stands between them.
    """
    return frozenset(
        node
        for node, written in rows(
            asked.connection,
            """
            SELECT DISTINCT person, name FROM owners
            WHERE birth_year = $1 AND birth_month = $2 AND person IS NOT NULL
            UNION
            SELECT DISTINCT person, name FROM officers
            WHERE birth_year = $1 AND birth_month = $2 AND person IS NOT NULL
            """,
            *born,
        )
        if same_person(_in_order(written), _in_order(name))
    )


def _in_order(name: str) -> str:
    """Return the name with the surname last. Officers are written `SMITH, Jane Ann`."""
    last, comma, first = name.partition(",")
    return f"{first} {last}" if comma else name
