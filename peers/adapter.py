"""Holds the log-probabilities that './tesuji score --model ADAPTER_DIR' wrote to those of PEFT on the same adapter."""
import json
import sys

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

config = json.load(open(sys.argv[1] + "/adapter_config.json"))
base = AutoModelForCausalLM.from_pretrained(config["base_model_name_or_path"], dtype=torch.float32)
model = PeftModel.from_pretrained(base, sys.argv[1]).eval()
largest, moved = 0.0, 0.0
for line in open(sys.argv[2]):
    row = json.loads(line)
    ids = torch.tensor([row["input_ids"]])
    with torch.no_grad():
        logits = model(ids).logits
        with model.disable_adapter():
            moved = max(moved, (model(ids).logits - logits).abs().max().item())
    expected = logits[0, :-1].log_softmax(-1).gather(1, ids[0, 1:, None])[:, 0]
    largest = max(largest, (expected - torch.tensor(row["logprobs"])).abs().max().item())
print(f"largest difference of log-probabilities {largest:.3g}; the adapter moves logits by up to {moved:.3g}")
