"""Draws the pictures of the documentation from the demo's world: real server, real client, a clock that stands."""
