"""Options that are made of the description of a request, and how errors name them."""

from collections.abc import Callable
from typing import get_args

from typer import Typer
from typer.main import get_command

from duediligence.cli import supplier_changes, supplier_contracts
from duediligence.model import entries
from duediligence.model.suppliers import PartRole
from duediligence.request_fields import describe_request
from duediligence.suppliers.facts import SUPPLIER_FIELDS, ContractFacts, SupplierFacts
from tests.rows import for_each

from .conftest import Run


def options_of(command: Callable[..., object]) -> dict[str, str]:
    """Return the help of each option and argument of a command."""
    app = Typer()
    app.command()(command)
    return {one.opts[0]: getattr(one, "help", "") for one in get_command(app).params}


@for_each(
    ("command", "request_type"),
    [
        (supplier_changes.edit, SupplierFacts),
        (supplier_contracts.edit_contract, ContractFacts),
    ],
)
def test_each_field_has_an_option_with_its_help(
    command: Callable[..., object], request_type: type
) -> None:
    options = options_of(command)
    for name, about in describe_request(request_type).items():
        option = f"--{about.option or name.replace('_', '-')}"
        assert options[option] == (about.help or f"{about.label}.")


def test_the_description_agrees_with_the_model() -> None:
    assert SUPPLIER_FIELDS["role"].choices == get_args(PartRole)
    schemes = [scheme for about in SUPPLIER_FIELDS.values() for scheme in about.schemes]
    assert sorted(schemes) == sorted(
        (
            entries.COMPANY,
            entries.CHARITY_ENGLAND_WALES,
            entries.CHARITY_SCOTLAND,
            entries.CHARITY_NORTHERN_IRELAND,
            entries.MUTUAL,
            entries.PROCUREMENT,
            entries.CARE,
        )
    )


@for_each(
    ("arguments", "said"),
    [
        (("A Ltd", "--number", "12x"), "Error: --number 12x: not a Companies House number"),
        (("A Ltd", "--charity", "SC12"), "Error: --charity SC12: too short to be sure of"),
        (
            ("A Ltd", "--person", "Ann Noname, 1965-13"),
            "Error: --person Ann Noname, …-…: the birth",
        ),
        (("A Ltd", "--role", "boss"), "Error: --role: 'boss' is not a valid value"),
        (("A Ltd", "--part-of", "a\0"), "Error: --part-of: holds a NUL byte"),
        (("A\0",), "Error: NAME: holds a NUL byte"),
    ],
)
def test_an_error_names_the_option_or_argument(
    run: Run, arguments: tuple[str, ...], said: str
) -> None:
    done = run("suppliers", "add", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(said)


def test_an_error_about_a_contract_names_its_argument_or_option(run: Run) -> None:
    assert run("suppliers", "add", "A Ltd", "--ref", "S1").code == 0
    contract = ("suppliers", "contract")
    long = run(*contract, "add", "S1", "x" * 501)
    assert long.err.startswith("Error: TITLE: 501 characters; the maximum is 500")
    assert run(*contract, "add", "S1", "Care").code == 0
    again = run(*contract, "edit", "S1", "Care", "--title", "x" * 501)
    assert again.err.startswith("Error: --title: 501 characters; the maximum is 500")
    value = run(*contract, "edit", "S1", "Care", "--yearly-value", "lots")
    assert value.err.startswith("Error: --yearly-value lots: not a sum in pounds")
