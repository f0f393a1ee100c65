"""SmolLM2 without its prompt: SeqKD, the KLs, on-policy, GAKD and GAD from one start."""
