"""The hall in a browser: the board, the page behind a slip's QR, and the terminals themselves."""
