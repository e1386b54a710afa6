"""Random command lines in random surroundings, for the real program.

    python -m tests.driver.lines [--lines 1000] [--seed 1]
    python -m tests.driver.lines --play FILE

A seed makes lines of the verbs and options that there are (``maker``), each with a
locale, a terminal, a home, handles and a server of its own (``surroundings``). The
program is run (``run``), and must end in time with a documented exit code, a sentence
where it failed, and nothing changed outside its folders (``verdict``).
"""
