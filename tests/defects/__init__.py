"""What happened once in an attack, and may never happen again. Everything over HTTP and the command line."""
