"""The voice in the hall: recordings, joined to announcements, played one at a time."""
