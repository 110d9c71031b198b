from tests.contracts.test_inbox import *  # noqa: F403 (the suite, on the `backend` of this folder)
