"""Prints the modules that a Python which asks for none has imported, one a line."""

import sys

print(*sorted(sys.modules), sep="\n")
