"""What is kept about people: nothing, for an order names nobody and goes with its supplier."""

RULES = ()


def apply_retention(workspace, rules):  # type: ignore[no-untyped-def]
    return (), list


def refuse_removal(workspace, refs, rule):  # type: ignore[no-untyped-def]
    pass


def remove_mentions(workspace, refs):  # type: ignore[no-untyped-def]
    return ()


def finish_removal(workspace, refs, at):  # type: ignore[no-untyped-def]
    pass


def read_personal_data(workspace, may_hold):  # type: ignore[no-untyped-def]
    return iter(())


def search_restricted(workspace, named_in):  # type: ignore[no-untyped-def]
    return ()


def describe_not_searched(workspace):  # type: ignore[no-untyped-def]
    return ""
