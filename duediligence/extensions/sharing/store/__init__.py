"""Repositories of the tables of sharing in `casework.db`, and their stored forms."""

from duediligence.extensions.sharing.store.stored_forms import FIELDS, FORMS
from duediligence.store.forms import add_forms

add_forms(FORMS, FIELDS)
