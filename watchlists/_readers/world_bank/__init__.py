"""The World Bank writes other names and numbers into two text fields: how they are taken apart."""
