"""Sharing between processes: nothing happens alone, and two real ones end alike."""

import subprocess
import sys

import torch

from labkit.llm.trl_backend.processes import average_slopes, share_start, world_size

TWO = """
import torch, torch.distributed as dist
from labkit.llm.trl_backend.processes import average_slopes, share_start, world_size
assert world_size() == 1
dist.init_process_group("gloo")
rank = dist.get_rank()
torch.manual_seed(rank)
model = torch.nn.Linear(2, 1)
share_start(model)
spare = torch.nn.Parameter(torch.zeros(1))
model.weight.grad = torch.full((1, 2), float(rank + 1))
if rank:
    spare.grad = torch.ones(1)
average_slopes([model.weight, spare])
told = [world_size(), model.bias.item(), *model.weight.grad[0].tolist(), spare.grad.item()]
everyone = [None] * dist.get_world_size()
dist.all_gather_object(everyone, told)
if not rank:
    print(everyone)
dist.destroy_process_group()
"""


def test_a_process_alone_keeps_everything():
    model = torch.nn.Linear(2, 1)
    before = model.weight.detach().clone()
    share_start(model)
    model.weight.grad = torch.ones(1, 2)
    average_slopes(list(model.parameters()))
    assert world_size() == 1 and torch.equal(model.weight, before)
    assert model.weight.grad.tolist() == [[1.0, 1.0]] and model.bias.grad is None


def test_two_processes_start_alike_and_take_the_mean(tmp_path):
    script = tmp_path / "two.py"
    script.write_text(TWO)
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2"]
    run = subprocess.run([*launch, str(script)], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    first, second = eval(run.stdout.strip().splitlines()[-1])
    assert first == second and first[0] == 2
    assert first[2:] == [1.5, 1.5, 0.5]
