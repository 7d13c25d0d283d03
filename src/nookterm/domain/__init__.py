"""What a nook is: frozen values and pure rules; no clock, no input, no output."""
