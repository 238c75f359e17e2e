"""The Health and Safety Executive's registers: pages of results, and the page of each record."""
