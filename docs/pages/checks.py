"""The page of checks: each with its guidance, its basis and its parameters."""

from collections.abc import Iterator

from duediligence import registry


def page() -> Iterator[str]:
    yield "# Checks\n\nEvery flag carries the id of the check that raised it. "
    yield "Ids never change.\n\n"
    yield "| id | check | topic | severity |\n|---|---|---|---|\n"
    for one in registry.checks().values():
        yield f"| [`{one.id}`](#{one.id.lower()}) | {one.title} | {one.topic} | {one.severity} |\n"
    for one in registry.checks().values():
        yield f"\n## {one.id}\n\n**{one.title}** · severity {one.severity}\n\n{one.guidance}\n\n"
        yield f"Basis: {one.basis}.\n"
        for name, value in one.params.items():
            yield f"\nParameter `{name}`, {value} unless a policy sets it.\n"
