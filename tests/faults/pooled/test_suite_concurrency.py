from tests.contracts.test_concurrency import *  # noqa: F403 (the suite, on the `backend` of this folder)
