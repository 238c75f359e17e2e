"""Who stands between suppliers: people, firms, addresses and marks of contact that several share.

A network is made of what dossiers and supplier files say. It never says that two are one: a link
is what a source states, with its dates, and a path is read by a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from duediligence.model.entries import Handling
from duediligence.model.registers import Dossier
from duediligence.model.suppliers import Supplier

NodeKind = Literal[
    "supplier",
    "company",
    "person",
    "firm",
    "address",
    "former name",
    "phone",
    "e-mail domain",
    "bank account",
    "charge holder",
    "identity agent",
]
LinkKind = Literal[
    "director",
    "secretary",
    "owner",
    "trustee",
    "named person",
    "address",
    "correspondence address",
    "former name",
    "phone",
    "e-mail domain",
    "bank account",
    "charge holder",
    "identity agent",
    "sub-contractor",
]
# What speaks with a shared office: one contract or trade, a young company, that no company but the
# buyer's suppliers is registered there, or that people of both have their letters sent to it while
# neither is registered there.
OfficeSign = Literal["contract", "trade", "young", "alone", "letters"]
MarkKind = Literal["listed", "disqualified", "insolvent", "enforcement"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkMark:
    """Something recorded about a node: `what` is the list's title, or the register's own status.

    `sure` is how sure it is that the node is the party recorded, in words; empty where the source
    names the node itself. `on` is the day of the record, where one is known.
    """

    kind: MarkKind
    what: str
    sure: str = ""
    on: date | None = None
    handling: Handling = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkNode:
    """A supplier, or what links suppliers. `id` is unique in its network: `company:99000001`.

    `companies` is how many companies of the register it joins (appointments of an officer,
    companies at an address), None where that is not known: a node of many links weakly.
    `personal`: the label is about a person. A supplier with a company number is one node.
    """

    id: str
    kind: NodeKind
    label: str
    personal: bool = False
    companies: int | None = None
    supplier_ref: str = ""
    number: str = ""
    marks: tuple[NetworkMark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkLink:
    """What a source says of two nodes: the supplier or company `one`, and `other` beside it.

    `source` names where it stands (`Companies House officers`, `supplier file`); `first_known` is
    the day on which this installation first knew it, `since` and `until` what the source gives.
    """

    one: str
    other: str
    kind: LinkKind
    source: str
    since: date | None = None
    until: date | None = None
    first_known: date | None = None

    @property
    def ended(self) -> bool:
        return self.until is not None


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes by id, and the links between them."""

    nodes: Mapping[str, NetworkNode]
    links: tuple[NetworkLink, ...]


@dataclass(frozen=True, slots=True)
class NetworkPath:
    """A way from the first node to the last: `nodes` has one more than `links`.

    `strength` (above 0, at most 1) falls with each node on the way that joins many companies.
    """

    nodes: tuple[NetworkNode, ...]
    links: tuple[NetworkLink, ...]
    strength: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlledAlike:
    """Another supplier that the same people or firms control, and the ways that show it.

    `contracts` are the titles under which the buyer has both. `group` is the company above both,
    or the one of the two that owns the other, where the register says so; empty without one.
    `together`: the buyer knows that one works under the other, or both under a third.
    """

    other: NetworkNode
    paths: tuple[NetworkPath, ...]
    contracts: tuple[str, ...] = ()
    group: str = ""
    together: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedDirector:
    """A director of the supplier who directs another supplier for the same contracts as well.

    `suppliers` is how many the buyer has under the one of these titles that has the fewest.
    """

    other: NetworkNode
    path: NetworkPath
    contracts: tuple[str, ...]
    suppliers: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedContact:
    """Another supplier, under other control, with the same account, phone, e-mail domain or office.

    `contracts` are the titles under which the buyer has both, `suppliers` how many it has under the
    one of them that has the fewest. `signs` are what speaks with an office, where that is all they
    share.
    """

    other: NetworkNode
    paths: tuple[NetworkPath, ...]
    contracts: tuple[str, ...] = ()
    signs: tuple[OfficeSign, ...] = ()
    suppliers: int = 2


@dataclass(frozen=True, slots=True)
class Move:
    """One company on the way: who directed it and from when, as far as the register says.

    `status` is the register's; `until` is the day on which the last of them left, None where none
    did.
    """

    node: NetworkNode
    status: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainOfMoves:
    """The same people in one dead company after another, the oldest first, before this supplier.

    `kept` says what the supplier has of the company before it: its `name`, its `address`.
    """

    people: tuple[NetworkNode, ...]
    moves: tuple[Move, ...]
    kept: tuple[Literal["name", "address"], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPosition:
    """What the network of all suppliers adds about who controls one of them and what it shares.

    `left_out` counts the other suppliers beyond the most that are kept, `contacts_left_out` those
    of `shared_contacts`.
    """

    supplier: Supplier
    node: NetworkNode
    dossier: Dossier | None = None
    alike: tuple[ControlledAlike, ...] = ()
    rings: tuple[NetworkPath, ...] = ()
    shared_directors: tuple[SharedDirector, ...] = ()
    shared_contacts: tuple[SharedContact, ...] = ()
    moves: tuple[ChainOfMoves, ...] = ()
    left_out: int = 0
    contacts_left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMarked:
    """Ways from a supplier to parties about which something is recorded, the strongest first.

    None of it is in the supplier's own dossier. The marks are those of the last node of each way.
    `left_out` counts the ways beyond the most that are kept.
    """

    supplier: Supplier
    near: tuple[NetworkPath, ...]
    left_out: int = 0

    @property
    def marks(self) -> tuple[NetworkMark, ...]:
        return tuple(mark for path in self.near for mark in path.nodes[-1].marks)
