"""The two themes: light and dark, with contrast enough for a bright hall and a dim desk."""

from textual.css.stylesheet import Stylesheet
from textual.theme import Theme

DARK = Theme(
    name="queueapp-dark",
    dark=True,
    primary="#4aa8ff",
    secondary="#8ab4d8",
    accent="#ffb454",
    warning="#ffb454",
    error="#ff7b72",
    success="#5fd38d",
    foreground="#e8edf2",
    background="#10161d",
    surface="#18212b",
    panel="#243140",
    variables={"block-cursor-foreground": "#10161d", "block-cursor-background": "#4aa8ff"},
)
LIGHT = Theme(
    name="queueapp-light",
    dark=False,
    primary="#0b5cad",
    secondary="#3d5a73",
    accent="#9a5200",
    warning="#9a5200",
    error="#b3261e",
    success="#1b6e3c",
    foreground="#14202b",
    background="#f7f9fb",
    surface="#eaeff4",
    panel="#d6dfe8",
    variables={"block-cursor-foreground": "#ffffff", "block-cursor-background": "#0b5cad"},
)
THEMES = (DARK, LIGHT)


def other_theme(name: str) -> str:
    """Return the name of the theme that a change of theme would bring."""
    return LIGHT.name if name == DARK.name else DARK.name


class ThriftyStylesheet(Stylesheet):
    """Reads all its rules anew when the colours change; Textual does so twice for each screen that is opened.

    A rule that was only added is read when the rules are next asked for.
    """

    def __init__(self, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._colours = variables
        self._is_outdated = False

    def set_variables(self, variables: dict[str, str]) -> None:
        """Take other colours."""
        if variables != self._colours:
            self._colours, self._is_outdated = variables, True
            super().set_variables(variables)

    def reparse(self) -> None:
        """Read the rules again, if that would change any."""
        if self._is_outdated:
            super().reparse()
            self._is_outdated = False
