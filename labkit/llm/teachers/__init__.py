"""Teachers that answer prompts: a model at hand, a file, or a server."""
