"""Every JSON that outlives the code: its model, its version, its upgrade."""
