"""How parties and codes of the registers are said: each as a value of a clause."""

from duediligence.model import Officer, Owner, Person
from duediligence.model.facts import Value, firm, person, word
from duediligence.text.legal_forms import has_legal_form
from duediligence.text.names import name_words

# Words by which a party to a charge is known as an organisation, beside its legal form.
_OF_FIRMS = frozenset(
    "bank banks banking society barclays hsbc lloyds natwest santander council authority".split()
)


def plain(code: str) -> Value:
    """A register's code as words: `compulsory-liquidation` → `compulsory liquidation`."""
    return word(code.replace("-", " "))


def party(one: Officer | Owner | Person) -> Value:
    """The name of a person or a firm behind the supplier."""
    match one:
        case Officer():
            role = one.role.replace("-", " ")
            return firm(one.name) if one.corporate else person(one.name, role)
        case Owner():
            return person(one.name, "owner") if one.person else firm(one.name)
        case Person():
            return person(one.name, one.role or "person")


def lender(name: str) -> Value:
    """Whoever a charge is for. Nothing on the register says whether that is a person."""
    known = has_legal_form(name) or not _OF_FIRMS.isdisjoint(name_words(name))
    return firm(name) if known else person(name, "lender")
