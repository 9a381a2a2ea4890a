"""`python -m bot`: the same as the console script `genjin`."""

from bot.cli.main import main

main()
