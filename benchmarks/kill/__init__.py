"""Processes killed and connections cut while they work: nothing acknowledged is lost, nothing is done twice."""
