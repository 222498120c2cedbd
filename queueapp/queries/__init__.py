"""Everything that is read from the queue: synchronous functions of a session that return views."""
