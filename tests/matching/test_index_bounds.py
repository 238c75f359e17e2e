"""Pairs that just match, at the edges of what the index may leave out."""

from duediligence.matching import DEFAULT_THRESHOLD, Index, Subject, compare, prepare
from duediligence.matching.index.candidates import cannot_carry
from duediligence.model import ListEntry, Name
from tests.rows import for_each


@for_each(
    ("query", "listed", "kind"),
    [
        # The rarest word stands against a bracketed one, which costs less than to stand alone.
        ("Vantrus Zoramain Branch", "ZORAMAIN (ALBANIA BRANCH)", "organisation"),
        # Below the threshold by less than a score is rounded by.
        ("Holding Manor Services", "Manor Services", "organisation"),
        # A last word cut off, for one that is a letter longer and for one that is much longer.
        ("Yusuf Rashid Tamim Belkoran", "Yusuf Rashid Tamim BELKORANT", "person"),
        ("Yusuf Rashid Tamim Be", "Yusuf Rashid Tamim BELKORANI", "person"),
        # Two words of a long name, where further extra words cost less.
        ("Yusuf Belkoran", "Yusuf Rashid Tamim Quirante BELKORAN", "person"),
        # A firm's name that stops where the other goes on, for more than is left of it.
        (
            "Vantrus Marine Logistics and Shi",
            "Vantrus Marine Logistics and Shipping Agents Solmarin Zorkut Belkoran Tamrazov",
            "organisation",
        ),
        # One word for two and for three, of which a small one was dropped, and with a letter more.
        ("Bel kora ni Ship", "Belkorani Ship", "organisation"),
        ("Vantrus Solm in Ship", "Vantrus Solmin Ship", "organisation"),
        ("AlqSolmar Mining", "Al-Solmar Mining", "organisation"),
        ("Belqkor Mining", "Bel-Kor Mining", "organisation"),
        ("IvanZorkov", "Ivan Zorkov", "person"),
        ("Abdul Latif Zorkani", "Abdulatif Zorkani", "person"),
        # Two words for two, split at another letter.
        ("Chun-sOp Zorkani", "Chuns-Op Zorkani", "person"),
        ("Alv-antrus Solmarin", "Al-Vantrus Solmarin", "organisation"),
        # Cut off in a word, and after one where a field is full.
        (
            "Limited Liability Company Vantruspo",
            "Limited Liability Company Vantruspostroy Zorkut Belkoran",
            "organisation",
        ),
        (
            "OPEN JOINT STOCK COMPANY VANTRUSIAN",
            "OPEN JOINT STOCK COMPANY VANTRUSIAN SAVINGS BANK",
            "organisation",
        ),
        # A firm's name as a narrow field cuts it off: in a word, and after one that fills it.
        ("Solmarin Vantrus Shi", "Solmarin Vantrus Shipping Agents", "organisation"),
        ("Solmarin Vantrus Tamrazo", "Solmarin Vantrus Tamrazov Zorkut", "organisation"),
        ("Solmarin Tamra Care Hom", "Solmarin Tamra Care Homes Trading Group", "organisation"),
        ("Solma. - Vantu. - Tamra. - Zorku", "Solma. Vantu. Tamra. Zorkut Belkor", "organisation"),
        # Words as a ledger writes them short, one or all of them, on either side.
        ("Vantrus Nurs Hse", "Vantrus Nursing House", "organisation"),
        ("Vantrus Servs Zorkut", "Vantrus Services Zorkut", "organisation"),
        ("Vantrus Mngmnt Sols", "Vantrus Management Solutions", "organisation"),
        ("Vantrus Zorkut Coy", "Vantrus Zorkut Company", "organisation"),
        ("Vantrus Oil Comp", "Vantrus Oil Company", "organisation"),
        ("Vantrus Tech & Srvces Limi", "Vantrus Technology and Services", "organisation"),
        # A number that only one of them has.
        ("Vantrus 2100 Technology", "Vantrus Technology", "organisation"),
    ],
)
def test_a_pair_that_just_matches_is_found(query, listed, kind):
    assert compare(prepare(query, kind), prepare(listed, kind)).score >= DEFAULT_THRESHOLD
    index = Index.build([ListEntry(id="1", list_id="x", kind=kind, names=(Name(listed),))])
    assert index.search(Subject((query,), kind))
    assert index.search(Subject((listed,), kind))


@for_each(("left", "carries"), [(0.3, False), (0.6, False), (0.8, True)])
def test_words_that_are_too_common_cannot_carry_a_firm(left, carries):
    assert cannot_carry(left, 2, 0.1, DEFAULT_THRESHOLD, person=False) != carries
