"""Commands that found and look after an installation."""
