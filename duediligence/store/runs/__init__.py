"""What was screened, and with what: runs, dossiers, who was covered."""
