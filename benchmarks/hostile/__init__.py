"""Hostile text: names, notes and reasons that nobody means well with, through every door."""
