"""How words get in and out."""
