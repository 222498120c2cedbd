"""Turns a short text into the modules of a QR code: for paper as dots, for the terminal as half blocks."""

Modules = list[list[bool]]


def modules_of(text: str, quiet: int) -> Modules:
    """Return the rows of a QR, True where it is dark, with `quiet` modules of white around it."""
    import segno  # noqa: PLC0415 - only what has a QR needs it

    code = segno.make(text, micro=False, error="m")
    return [[bool(module) for module in row] for row in code.matrix_iter(border=quiet)]


def qr_text(text: str) -> str:
    """Return a QR for a terminal of light letters on dark: two modules above each other are one character."""
    rows = modules_of(text, 2)
    if len(rows) % 2:
        rows.append([True] * len(rows[0]))  # dark as the terminal, so that it does not show
    blocks = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(blocks[pair] for pair in zip(above, below, strict=True)) for above, below in pairs)
