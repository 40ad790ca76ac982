"""The public side: the release log, what is projected from it, and the pages and feeds that read it."""
