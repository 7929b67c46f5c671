"""Holds the log-probabilities that './tesuji score' wrote for lines of input_ids to those of transformers."""
import json
import sys

import torch
from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32).eval()
largest, tokens = 0.0, 0
for line in open(sys.argv[2]):
    row = json.loads(line)
    ids = torch.tensor([row["input_ids"]])
    with torch.no_grad():
        expected = model(ids).logits[0, :-1].log_softmax(-1).gather(1, ids[0, 1:, None])[:, 0]
    largest = max(largest, (expected - torch.tensor(row["logprobs"])).abs().max().item())
    tokens += len(row["logprobs"])
print(f"{type(model).__name__}: {tokens} tokens, largest difference of log-probabilities {largest:.3g}")
