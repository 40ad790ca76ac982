"""Intake: the form, what is sealed from it, the receipt, and the submitter's own thread. Holds no private key."""
