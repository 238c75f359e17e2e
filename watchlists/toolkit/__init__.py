"""What the lists share, public: docs/developer/adding-a-list.md names each module."""
