"""Prints the peak resident memory of transformers' training step at a shape of trl_bench.py.

usage: train_peak.py {tiny|small|half} [f32]     f32: float32 weights and moments, bfloat16 autocast
"""
import resource
import sys

sys.path.insert(0, "../shared/peers")
import torch
import trl_bench

name, exact = sys.argv[1], len(sys.argv) > 2
model, _ = trl_bench.model(name)
model = (model.float() if exact else model).train()
*_, batch, length = trl_bench.SHAPES[name]
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)
ids = torch.randint(7, 50, (batch, length))
for _ in range(3):
    with torch.autocast("cpu", torch.bfloat16, enabled=exact):
        loss = model(input_ids=ids, labels=ids).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
print(f"{name}, {'float32 with bfloat16 autocast' if exact else 'as it is'}: peak {peak:.2f} GB")
