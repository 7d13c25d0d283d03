"""The cryptography that nio lacks, as bytes in and bytes out, so that it can be proved without a server."""
