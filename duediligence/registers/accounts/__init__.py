"""The accounts that companies file at Companies House as data: iXBRL, singly or in bulk."""

from duediligence.registers.accounts.bulk import day_of, files_in, read_accounts_files

__all__ = ["day_of", "files_in", "read_accounts_files"]
