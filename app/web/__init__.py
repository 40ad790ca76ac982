"""What every part shares of HTTP."""
