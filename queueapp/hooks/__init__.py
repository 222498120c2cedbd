"""The office's own scripts: which they are, how one is run, where it is written down what they said."""
