"""The UK Sanctions List: one layout, two file formats, one way to read the fields."""
