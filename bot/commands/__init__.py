"""The commands, thin: parse, call, print.  One module per family; heavy rooms are imported inside the commands, so that
`--help` answers at once."""
