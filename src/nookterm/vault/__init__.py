"""Where the key of the store and the tokens are kept: the keyring, or a file under a passphrase."""
