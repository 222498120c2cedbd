"""One screen per role, one question per screen."""
