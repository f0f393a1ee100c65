"""What a reader meets: lessons, checks, panels, progress and the doctor."""
