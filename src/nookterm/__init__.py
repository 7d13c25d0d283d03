"""Small, private, encrypted communities on Matrix, in the terminal."""
