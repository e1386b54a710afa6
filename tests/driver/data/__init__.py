"""Random edits of a user's files, and what the program makes of them.

    python -m tests.driver.data [--files 10000] [--seed 1] [--terminal 20]
    python -m tests.driver.data --play FILE

``folders`` makes what a program that was used has on the disk, each text with a word
of its own in it. A seed makes edits (``edits``); after one or a few of them the
program does what it does at a start and in a day's work (``visit``), and it is looked
at whether something was raised, took long, was kept silent, or is lost (``verdict``).
"""
