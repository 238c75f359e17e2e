"""The columns of a supplier file that hold contacts: read for their keys, and shown nowhere."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from duediligence.model import ContactKey, UnreadCell
from duediligence.suppliers.columns import Columns, may_hold_contacts
from duediligence.suppliers.contacts import MakeContactKey, contact_keys
from duediligence.suppliers.contract_cells import SupplierCell
from duediligence.suppliers.fields import CONTACTS
from duediligence.text.wording import count, listed

HASHED = "(kept as a hash only)"
"""What is shown as the example of such a column."""

_WHAT = {
    "phone": "a phone number",
    "email": "an e-mail address",
    "website": "a web address",
    "bank_account": "a bank account with its sort code",
    "sort_code": "a sort code with its account",
    "iban": "an IBAN",
}


@dataclass(slots=True)
class Contacts:
    """The contacts of a file while its rows are read. Of a cell nothing leaves it but its key.

    `fields` are the headings of each column of contacts, `columns` all that may hold some.
    """

    fields: Mapping[str, tuple[str, ...]]
    columns: frozenset[int]
    make: MakeContactKey | None
    _unread: Counter[str] = field(default_factory=Counter)
    _first: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, header: Sequence[str], columns: Columns, make: MakeContactKey | None) -> "Contacts":
        """Return those of a file with these headings, read where there is a key to hash them
        with.
        """
        read = {name: at for name, at in columns.fields.items() if name in CONTACTS}
        other = {at for name, many in columns.read().items() if name not in read for at in many}
        may = {at for at, heading in enumerate(header) if may_hold_contacts(heading)}
        return cls(
            {name: tuple(header[at] for at in many) for name, many in read.items()},
            frozenset(may - other).union(*read.values()),
            make,
        )

    def read(
        self, row: int, cells: Mapping[str, Sequence[SupplierCell]]
    ) -> tuple[tuple[ContactKey, ...], tuple[UnreadCell, ...]]:
        """Return what is kept of the contacts of a row, and the cells that were not understood."""
        if self.make is None:
            return (), ()
        keys, unread = contact_keys(cells, self.make)
        for heading in unread:
            self._unread[heading] += 1
            self._first.setdefault(heading, row)
        return keys, tuple(UnreadCell(one, "", "text", "not understood") for one in unread)

    def withheld(self, cells: tuple[str, ...], width: int) -> tuple[str, ...]:
        """Return the cells of a row without those that may hold contacts.

        In a row with more cells than there are headings, cells stand too far to the right.
        """
        if not self.columns:
            return cells
        first = min(self.columns) if len(cells) > width else len(cells)
        return tuple(
            "" if at in self.columns or at >= first else cell for at, cell in enumerate(cells)
        )

    def notes(self) -> Iterator[str]:
        """Yield what was not read, a line for each column, without what stands there."""
        headings = [heading for many in self.fields.values() for heading in many]
        if headings and self.make is None:
            yield (
                f"{listed(map(repr, headings))} not read: phone numbers, mail domains and bank "
                "accounts are kept as keyed hashes only, and there is no key here."
            )
        for name, many in self.fields.items():
            for heading in many:
                if unread := self._unread[heading]:
                    yield (
                        f"Column {heading!r}: {count(unread, 'cell')} not understood as "
                        f"{_WHAT[name]}, first in row {self._first[heading]}: no link is made "
                        "from that."
                    )
