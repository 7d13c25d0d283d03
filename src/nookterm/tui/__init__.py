"""What is drawn in the terminal, and which key does what."""
