"""Suppliers that share an address: registered there, or it is where letters to their people go."""

from duediligence.extensions.whole_register.asking.answers import (
    AddressUse,
    RegisterAnswer,
    SharedAddressRow,
)
from duediligence.extensions.whole_register.asking.asked import AskedRegister, rows
from duediligence.extensions.whole_register.normal_forms import address_words


def shared_addresses(asked: AskedRegister, limit: int) -> RegisterAnswer[SharedAddressRow]:
    """Return addresses that two or more suppliers use, those that the fewest other companies use
    first.

    An address that `n` companies use, in whichever way, is as strong as 2/n. Raises NotFound where
    no supplier has a company number, Incomplete where the companies are not loaded.
    """
    asked.need_suppliers()
    scope = asked.scope(("companies", "owners", "officers"))
    connection = asked.connection
    asked.set_suppliers()
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE used AS
        SELECT address_key, number, 'registered office' AS use FROM companies
        WHERE address_key IS NOT NULL AND number IN (SELECT number FROM suppliers)
        UNION
        SELECT address_key, number, 'letters to an owner' FROM owners
        WHERE address_key IS NOT NULL AND ceased_on IS NULL
          AND number IN (SELECT number FROM suppliers)
        UNION
        SELECT address_key, number, 'letters to an officer' FROM officers
        WHERE address_key IS NOT NULL AND resigned_on IS NULL
          AND number IN (SELECT number FROM suppliers)
    """)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE shared AS
        SELECT address_key FROM used GROUP BY address_key HAVING count(DISTINCT number) > 1
    """)
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE widely AS
        SELECT address_key, count(DISTINCT mark) AS companies, min(address) AS address
        FROM (
          SELECT address_key, hash(number) AS mark, address || ', ' || postcode AS address
          FROM companies SEMI JOIN shared USING (address_key)
          UNION ALL
          SELECT address_key, hash(number), NULL FROM owners SEMI JOIN shared USING (address_key)
          UNION ALL
          SELECT address_key, hash(number), NULL FROM officers SEMI JOIN shared USING (address_key)
        ) GROUP BY address_key
    """)
    found = rows(connection, "SELECT count(*) FROM shared")[0][0]
    best = rows(
        connection,
        """
        SELECT w.address_key, w.companies, w.address, list_sort(list(DISTINCT u.number)),
          list_sort(list(DISTINCT u.use)) FROM widely w JOIN used u USING (address_key)
        GROUP BY ALL ORDER BY w.companies, len(list(DISTINCT u.number)) DESC, w.address_key LIMIT ?
        """,
        limit,
    )
    companies = asked.companies({number for *_, numbers, _ in best for number in numbers})
    return RegisterAnswer(
        question="shared-addresses",
        scope=scope,
        rows=tuple(
            SharedAddressRow(
                address=address or address_words(key),
                registered=address is not None,
                companies=count,
                suppliers=tuple(companies[number] for number in numbers),
                uses=tuple(map(_parse_address_use, uses)),
                strength=2 / max(2, count),
            )
            for key, count, address, numbers, uses in best
        ),
        found=found,
        counts=asked.not_asked_about(),
    )


def _parse_address_use(text: str) -> AddressUse:
    match text:
        case "registered office" | "letters to an owner" | "letters to an officer":
            return text
    raise AssertionError(text)
