"""Turns a dataclass over a function into the decorator that declares it."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

Fields = ParamSpec("Fields")
Function = TypeVar("Function")
Declared = TypeVar("Declared")


def make_decorator(
    make: Callable[Concatenate[Function, Fields], Declared],
) -> Callable[Fields, Callable[[Function], Declared]]:
    """Make the decorator `@declares(X)(field=…)` of a class whose first field is a function.

    The decorator takes the keyword fields of the class, with its types and defaults.
    """

    @wraps(make)
    def decorator(*args: Fields.args, **kwargs: Fields.kwargs) -> Callable[[Function], Declared]:
        return lambda function: make(function, *args, **kwargs)

    return decorator
