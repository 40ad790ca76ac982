"""The Office of the President of the Human Rights Council: its feed, its desk, and what it records that it did."""
