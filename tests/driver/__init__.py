"""Random keys, clicks and accidents, for the whole program in a pseudo-terminal.

    python -m tests.driver [--jobs 4] [--seeds 20] [--seed 7] [--events 5000]
    python -m tests.driver --play FILE

A whole run is 100,000 events: 5,000 of each of 20 seeds, which take turns at four
sizes. ``--jobs`` has several seeds at once, each with a program, a server and folders
of its own.

A seed makes a list of ``events`` (``maker``: of what ``hands`` do, of what
``terminals`` do, and of prompts and servers), which is played to the real program
and a loopback server (``play``); afterwards it is looked at what the program left
behind (``verdict``). A list that finds a fault is cut down to the shortest that still
does (``shrink``) and printed, one event a line: ``--play`` takes it again.
"""
