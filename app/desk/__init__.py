"""The moderators' pages: queue, case, redaction desk, accounts."""
