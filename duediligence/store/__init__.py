"""What is kept. `lists.db` can be fetched again; `casework.db` cannot, and lives apart."""

from duediligence.store.casework.runs import RunStore
from duediligence.store.casework.suppliers import SupplierStore
from duediligence.store.lists import ListStore

__all__ = ["ListStore", "RunStore", "SupplierStore"]
