"""OFAC's two lists share their formats: sets of headerless CSV files, and one XML file."""
