"""The desk's rules: what may be done with a case, by whom, and what must hold. No HTTP."""
