"""The address of the queue: which alerts, in which order, and the addresses beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from duediligence.casework.choices import word_of
from duediligence.casework.queue import STATES, Filters
from duediligence.casework.queue_order import SORTS, Sort
from duediligence.errors import Invalid
from duediligence.model import SEVERITIES
from duediligence.web.form_fields import whole_number
from duediligence.web.visits import Visit

ME, NOBODY = "me", "nobody"
# What a browser sends of a box that is ticked.
YES = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueAddress:
    """What an address of the queue says, each as it stands there. `list` is the id of a list."""

    state: tuple[str, ...] = ()
    severity: str = ""
    list: str = ""
    supplier: str = ""
    owner: str = ""
    overdue: str = ""
    second: str = ""
    everything: str = ""
    sort: str = ""
    backwards: str = ""
    page: str = ""

    @classmethod
    def of(cls, visit: Visit) -> "QueueAddress":
        """Return what the address of this visit says."""
        texts = {one.name: visit.query(one.name).strip() for one in fields(cls)}
        texts.pop("state")
        states = tuple(filter(None, visit.request.query_params.getlist("state")))
        return cls(state=states, **texts)

    def filters(self, who: str) -> Filters:
        """Return which alerts it asks for; `who` looks. Raises Invalid for a word that is not
        known.
        """
        owner = {ME: who, NOBODY: "", "": None}.get(self.owner, self.owner)
        return Filters(
            states=tuple(word_of("state", each, STATES) for each in self.state),
            severity=word_of("severity", self.severity or SEVERITIES[0], SEVERITIES),
            list_id=self.list,
            supplier=self.supplier,
            owner=owner,
            overdue=self.overdue == YES,
            second=self.second == YES,
        )

    @property
    def order(self) -> Sort:
        """Raises Invalid."""
        return word_of("sort", self.sort or SORTS[0], SORTS)

    @property
    def number(self) -> int:
        """Return the number of the page. Raises Invalid."""
        number = whole_number(self.page or "1")
        if number is None:
            raise Invalid(f"{self.page[:40]!r} is not the number of a page", field="page")
        return number

    def url(self, path: str = "/alerts", **changes: str | tuple[str, ...]) -> str:
        """Return an address with these changes; on another page of the list unless it says
        which.
        """
        asked = replace(self, **{"page": "", **changes})  # type: ignore[arg-type]
        values = [one for one in asked.values() if one[1]]
        return f"{path}?{urlencode(values)}" if values else path

    def values(self) -> Iterator[tuple[str, str]]:
        """Yield names and values, as a form sends them."""
        for each in fields(self):
            value = getattr(self, each.name)
            for one in value if isinstance(value, tuple) else (value,):
                yield each.name, one

    def sorted_by(self, key: str) -> str:
        """Return the address that sorts by that; sorted so already, from the other end."""
        here = (self.sort or SORTS[0]) == key
        return self.url(sort=key, backwards="" if self.backwards or not here else YES)

    def selected(self, titles: Mapping[str, str]) -> Sequence[tuple[str, str, str]]:
        """Return what is filtered, by which value, and the address without it."""
        owners = {ME: "mine", NOBODY: "nobody"}
        found = [
            ("State", one, self.url(state=tuple(each for each in self.state if each != one)))
            for one in self.state
        ]
        for what, value, name in (
            ("Severity", f"{self.severity} or higher" if self.severity else "", "severity"),
            ("List", titles.get(self.list, self.list), "list"),
            ("Supplier", self.supplier, "supplier"),
            ("Owner", owners.get(self.owner, self.owner), "owner"),
            ("Overdue", "only" if self.overdue == YES else "", "overdue"),
            ("For you as the second person", "only" if self.second == YES else "", "second"),
            ("Settled", "shown" if self.everything == YES else "", "everything"),
        ):
            if value:
                found.append((what, value, self.url(**{name: ""})))
        return found
