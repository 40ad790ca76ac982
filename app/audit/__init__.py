"""Whether what was done and what was read is as it was written: chains are recomputed, and nothing is believed."""
