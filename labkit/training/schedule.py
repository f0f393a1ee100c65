"""How large each step is: a pure function of the step's number."""


def warmup_then_decay(step: int, total: int, warmup_share: float = 0.1) -> float:
    """A factor in (0, 1]: up in a straight line, then down in a straight line.

    step: 0 to total - 1; warmup_share: share of all steps spent going up
    """
    warmup = max(1, round(total * warmup_share))
    if step < warmup:
        return (step + 1) / warmup
    return max(0.0, (total - step) / max(1, total - warmup))
