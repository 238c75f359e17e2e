"""The human side: alerts, decisions, the audit chain, evidence packs, retention."""
