"""The commands of casework, one file a noun or less."""
