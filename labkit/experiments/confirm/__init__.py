"""The claims of the Adversarial Distillation paper at full strength: its method to the letter."""
