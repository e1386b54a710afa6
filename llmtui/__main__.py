"""``python -m llmtui``."""

from llmtui.cli.main import entry

if __name__ == "__main__":
    entry()
