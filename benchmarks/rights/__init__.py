"""The proof of rights."""
