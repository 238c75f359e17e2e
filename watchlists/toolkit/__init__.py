"""What the lists share, public and documented: docs/adding-a-list.md names each module."""
