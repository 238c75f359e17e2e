"""Who shares an address: companies in one building, and people who give it as theirs."""

from dataclasses import dataclass

from duediligence.errors import Hint, Invalid, NotFound, OptionRemark
from duediligence.extensions.whole_register.asking.answers import (
    AddressRow,
    AnswerCut,
    RegisterAnswer,
    RegisterCompany,
)
from duediligence.extensions.whole_register.asking.asked import AskedRegister, rows
from duediligence.extensions.whole_register.normal_forms import address_key
from duediligence.matching.premises import compare_places
from duediligence.model import Address
from duediligence.store.register.names import postcode_key
from duediligence.text.postcodes import without_postcodes

# Of a building with millions of entries, these are looked at for the same unit.
SHORTLIST = 20_000
# What another unit of the same building counts.
OTHER_UNIT = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRequest:
    """The address of a company by its number, or a text with its postcode."""

    number: str = ""
    text: str = ""
    postcode: str = ""


def find_address_sharers(
    asked: AskedRegister, request: AddressRequest, limit: int
) -> RegisterAnswer[AddressRow]:
    """Return everybody at the building, those of the same unit first.

    A building with many companies says little, so that strength is 2/n of n companies; another
    unit counts half. Those who share the postcode alone are counted and not shown. Raises NotFound
    for an unknown company or one without an address, Invalid for an address without a postcode,
    Incomplete where the companies are not loaded.
    """
    scope = asked.scope(("companies", "owners", "officers"))
    text, postcode = _resolve_asked_address(asked, request)
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
        request.number,
        SHORTLIST + 1,
    )
    weight = 2 / max(2, counted[0])
    here = Address(text=text, postcode=postcode)
    made: list[AddressRow] = []
    for what, name, number, where, until, personal in found[:SHORTLIST]:
        same = _same_unit(here, Address(text=where or "", postcode=postcode))
        strength = weight * (OTHER_UNIT if same is False else 1) * (1 if until is None else 0.5)
        made.append(
            AddressRow(
                what=what,
                name=name,
                company=RegisterCompany(number, "", supplier_ref=asked.suppliers.get(number, "")),
                personal=bool(personal),
                same_unit=same,
                until=until,
                strength=strength,
            )
        )
    made.sort(key=lambda row: (not row.company.supplier_ref, -row.strength))
    made.sort(key=lambda row: -row.strength)
    shown = made[:limit]
    companies = asked.companies({row.company.number for row in shown})
    return RegisterAnswer(
        question="address",
        scope=scope,
        rows=tuple(
            AddressRow(
                what=row.what,
                name=row.name,
                company=companies[row.company.number],
                personal=row.personal,
                same_unit=row.same_unit,
                until=row.until,
                strength=row.strength,
            )
            for row in shown
        ),
        found=len(made),
        cuts=(AnswerCut("shortlist", SHORTLIST),) if len(found) > SHORTLIST else (),
        counts={
            "companies at this building": counted[0],
            "of these still on the register": counted[1],
            "of these formed within a year": counted[2],
            "companies with this postcode alone": counted[3] - counted[0],
        },
    )


def _resolve_asked_address(asked: AskedRegister, request: AddressRequest) -> tuple[str, str]:
    if request.number:
        asked.need_company([request.number])
        known = rows(
            asked.connection,
            "SELECT address, postcode FROM companies WHERE number = ?",
            request.number,
        )
        if not known or not known[0][1]:
            raise NotFound(
                f"The register has no registered office with a postcode for {request.number}",
                hint=Hint(
                    "Ask with an address and a postcode",
                    OptionRemark(" (--address, --postcode)"),
                    ".",
                ),
            )
        return known[0][0] or "", known[0][1]
    if not request.postcode.strip():
        raise Invalid(
            "An address needs its postcode",
            field="postcode",
            hint=Hint(OptionRemark("Add --postcode.")),
        )
    return request.text, postcode_key(request.postcode)


def _same_unit(one: Address, other: Address) -> bool | None:
    """Return whether two addresses of one building are of one unit, None where one names none."""
    if not one.text or not other.text:
        return None
    return compare_places(one, other) == "same premises"
