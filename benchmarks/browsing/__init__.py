"""The hall in a real browser and before twenty boards; see `__main__`."""
