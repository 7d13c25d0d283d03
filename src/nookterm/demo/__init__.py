"""A living community on a real homeserver of its own, for people who want to see before they sign up."""
