"""The command line: one command, one sentence."""
