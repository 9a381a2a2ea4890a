"""What every test has. The fixtures themselves live in tests/fixtures, one file a subject."""

pytest_plugins = [
    "tests.fixtures.logs",
    "tests.fixtures.network",
    "tests.fixtures.databases",
    "tests.fixtures.redis_server",
]
