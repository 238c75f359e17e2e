"""Links across suppliers, made from their dossiers: pure, no I/O."""
