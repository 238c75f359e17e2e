"""What the bulk files tell of a company, and plainly what they cannot."""

from typing import Any

from duediligence.model import (
    Company,
    Missing,
    NotInScope,
    NotKnown,
    Officer,
    Owner,
    RegisterVersion,
    Source,
)
from duediligence.screening.dossiers.ownership import parents
from duediligence.screening.dossiers.parts import same
from duediligence.store.register import RegisterStore

ONLY_ONLINE = NotInScope("company-bulk-file-only")
_NO_OWNERS = NotInScope("owners-not-loaded")


class Bulk:
    """A company in the local register. Raises StorageError."""

    def __init__(self, register: RegisterStore, number: str, depth: int) -> None:
        self._register = register
        self._number = number
        self._depth = depth

    def parts(self) -> dict[str, Any]:
        """Each part of the dossier by name."""
        company = self._register.company(self._number)
        if company is None:
            return self.without(
                NotKnown(
                    f"{self._number} is not among the live companies of the bulk file: it may be "
                    "dissolved, mistyped or very new; only the API of Companies House can tell."
                )
            )
        number = company.number
        owners = self._register.owners(number)
        return {
            "company": company,
            **_NEVER_IN_BULK,
            "owners": _loaded(owners),
            "statements": _loaded(self._register.statements(number)),
            "psc_exempt": _loaded(self._register.psc_exempt(number)),
            "charges": () if company.has_charges is False else ONLY_ONLINE,
            "parents": _NO_OWNERS
            if owners is None
            else parents(_Steps(self._register), company, owners, depth=self._depth),
        }

    def without(self, why: Missing) -> dict[str, Any]:
        """Every part where there is no record to read: what the files never have stays so."""
        parts = {**same(why), **_NEVER_IN_BULK, "charges": ONLY_ONLINE}
        if "psc" not in self._register.versions():
            parts |= dict.fromkeys(("owners", "statements", "psc_exempt", "parents"), _NO_OWNERS)
        return parts

    def sources(self) -> list[Source]:
        """The files that the parts came from."""
        versions = self._register.versions()
        of = {
            "companies-house": ("company",),
            "psc": ("owners", "statements", "psc_exempt", "parents"),
        }
        return [
            loaded(part, version)
            for register, version in versions.items()
            for part in of.get(register, ())
        ]


class _Steps:
    """The register as the chain of owners asks it."""

    def __init__(self, register: RegisterStore) -> None:
        self._register = register

    def company(self, number: str) -> Company | None:
        return self._register.company(number)

    def owners(self, number: str) -> tuple[Owner, ...]:
        return self._register.owners(number) or ()

    def officers(self, number: str) -> tuple[Officer, ...]:  # noqa: ARG002
        return ()


def loaded(part: str, version: RegisterVersion) -> Source:
    """A bulk file as the source of a part."""
    names = ", ".join(file.name for file in version.files)
    sha256 = version.files[0].sha256 if len(version.files) == 1 else ""
    return Source(part, f"{version.register}: {names}", version.loaded_at, sha256)


def _loaded(part: Any) -> Any:
    return _NO_OWNERS if part is None else part


_NEVER_IN_BULK = dict.fromkeys(
    ("officers", "filings", "insolvencies", "appointments", "disqualifications"), ONLY_ONLINE
)
