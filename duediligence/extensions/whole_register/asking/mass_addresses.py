"""Addresses at which many companies are registered."""

from duediligence.errors import Invalid
from duediligence.extensions.whole_register.asking.answers import MassAddressRow, RegisterAnswer
from duediligence.extensions.whole_register.asking.asked import AskedRegister, rows

LEAST = 50


def mass_addresses(
    asked: AskedRegister, limit: int, *, least: int = LEAST, suppliers: bool = False
) -> RegisterAnswer[MassAddressRow]:
    """Return buildings with `least` companies or more, the most first; with `suppliers`, only where
    one of the stored suppliers is.

    Raises Invalid for a bound below 2, Incomplete where the companies are not loaded.
    """
    if least < 2:
        raise Invalid("least must be 2 or more", field="least")
    if suppliers:
        asked.need_suppliers()
    scope = asked.scope(("companies",))
    connection = asked.connection
    asked.set_suppliers()
    mine = (
        "AND key IN (SELECT c.address_key FROM companies c JOIN suppliers s USING (number))"
        if suppliers
        else ""
    )
    crowded = f"FROM nodes WHERE kind = 'address' AND companies >= $1 {mine}"
    found = rows(connection, f"SELECT count(*) {crowded}", least)[0][0]
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE crowded AS SELECT key, label, companies "
        f"{crowded} ORDER BY companies DESC, key LIMIT $2",
        [least, limit],
    )
    counted = rows(
        connection,
        """
        SELECT a.key, any_value(a.label), any_value(a.companies),
          count(c.number) FILTER (c.gone_since IS NULL),
          count(c.number) FILTER (c.created_on > $1::DATE - INTERVAL 12 MONTH),
          count(f.number),
          coalesce(list_sort(list(s.ref) FILTER (s.ref IS NOT NULL)), [])
        FROM crowded a LEFT JOIN companies c ON c.address_key = a.key
        LEFT JOIN failed f ON f.number = c.number
        LEFT JOIN suppliers s ON s.number = c.number
        GROUP BY a.key ORDER BY 3 DESC, a.key
        """,
        asked.day,
    )
    return RegisterAnswer(
        question="mass-addresses",
        scope=scope,
        rows=tuple(
            MassAddressRow(
                address=label or key,
                companies=companies,
                live=live,
                new=new,
                failed=failed,
                suppliers=tuple(refs),
            )
            for key, label, companies, live, new, failed, refs in counted
        ),
        found=found,
        counts=asked.not_asked_about() if suppliers else {},
    )
