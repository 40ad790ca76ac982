"""Tests of the Office: its feed, its desk."""
