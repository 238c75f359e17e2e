"""Which logins are one person: two of them never count as two pairs of eyes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from duediligence.text.names import same_text


@dataclass(frozen=True, slots=True)
class Identities:
    """The person behind each login; a login that is not mapped is a person's own name.

    `people` is the setting `identities`. It also covers what was recorded before a login was
    mapped: names are compared through it, and never rewritten.
    """

    people: Mapping[str, str] = field(default_factory=dict)

    def person(self, login: str) -> str:
        """Return the name under which the person with that login is recorded."""
        return next((name for one, name in self.people.items() if same_text(one, login)), login)

    def same(self, one: str, other: str) -> bool:
        """Return whether two logins, or names of people, are of one person."""
        return same_text(self.person(one), self.person(other))

    def names(self, person: str) -> tuple[str, ...]:
        """Return every login of a person, and their name: what may stand in records."""
        name = self.person(person)
        return (name, *(one for one, of in self.people.items() if same_text(of, name)))

    def only(self, logins: Iterable[str]) -> "Identities":
        """Return what is known of these logins, and nothing of anybody else's."""
        wanted = tuple(logins)
        return Identities(
            {
                login: name
                for login, name in self.people.items()
                if any(same_text(login, one) for one in wanted)
            }
        )
