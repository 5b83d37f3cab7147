"""Gives a Python that did not start through the entrypoint a user name, a home, a locale and a host name.

That is so for exec and for a pod's command. The .pth file beside this one imports this module, when Python starts, unless the
environment is marked as complete. The same command then starts again, as the same process, by way of identity.sh, because a
library that is preloaded works from the start of a process only.
"""

import os

SCRIPT = "/opt/rbs-spark/identity.sh"
START = 'source "$1" || exit; exec -a "$3" "$2" "${@:4}"'


def _start_again():
    with open("/proc/self/cmdline", "rb") as cmdline:
        command = cmdline.read().split(b"\0")[:-1]
    program = os.readlink("/proc/self/exe")
    # not in a program that has Python as a library
    if os.path.basename(program).startswith("python") and os.path.exists(SCRIPT):
        os.execv("/bin/bash", ["bash", "-c", START, "bash", SCRIPT, program, *command])


_start_again()
