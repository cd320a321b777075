"""Where the law comes from: the digest we wrote and official text at hand."""
