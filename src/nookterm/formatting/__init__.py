"""Formatted text: what other clients send as HTML, and what one writes as Markdown. Pure functions of their input."""
