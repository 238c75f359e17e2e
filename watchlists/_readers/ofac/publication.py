"""One of OFAC's two lists: the files it is published in, and what it imposes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from duediligence.contracts import Drift, Feed

_EXPORTS = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/"
# The service answers with a redirect to its bucket in Amazon's US government region.
_HOSTS = (
    "wc2h-sls-prod-public-published.s3.us-gov-west-1.amazonaws.com",
    "wc2h-sls-prod-public-published.s3.us-gov-east-1.amazonaws.com",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Names of the files, and the rule for what the programmes of a party impose."""

    list_id: str
    primary: str
    aliases: str
    addresses: str
    comments: str
    xml: str
    measures: Callable[[Sequence[str], Drift], tuple[str, ...]]

    @property
    def csv_feeds(self) -> tuple[Feed, ...]:
        """The CSV set.

        Names stand in the primary file, the aliases and (quoted, in remarks that were cut) the
        comments; addresses tell parties apart. All are needed, and none of them is ever empty.
        """
        return (
            _feed(self.primary),
            *(
                _feed(name, rows_of=self.primary)
                for name in (self.aliases, self.addresses, self.comments)
            ),
        )

    @property
    def xml_feeds(self) -> tuple[Feed, ...]:
        """The same list as one XML file."""
        return (_feed(self.xml),)


def _feed(filename: str, *, rows_of: str = "") -> Feed:
    return Feed(filename, _EXPORTS + filename, hosts=_HOSTS, rows_of=rows_of)
