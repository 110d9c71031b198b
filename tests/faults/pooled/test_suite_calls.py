from tests.contracts.test_calls import *  # noqa: F403 (the suite, on the `backend` of this folder)
