"""What a letter lacks is said before its form is filled in."""

from dataclasses import replace

import pytest

from duediligence.model.letters import LETTER_KINDS, LetterKind

from .alert_office import Office, Opener, get


@pytest.mark.parametrize("kind", LETTER_KINDS)
def test_a_letter_that_lacks_a_setting_is_refused_before_its_form(
    open_office: Opener, kind: LetterKind
) -> None:
    office = open_office(second_decision=())
    less = replace(office.settings, privacy_contact="")
    office.service.resolved = replace(office.service.resolved, settings=less)
    client = office.person("Ada", "officer")
    page = get(client, f"/alerts/{office.match().id}/letter?chosen=yes&kind={kind}")
    assert page.status == 422
    assert "a contact for data protection" in page.errors()[0][1]
    assert page.fields()["kind"] == [kind]
    assert "format" not in page.fields()


def test_a_letter_that_must_not_go_out_is_refused_before_its_form(office: Office) -> None:
    client = office.person("Ada", "officer")
    for kind in LETTER_KINDS:
        page = get(client, f"/alerts/{office.restricted().id}/letter?chosen=yes&kind={kind}")
        assert "restricted record" in page.errors()[0][1], kind
        assert "format" not in page.fields()
