"""The accounts that companies file at Companies House as data: iXBRL, singly or in bulk."""

from duediligence.registers.accounts.bulk import accounts, day_of, files_in

__all__ = ["accounts", "day_of", "files_in"]
