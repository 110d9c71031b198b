from tests.contracts.test_unit_of_work import *  # noqa: F403 (the suite, on the `backend` of this folder)
