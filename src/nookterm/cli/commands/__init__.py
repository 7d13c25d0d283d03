"""The commands without a screen, by the rooms of the house that they work in."""
