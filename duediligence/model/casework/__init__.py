"""What people do: alerts and decisions, roles, declarations, messages, the audit chain."""
