"""How a language model learns from another one: from its text, its logits or an adversary."""
