"""Who may sign in: accounts, sessions, one-time codes. No HTTP."""
