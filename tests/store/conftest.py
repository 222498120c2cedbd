"""What the tests of the store share."""

import pytest

from queueapp.database import Database
from tests.conftest import HandClock
from tests.factories import Hall


@pytest.fixture
def hall(database: Database, clock: HandClock) -> Hall:
    """Give a hall on each of the two databases."""
    return Hall(database, clock)
