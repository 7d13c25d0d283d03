"""The homeserver as the rest of the program knows it; every name of nio lives and ends here."""
