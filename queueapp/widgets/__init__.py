"""Widgets take a view and draw it; they know no store."""
