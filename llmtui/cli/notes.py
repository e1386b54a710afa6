"""What the help of a verb says below its options."""

from __future__ import annotations

CREATE_NOTES = """\
Without --from and -f the file Modelfile of this folder is read, as Ollama does.
What is given beside a Modelfile counts more than what it says. A model of that
name is made anew. Weights that a Modelfile names by their path are sent to the
server."""

SESSIONS_NOTES = """\
  list                    the saved sessions, or with --trash the deleted ones
  show ID                 what was said on the branch that is shown
  search WORDS            where it was said; also "exact words", -without,
                          model:NAME, role:user, tag:NAME, in:title,
                          before:2026-10, after:2026-10-31
  export ID… | --all      as Markdown, HTML, JSON (importable) or text
  import FILE…            files of llmtui, ChatGPT, Claude, oterm, parllama
  import -m MODEL         what a model was made of: /save, also of ollama run
  rm ID…                  to the trash
  restore ID…             out of the trash
  rename ID TITLE

The beginning of an ID is enough. Words that begin with - come after --, or in
quotes with others. search exits with 1 when it finds nothing."""

HOSTS_NOTES = """\
  list                    the hosts of config.toml and the one of new sessions:
                          NAME KIND URL STATE MODELS VERSION ACCOUNT NOTES
  test [NAME…]            ask them, or all; says what is wrong and what helps
  add NAME URL            put one into config.toml; URL - reads it from standard
                          input, so that no password stands in the history
  rm NAME…                take them out

A password is written http://USER:PASSWORD@HOST. A key is in no file: it comes
from a variable, or is the first line that a command prints, run without a
shell. It goes out as a bearer; with http://USER@HOST it is the password of that
user. A header NAME:$VARIABLE has what that variable holds. With --replace, •••
in the place of user and password, or of a header's value, leaves that as it is.

exit codes of test, the first that is not 0:
  0 there   2 a wrong setting   3 unreachable   5 refused"""

KEYS_NOTES = """\
list prints all commands with their keys. Other keys are set in config.toml, by
the names of the commands:

  [keys]
  fold = ["z", "f12"]     single characters: while the log has the focus
  scrollback = ""         none"""

ASK_NOTES = """\
Standard input is joined to the prompt. Only the answer goes to standard output.
What is attached, and how much it is, is said on standard error if that is a
terminal.

exit codes:
  0 finished   2 usage   3 server unreachable   4 model missing
  5 refused by the server   6 cut answer   7 not in the asked --format
  130 interrupted
  1 the answer cannot be written or saved   141 its reader went away"""

SERVE_NOTES = """\
It speaks Ollama's API and OpenAI's, for this machine only. As for Ollama,
OLLAMA_HOST says where it listens (0.0.0.0 for everybody, who then need no key),
and OLLAMA_ORIGINS which pages of the web may use it."""
