"""What several rules about registered entities need to say: forms, names, dates, words."""

from duediligence.model import Outcome

CLEAR = Outcome("clear")
