"""What part a person has in the work."""

from typing import Literal

Role = Literal["officer", "approver", "auditor", "administrator"]
