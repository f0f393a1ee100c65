"""Every table and figure of Adversarial Distillation: plan, arms, claims, pictures."""
