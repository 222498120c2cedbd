"""Everything that changes the queue: synchronous functions of a session, one transaction each."""
