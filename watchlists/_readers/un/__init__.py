"""The UN consolidated list: what a record is made of."""
