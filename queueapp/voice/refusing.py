"""What the voice lacks, in words."""

from typing import ClassVar

from queueapp.i18n import _
from queueapp.rules.errors import QueueError


class VoiceError(QueueError):
    """Something that the voice needs is missing or cannot be used; `why` is a message of the catalogue."""

    code: ClassVar[str] = "device_unavailable"

    def __init__(self, why: str, **facts: object) -> None:
        super().__init__(**facts)
        self.why = why

    @property
    def message(self) -> str:
        """The sentence in the language in use."""
        return _(self.why).format(**self.facts)
