"""What is kept. `lists.db` can be fetched again; `casework.db` cannot, and lives apart."""

import sys

if "numpy" not in sys.modules:
    # sqlite-utils imports numpy, where it is installed, to know its types. Nothing of these is
    # stored here, and it would be a fifth of the wait of a short command.
    sys.modules["numpy"] = None  # type: ignore[assignment]
    try:
        import sqlite_utils  # noqa: F401
    finally:
        del sys.modules["numpy"]
