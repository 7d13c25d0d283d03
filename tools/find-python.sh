#!/bin/sh
# Prints the path of a Python that can build nookterm's environment, or says what is missing and how to get it.
# Candidates are run, not only looked up: a pyenv shim is there for versions that are not active too.
wanted='import sys, venv, ensurepip; assert sys.version_info >= (3, 11); print(sys.executable)'
for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if found=$("$name" -c "$wanted" 2>/dev/null); then
        echo "$found"
        exit 0
    fi
done
{
    echo "nookterm needs Python 3.11 or newer with its venv module, and found none on the PATH."
    echo "  Debian, Ubuntu: sudo apt install python3 python3-venv     Fedora: sudo dnf install python3"
    echo "  Another place:  make PYTHON=/path/to/python3"
} >&2
exit 1
