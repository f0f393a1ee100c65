"""Why the first stage of the Adversarial Distillation paper may stand at chance."""
