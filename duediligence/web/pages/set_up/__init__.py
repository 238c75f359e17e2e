"""Setting up in the browser: a step a page, for administrators alone."""

from duediligence.web.pages.set_up import (
    copies,
    letter_texts,
    lists,
    own_registers,
    people,
    schedule,
    settings_forms,
    start,
)

EVERY_STEP = (
    start.pages,
    settings_forms.pages,
    lists.pages,
    own_registers.pages,
    schedule.pages,
    people.pages,
    letter_texts.pages,
    copies.pages,
)
