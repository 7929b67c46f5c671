"""Holds the scores that './tesuji score' wrote by a reward model for lines of input_ids to those of transformers:
each text alone, and all of them padded to one batch."""
import json
import sys

import torch
from transformers import AutoModelForSequenceClassification

model = AutoModelForSequenceClassification.from_pretrained(sys.argv[1], dtype=torch.float32).eval()
rows = [json.loads(line) for line in open(sys.argv[2])]
wrote = torch.tensor([row["score"] for row in rows])
with torch.no_grad():
    alone = torch.cat([model(torch.tensor([row["input_ids"]])).logits[:, 0] for row in rows])
    longest, pad = max(len(row["input_ids"]) for row in rows), model.config.pad_token_id
    print(f"{type(model).__name__}: {len(rows)} texts, pad_token_id {pad}")
    print(f"largest difference of scores, each alone: {(alone - wrote).abs().max().item():.3g}")
    if pad is not None:
        filled = lambda row, value: row + [value] * (longest - len(row))
        ids = torch.tensor([filled(row["input_ids"], pad) for row in rows])
        mask = torch.tensor([filled([1] * len(row["input_ids"]), 0) for row in rows])
        batch = model(ids, attention_mask=mask).logits[:, 0]
        print(f"largest difference of scores, in one batch: {(batch - wrote).abs().max().item():.3g}")
