"""Questions about addresses: who shares one, which suppliers share theirs, and where many are."""

from dataclasses import replace

from duediligence.errors import Hint, Invalid, NotFound, OptionRemark
from duediligence.extensions.whole_register.asking.answers import (
    AddressRow,
    AnswerCut,
    MassAddressRow,
    RegisterAnswer,
    RegisterCompany,
    SharedAddressRow,
)
from duediligence.extensions.whole_register.asking.asked import AskedRegister, rows
from duediligence.extensions.whole_register.normal_forms import address_key, address_words
from duediligence.matching.premises import compare_places
from duediligence.model import Address
from duediligence.store.register.names import postcode_key
from duediligence.text.postcodes import without_postcodes

# Of a building with millions of entries, these are looked at for the same unit.
SHORTLIST = 20_000
# What another unit of the same building counts.
OTHER_UNIT = 0.5


def find_address_sharers(
    asked: AskedRegister, limit: int, *, number: str = "", text: str = "", postcode: str = ""
) -> RegisterAnswer[AddressRow]:
    """Return everybody at the building of a company by its `number`, or of a `text` with its
    `postcode`, those of the same unit first.

    A building with many companies says little, so that strength is 2/n of n companies; another
    unit counts half. Those who share the postcode alone are counted and not shown. Raises NotFound
    for an unknown company or one without an address, Invalid for an address without a postcode,
    Incomplete where the companies are not loaded.
    """
    scope = asked.scope(("companies", "owners", "officers"))
    text, postcode = _resolve_asked_address(asked, number, text, postcode)
    key = address_key(without_postcodes(text), postcode)
    if key is None:
        raise Invalid("An address needs the number or name of its building", field="address")
    connection = asked.connection
    counted = rows(
        connection,
        """
        SELECT count(*), count(*) FILTER (gone_since IS NULL),
          count(*) FILTER (created_on > $2::DATE - INTERVAL 12 MONTH),
          (SELECT count(*) FROM companies WHERE postcode = $3)
        FROM companies WHERE address_key = $1
        """,
        key,
        asked.day,
        postcode,
    )[0]
    found = rows(
        connection,
        """
        SELECT 'company', name, number, address, gone_since, false FROM companies
        WHERE address_key = $1 AND number <> $2
        UNION ALL
        SELECT 'owner', name, number, address, ceased_on, kind LIKE 'individual%' FROM owners
        WHERE address_key = $1
        UNION ALL
        SELECT 'officer', name, number, address, resigned_on, NOT corporate FROM officers
        WHERE address_key = $1
        ORDER BY 1, 5 DESC NULLS FIRST, 3, 2 LIMIT $3
        """,
        key,
        number,
        SHORTLIST + 1,
    )
    weight = 2 / max(2, counted[0])
    here = Address(text=text, postcode=postcode)
    made: list[AddressRow] = []
    for what, name, held, where, until, personal in found[:SHORTLIST]:
        same = _same_unit(here, Address(text=where or "", postcode=postcode))
        strength = weight * (OTHER_UNIT if same is False else 1) * (1 if until is None else 0.5)
        made.append(
            AddressRow(
                what=what,
                name=name,
                company=RegisterCompany(held, "", supplier_ref=asked.suppliers.get(held, "")),
                personal=bool(personal),
                same_unit=same,
                until=until,
                strength=strength,
            )
        )
    made.sort(key=lambda row: (-row.strength, not row.company.supplier_ref))
    shown = made[:limit]
    companies = asked.companies({row.company.number for row in shown})
    return RegisterAnswer(
        question="address",
        scope=scope,
        rows=tuple(replace(row, company=companies[row.company.number]) for row in shown),
        found=len(made),
        cuts=(AnswerCut("shortlist", SHORTLIST),) if len(found) > SHORTLIST else (),
        counts={
            "companies at this building": counted[0],
            "of these still on the register": counted[1],
            "of these formed within a year": counted[2],
            "companies with this postcode alone": counted[3] - counted[0],
        },
    )


def _resolve_asked_address(
    asked: AskedRegister, number: str, text: str, postcode: str
) -> tuple[str, str]:
    if number:
        asked.need_company([number])
        known = rows(
            asked.connection,
            "SELECT address, postcode FROM companies WHERE number = ?",
            number,
        )
        if not known or not known[0][1]:
            raise NotFound(
                f"The register has no registered office with a postcode for {number}",
                hint=Hint(
                    "Ask with an address and a postcode",
                    OptionRemark(" (--address, --postcode)"),
                    ".",
                ),
            )
        return known[0][0] or "", known[0][1]
    if not postcode.strip():
        raise Invalid(
            "An address needs its postcode",
            field="postcode",
            hint=Hint(OptionRemark("Add --postcode.")),
        )
    return text, postcode_key(postcode)


def _same_unit(one: Address, other: Address) -> bool | None:
    """Return whether two addresses of one building are of one unit, None where one names none."""
    if not one.text or not other.text:
        return None
    return compare_places(one, other) == "same premises"


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
                uses=tuple(uses),
                strength=2 / max(2, count),
            )
            for key, count, address, numbers, uses in best
        ),
        found=found,
        counts=asked.not_asked_about(),
    )


LEAST_COMPANIES = 50


def mass_addresses(
    asked: AskedRegister, limit: int, *, least: int = LEAST_COMPANIES, suppliers: bool = False
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
