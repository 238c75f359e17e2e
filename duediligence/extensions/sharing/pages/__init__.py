"""The pages of the console about sharing."""

from duediligence.extensions.sharing.pages import (
    agreements,
    cases,
    exchanges,
    intelligence,
    referrals,
    requests,
)

PAGES = (
    referrals.pages,
    cases.pages,
    requests.pages,
    intelligence.pages,
    agreements.pages,
    exchanges.pages,
)
