from tests.contracts.test_engagements import *  # noqa: F403 (the suite, on the `backend` of this folder)
from tests.contracts.test_engagements import _people  # noqa: F401 (its people, who are there by themselves)
