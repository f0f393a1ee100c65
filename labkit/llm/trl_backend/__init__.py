"""The same methods by TRL's trainers, for models and machines beyond this one."""
