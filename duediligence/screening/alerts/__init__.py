"""The alerts that screenings raise, kept in the transaction of what changes them."""
