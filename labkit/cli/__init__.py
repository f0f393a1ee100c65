"""The commands: the only place that turns a name into a study."""
