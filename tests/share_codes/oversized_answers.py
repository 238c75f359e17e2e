"""Answers of the Central Digital Platform too deep or too large to store in the project."""


def build_nested_answer(depth: int) -> str:
    """Return an answer whose `details` has `depth` objects inside each other."""
    return _open_answer() + '{"legalForm":' * depth + "null" + "}" * (depth + 1)


def build_large_answer(megabytes: int) -> str:
    """Return an answer of about that size: valid, with one very long list of connected persons."""
    person = (
        '{"id":"%08d-0000-4000-8000-000000000000","relationship":'
        '"DirectorOrIndividualWithTheSameResponsibilitiesForIndividual",'
        '"firstName":"Person","lastName":"Number %d","period":{"endDate":null}}'
    )
    count = megabytes * 1_000_000 // len(person % (0, 10_000))
    persons = ",".join(person % (number, number) for number in range(count))
    return _open_answer() + 'null,"associatedPersons":[' + persons + "]}"


def _open_answer() -> str:
    return (
        '{"id":"00000000-0000-4000-8000-000000990025","type":"organisation",'
        '"name":"Deepholme Wells Limited","details":'
    )
