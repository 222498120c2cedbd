"""Backups that prove themselves: a copy of one instant, beside it a list of what it holds; and the way back to one."""
