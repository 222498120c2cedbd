"""Proofs that need a hand on the file system."""
