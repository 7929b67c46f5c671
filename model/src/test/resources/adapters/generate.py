"""Makes adapters with PEFT for models of experts of ../families, and the logits with them.

    python generate.py

Made with torch 2.15.0 (CPU, one thread), transformers 5.24.0 and PEFT 0.21.2, which holds the adapters of all experts of
a layer as one pair of matrices. A folder is an adapter as PEFT saves it, its numbers such as bfloat16
holds, and reference.safetensors: `ids` (int64 [T]) and `logits` (float32 [T, V]) of the model with the adapter.
"""

import json
import os
import shutil
import sys
from pathlib import Path

os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

sys.path.insert(0, str(Path(__file__).parent.parent / "families"))
import padded

torch.set_num_threads(1)
HERE = Path(__file__).parent
FAMILIES = HERE.parent / "families"
BOTH = ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"]
NAMES = ["q_proj", "gate_proj", "up_proj", "down_proj"]
ADAPTERS = {
    "qwen3_moe_names": ("qwen3_moe_usual", dict(target_modules=NAMES)),
    "qwen3_moe_sizes": ("qwen3_moe_last_dense", dict(
        target_modules=["o_proj"], target_parameters=BOTH, rank_pattern={"experts.down_proj": 3},
        alpha_pattern={"gate_up_proj": 7})),
    "qwen3_moe_router": ("qwen3_moe_usual", dict(target_modules="all-linear")),
    "qwen2_moe_down": ("qwen2_moe_every_second", dict(
        target_modules=["shared_expert.up_proj"], target_parameters=["experts.down_proj"], use_rslora=True)),
    "glm4_moe_lite_gate_up": ("glm4_moe_lite_usual", dict(target_modules=[], target_parameters=["gate_up_proj"])),
}


def load(base):
    model = AutoModelForCausalLM.from_pretrained(FAMILIES / base, dtype=torch.float32, attn_implementation="eager")
    model.config._experts_implementation = "eager"
    return model.eval()


@torch.no_grad()
def write(name, base, settings):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    gen = padded.generator("adapter", name)
    model = get_peft_model(load(base), LoraConfig(task_type="CAUSAL_LM", r=2, lora_alpha=4, **settings))
    for _, p in sorted((n, p) for n, p in model.named_parameters() if p.requires_grad):
        p.copy_(torch.empty(p.shape).normal_(0, 0.3, generator=gen).bfloat16().float())
    model.save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    config = json.loads((folder / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = "../../families/" + base
    for field in ("target_modules", "target_parameters"):
        config[field] = sorted(config[field] or [])
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
    weights = load_file(folder / "adapter_model.safetensors")
    save_file({n: t.bfloat16() for n, t in weights.items()}, folder / "adapter_model.safetensors")
    model = PeftModel.from_pretrained(load(base), folder).eval()
    ids = torch.randint(3, model.config.vocab_size, (12,), generator=gen)
    logits = model(input_ids=ids[None], use_cache=False).logits[0].contiguous()
    save_file({"ids": ids, "logits": logits}, folder / "reference.safetensors")
    with model.disable_adapter():
        moved = (model(input_ids=ids[None], use_cache=False).logits[0] - logits).abs().max().item()
    assert moved > 0.5, (name, moved)
    print(name, f"moves logits by up to {moved:.1f}")


if __name__ == "__main__":
    for name, (base, settings) in ADAPTERS.items():
        write(name, base, settings)
