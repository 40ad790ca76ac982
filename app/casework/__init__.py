"""The moderators' desk: accounts, queue, case file, redaction, approval."""
