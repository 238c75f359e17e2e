"""Options of a command out of the description of its request, or of a function."""

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial, wraps
from typing import Annotated, Any, TypeVar

import typer
from typer.models import ArgumentInfo, OptionInfo

from duediligence.cli.globals import GLOBALS
from duediligence.request_fields import RequestField, describe_request

Result = TypeVar("Result")


def take_request(
    request: type, *, only: Collection[str] = (), **own: ArgumentInfo | OptionInfo
) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Return a decorator of a command that gives it an option for each field of a request.

    The command takes the request as its parameter `facts`. `own` are the fields that are asked for
    in another way, as an argument or a required option; `only` those that are asked for at all.
    """
    described = {
        name: about for name, about in describe_request(request).items() if not only or name in only
    }

    def decorate(command: Callable[..., Result]) -> Callable[..., Result]:
        signature = inspect.signature(command)
        taken = {_name_parameter(name, about, signature): name for name, about in described.items()}
        parameters = [
            each
            for one in signature.parameters.values()
            for each in (_list_parameters(taken, described, own) if one.name == "facts" else [one])
        ]

        @wraps(command)
        def run(**values: Any) -> Result:
            GLOBALS.options = {
                name: _name_option(name, about, own.get(name)) for name, about in described.items()
            }
            facts = {
                name: _read_value(name, described[name], values.pop(parameter))
                for parameter, name in taken.items()
            }
            return command(facts=request(**facts), **values)

        set_parameters(run, parameters)
        return run

    return decorate


def take_options(
    function: Callable[..., Any], parameter: str
) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Return a decorator of a command that gives it the options of a function, which are those of
    its parameters that have a default. The command takes as `parameter` the function with what was
    given.
    """
    positional = inspect.Parameter.POSITIONAL_OR_KEYWORD
    options = [
        one.replace(kind=positional)
        for one in inspect.signature(function).parameters.values()
        if one.default is not inspect.Parameter.empty
    ]

    def decorate(command: Callable[..., Result]) -> Callable[..., Result]:
        parameters = [
            each
            for one in inspect.signature(command).parameters.values()
            for each in (options if one.name == parameter else [one])
        ]

        @wraps(command)
        def run(**values: Any) -> Result:
            given = {one.name: values.pop(one.name) for one in options}
            return command(**values, **{parameter: partial(function, **given)})

        set_parameters(run, parameters)
        return run

    return decorate


def set_parameters(command: Callable[..., Any], parameters: Sequence[inspect.Parameter]) -> None:
    """Say which parameters a command has: Typer reads both its signature and its annotations."""
    vars(command)["__signature__"] = inspect.Signature(parameters)
    command.__annotations__ = {one.name: one.annotation for one in parameters}


def _name_parameter(name: str, about: RequestField, signature: inspect.Signature) -> str:
    """Return the parameter of a field: the name of its option, which help shows for the value."""
    parameter = (about.option or name).replace("-", "_")
    return f"new_{parameter}" if parameter in signature.parameters else parameter


def _list_parameters(
    taken: Mapping[str, str],
    described: Mapping[str, RequestField],
    own: Mapping[str, ArgumentInfo | OptionInfo],
) -> Iterator[inspect.Parameter]:
    """Yield the parameter of each field, those that must be given first."""
    for parameter, name in sorted(taken.items(), key=lambda one: one[1] not in own):
        about = described[name]
        asked = own.get(name) or typer.Option(
            _name_option(name, about), metavar=about.metavar, help=about.help or f"{about.label}."
        )
        default: object = about.choices[0] if about.choices else ""
        annotation: Any = str
        if about.kind == "lines":
            default, annotation = None, list[str] | None
        yield inspect.Parameter(
            parameter,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=inspect.Parameter.empty if name in own else default,
            annotation=Annotated[annotation, asked],
        )


def _name_option(
    name: str, about: RequestField, own: ArgumentInfo | OptionInfo | None = None
) -> str:
    """Return what a field is called on the command line: its option, or its argument."""
    if isinstance(own, ArgumentInfo):
        return own.metavar or name.upper()
    return f"--{about.option or name.replace('_', '-')}"


def _read_value(name: str, about: RequestField, value: Any) -> Any:
    if about.kind == "lines":
        return tuple(value or ())
    if about.kind == "choice":
        from duediligence.casework.choices import word_of

        return word_of(name, value, about.choices)
    return value
