"""Companies House: companies, their officers, owners and history, by its public data API."""

from duediligence.registers.companies_house.client import CompaniesHouse
from duediligence.registers.companies_house.records import describe

__all__ = ["CompaniesHouse", "describe"]
