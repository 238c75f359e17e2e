"""Another version of the matcher in a test, as an upgrade of the program brings it."""

import pytest

from duediligence.matching.names import features
from duediligence.screening.lists.loading import COMPILED_WITH

_READ_IN = (
    "duediligence.screening.run.screen",
    "duediligence.screening.lookup.incremental",
    "duediligence.matching.index.index",
    "duediligence.scheduling.rescreening",
    "duediligence.delivery.pack.making",
    "duediligence.delivery.pack.comparing",
    "duediligence.delivery.pack.verifying",
)


def use_matcher(
    monkeypatch: pytest.MonkeyPatch, version: str, *, extra_person: float, form: float
) -> None:
    """Match by these weights from now on: what a further word costs in a person's name, and what
    other legal forms cost.

    The index allows for the usual weights: for dearer ones, its bound is on the safe side. Indexes
    of another version are not readable until the lists are refreshed.
    """
    monkeypatch.setattr(features, "EXTRA_PERSON", extra_person)
    monkeypatch.setattr(features, "FURTHER_PERSON", extra_person)
    monkeypatch.setattr(features, "FORMS_DIFFER", form)
    for module in _READ_IN:
        monkeypatch.setattr(f"{module}.MATCHER_VERSION", version)
    monkeypatch.setattr(
        "duediligence.screening.lists.loading.COMPILED_WITH", f"{COMPILED_WITH}/{version}"
    )
