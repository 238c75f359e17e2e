"""Companies House: companies, their officers, owners and history, by its public data API."""
