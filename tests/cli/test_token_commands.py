"""Tokens of the API on the command line."""

import json

from .conftest import Run


def test_a_token_is_made_listed_and_ended(run: Run) -> None:
    made = run("tokens", "add", "finance system", "--scope", "match,read", "--expires", "30d")
    assert made.code == 0
    secret = made.out.strip()
    assert secret.startswith("dd_")
    assert "shown only now" in made.err
    assert "finance system" in run("tokens", "list").out
    listed = run("tokens", "list", "--json").out
    (token,) = json.loads(listed)["data"]
    assert (token["name"], token["scopes"], token["state"], token["used"]) == (
        "finance system", ["match", "read"], "active", None,
    )  # fmt: skip
    assert secret not in listed
    assert run("tokens", "end", token["id"]).out == f"The token {token['id']} has ended.\n"
    assert run("tokens", "end", token["id"]).out == "It was ended before.\n"
    kinds = run("audit", "log").out
    assert "token made" in kinds
    assert "token ended" in kinds
    assert run("audit", "verify").code == 0


def test_what_is_not_allowed_is_said(run: Run) -> None:
    assert "There are no tokens." in run("tokens", "list").err
    for wrong, said in (
        (("--expires", "soon"), "'soon' is not a valid number of days"),
        (("--expires", "400d"), "1 to 366 days, not 400"),
        (("--scope", "admin"), "Unknown scope 'admin'"),
        (("--scope", ","), "at least one scope"),
    ):
        failed = run("tokens", "add", "x", *wrong)
        assert (failed.code, failed.out) == (2, "")
        assert said in failed.err
    unknown = run("tokens", "end", "none")
    assert unknown.code == 2
    assert "duediligence tokens list" in unknown.err
