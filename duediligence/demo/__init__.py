"""Invented lists, suppliers and companies, and the server that answers for the companies."""

# The share of the publishers' sizes that the invented lists have: what each must hold at least is
# the publisher's least, times this, rounded up.
SAMPLE_SCALE = 1 / 20_000
