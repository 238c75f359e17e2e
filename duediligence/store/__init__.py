"""What is kept. `lists.db` can be fetched again; `casework.db` cannot, and lives apart."""

from duediligence.store.lists import ListStore
from duediligence.store.runs import RunStore
from duediligence.store.suppliers import SupplierStore

__all__ = ["ListStore", "RunStore", "SupplierStore"]
