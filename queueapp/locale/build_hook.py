"""Compiles the catalogues when the project is built or installed, so that no compiled file is kept in git."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface):
    """Writes a `.mo` beside every `.po`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Compile every catalogue below this folder."""
        from babel.messages.mofile import write_mo  # noqa: PLC0415 - only there while building
        from babel.messages.pofile import read_po  # noqa: PLC0415

        for source in Path(self.root, "queueapp", "locale").rglob("*.po"):
            with source.open("rb") as text, source.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(text))
