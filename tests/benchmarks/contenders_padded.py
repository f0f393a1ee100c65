"""The loop that most tutorials write: every text padded to 64, the teacher asked at each step."""

import torch
from torch.utils.data import DataLoader, TensorDataset

from tests.benchmarks.meter import Meter
from tests.benchmarks.work import DECAY, LEARNING_RATE, Work, weighted_loss


def padded_loop(work: Work, meter: Meter) -> None:
    """Padded once when tokenising, then a plain loop with torch's default AdamW."""
    found = work.tokenizer(
        work.texts,
        truncation=True,
        padding="max_length",
        max_length=work.max_length,
        return_tensors="pt",
    )
    rows = TensorDataset(found["input_ids"], found["attention_mask"], torch.tensor(work.labels))
    student = meter.watch(work.fresh_student()).train()
    with meter:
        optimizer = torch.optim.AdamW(student.parameters(), LEARNING_RATE, weight_decay=DECAY)
        for _ in range(work.epochs):
            for input_ids, mask, labels in DataLoader(rows, work.batch_size, shuffle=True):
                with torch.no_grad():
                    target = work.teacher(input_ids=input_ids, attention_mask=mask).logits
                logits = student(input_ids=input_ids, attention_mask=mask).logits
                loss = weighted_loss(logits, target, labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                meter.saw(loss.item())
