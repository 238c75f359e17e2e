"""New companies that take over from failed ones (Insolvency Act 1986 s.216, Gazette 2403)."""

from duediligence.errors import Invalid
from duediligence.extensions.whole_register.asking.answers import PhoenixRow, RegisterAnswer
from duediligence.extensions.whole_register.asking.asked import AskedRegister, rows
from duediligence.extensions.whole_register.normal_forms import address_words
from duediligence.extensions.whole_register.question_tables import MONTHS

DEFAULT_MONTHS = 24


def find_phoenix_companies(
    asked: AskedRegister, limit: int, *, months: int = DEFAULT_MONTHS, suppliers: bool = False
) -> RegisterAnswer[PhoenixRow]:
    """Return companies formed in the last months that took over at least two things from a failed
    one.

    With `suppliers`, only where the new or the failed company is a stored supplier. Raises Invalid
    for months out of bounds, Incomplete where the companies are not loaded.
    """
    if not 1 <= months <= MONTHS:
        raise Invalid(f"months must be from 1 to {MONTHS}", field="months")
    if suppliers:
        asked.need_suppliers()
    scope = asked.scope(("companies", "owners", "officers"))
    asked.set_suppliers()
    mine = (
        "AND (p.number IN (SELECT number FROM suppliers) "
        "OR p.old_number IN (SELECT number FROM suppliers))"
        if suppliers
        else ""
    )
    asked.connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE taken_over AS SELECT * FROM phoenixes p
        WHERE created_on > $1::DATE - INTERVAL ({months:d}) MONTH {mine}
        """,  # noqa: S608  (a number and fixed words)
        [asked.day],
    )
    found = rows(asked.connection, "SELECT count(*) FROM taken_over")[0][0]
    best = rows(
        asked.connection,
        "SELECT number, old_number, people, address_key, name_stem, sic_codes, strength "
        "FROM taken_over ORDER BY strength DESC, number, old_number LIMIT ?",
        limit,
    )
    companies = asked.companies({number for row in best for number in row[:2]})
    names = _fetch_node_labels(asked, {node for row in best for node in row[2]})
    return RegisterAnswer(
        question="phoenixes",
        scope=scope,
        rows=tuple(
            PhoenixRow(
                new=companies[number],
                old=companies[old],
                people=tuple(names.get(node, "") for node in nodes),
                address=address_words(address),
                name_stem=stem,
                sic_codes=tuple(sic.split()),
                strength=strength,
            )
            for number, old, nodes, address, stem, sic, strength in best
        ),
        found=found,
        counts=asked.not_asked_about() if suppliers else {},
    )


def _fetch_node_labels(asked: AskedRegister, nodes: set[int]) -> dict[int, str]:
    if not nodes:
        return {}
    some = ", ".join(map(str, sorted(nodes)))
    return dict(
        rows(asked.connection, f"SELECT node, label FROM nodes WHERE node IN ({some})")  # noqa: S608
    )
