"""queueapp: the queue and the counters of a commune-level public service centre."""
