"""The EU financial sanctions file: what a sanctionEntity is made of."""
