"""Random keys, clicks and accidents, for the whole program in a pseudo-terminal.

    python -m tests.driver [--events 5000] [--seeds 20] [--seed 7] [--size 80x24]
    python -m tests.driver --play FILE

A seed makes a list of events (``events``), which is played to the real program and
a loopback server (``play``); afterwards it is looked at what the program left
behind (``verdict``). A list that finds a fault is cut down to the shortest that still
does (``shrink``) and printed, one event a line: ``--play`` takes it again.
"""
