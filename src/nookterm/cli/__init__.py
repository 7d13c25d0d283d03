"""The command line: parses words, wires ports to implementations, picks exit codes."""
