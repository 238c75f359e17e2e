"""The public registers of environment.data.gov.uk, as its service answers or as tables."""
