"""The part of generate.py that makes models of experts, Seed-OSS and GLM-4.7-Flash, and the numbers of padded batches.

Their layout and meaning are those of the fixtures' models (see Fixtures and ModelFixture). Weights are stored in bfloat16
and read as float32, in which the reference numbers are computed.
"""

import copy
import hashlib
import json
import math
import shutil
from pathlib import Path

import torch
import torch.nn.functional as F
import transformers as tf
from safetensors.torch import load_file, save_file

torch.set_num_threads(1)
HERE = Path(__file__).resolve().parent
LENGTHS, PROMPTS = [6, 8, 4], [3, 4, 1]
STEPS, GREEDY, BLOCK = 3, 12, [4, 4]
OPTIMIZER = {"lr": 1e-3, "betas": [0.9, 0.95], "eps": 1e-8, "weight_decay": 0.1, "clip": 1.0, "steps": STEPS}
TOLERANCE = {
    "logits": {"rtol": 1e-4, "atol": 2e-4},
    "logprobs": {"rtol": 1e-4, "atol": 2e-4},
    "nll": {"rtol": 1e-5, "atol": 1e-5},
    "grad_l2": {"rtol": 1e-3, "atol": 1e-6},
    "grad_first": {"rtol": 1e-3, "atol": 1e-4},
    "train_loss": {"rtol": 2e-4, "atol": 1e-4},
    "after_l2": {"rtol": 1e-4, "atol": 1e-4},
    "after_first": {"rtol": 0.0, "atol": 1e-4},
}
IDS = {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0}
PLAIN = {"rope_parameters": {"rope_type": "default", "rope_theta": 10000.0}}
QWEN = {
    "vocab_size": 24, "hidden_size": 16, "intermediate_size": 24, "moe_intermediate_size": 8,
    "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "num_experts": 4,
    "num_experts_per_tok": 2, "max_position_embeddings": 64, "tie_word_embeddings": False, **IDS, **PLAIN,
}
SEED = {
    "vocab_size": 24, "hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "head_dim": 8, "max_position_embeddings": 64, "attention_dropout": 0.0,
    "residual_dropout": 0.0, **IDS, **PLAIN,
}
GLM = {
    "vocab_size": 24, "hidden_size": 16, "intermediate_size": 24, "moe_intermediate_size": 8,
    "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 2, "n_routed_experts": 4,
    "num_experts_per_tok": 2, "n_shared_experts": 1, "kv_lora_rank": 12, "q_lora_rank": 10, "qk_rope_head_dim": 4,
    "qk_nope_head_dim": 6, "v_head_dim": 8, "max_position_embeddings": 64, **IDS, **PLAIN,
}
MODELS = {
    "qwen2_moe_usual": ("Qwen2Moe", {**QWEN, "shared_expert_intermediate_size": 12}),
    "qwen2_moe_every_second": ("Qwen2Moe", {
        **QWEN, "shared_expert_intermediate_size": 16, "num_hidden_layers": 3, "decoder_sparse_step": 2,
        "norm_topk_prob": True, "tie_word_embeddings": True, "num_key_value_heads": 4}),
    "qwen2_moe_first_dense": ("Qwen2Moe", {
        **QWEN, "shared_expert_intermediate_size": 4, "mlp_only_layers": [0], "qkv_bias": False,
        "num_experts_per_tok": 1}),
    "qwen3_moe_usual": ("Qwen3Moe", {**QWEN, "head_dim": 8, "norm_topk_prob": True}),
    "qwen3_moe_every_second": ("Qwen3Moe", {
        **QWEN, "head_dim": 4, "num_hidden_layers": 3, "decoder_sparse_step": 2, "attention_bias": True,
        "tie_word_embeddings": True, "num_experts": 5, "num_experts_per_tok": 3}),
    "qwen3_moe_last_dense": ("Qwen3Moe", {
        **QWEN, "head_dim": 8, "mlp_only_layers": [1], "num_key_value_heads": 1, "norm_topk_prob": True,
        "rope_parameters": {"rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0,
                            "original_max_position_embeddings": 16}}),
    "qwen2_moe_vectors": ("Qwen2Moe", {
        **QWEN, "hidden_size": 32, "intermediate_size": 32, "moe_intermediate_size": 16, "num_hidden_layers": 3,
        "shared_expert_intermediate_size": 32, "mlp_only_layers": [1], "num_experts": 5}),
    "qwen3_moe_vectors": ("Qwen3Moe", {
        **QWEN, "hidden_size": 32, "head_dim": 8, "moe_intermediate_size": 32, "norm_topk_prob": True,
        "num_experts_per_tok": 3}),
    "qwen3_moe_eight_bit": ("Qwen3Moe", {**QWEN, "head_dim": 8, "norm_topk_prob": True}),
    "seed_oss_usual": ("SeedOss", {**SEED}),
    "seed_oss_biased": ("SeedOss", {**SEED, "attention_out_bias": True, "mlp_bias": True, "num_key_value_heads": 1}),
    "seed_oss_tied": ("SeedOss", {**SEED, "attention_bias": False, "tie_word_embeddings": True, "head_dim": 12}),
    "glm4_moe_lite_usual": ("Glm4MoeLite", {**GLM}),
    "glm4_moe_lite_grouped": ("Glm4MoeLite", {
        **GLM, "q_lora_rank": None, "n_group": 2, "topk_group": 1, "norm_topk_prob": False,
        "attention_bias": True, "routed_scaling_factor": 1.0}),
    "glm4_moe_lite_all_sparse": ("Glm4MoeLite", {
        **GLM, "mlp_layer_types": ["sparse", "sparse"], "n_shared_experts": 2, "rope_interleave": False,
        "rope_parameters": {"rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0, "mscale": 1.0,
                            "mscale_all_dim": 1.0, "original_max_position_embeddings": 16}}),
}


def generator(*salt):
    digest = hashlib.sha256("/".join(map(str, salt)).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))


def build(kind, dims, seed):
    """A model with random weights that bfloat16 holds, float32, in eval mode."""
    config = getattr(tf, kind + "Config")(**dims, attn_implementation="eager")
    config._experts_implementation = "eager"
    model = getattr(tf, kind + "ForCausalLM")(config).float().eval()
    gen = generator(kind, json.dumps(dims, sort_keys=True), seed)
    with torch.no_grad():
        tensors = sorted(model.named_parameters()) + sorted(
            (n, b) for n, b in model.named_buffers() if n.endswith("e_score_correction_bias"))
        for name, t in tensors:
            norm, bias = name.endswith("norm.weight"), name.endswith("bias")
            mean, std = (1.0, 0.1) if norm else (0.0, 0.1 if bias else 0.5 if "embed" in name else 0.3)
            values = torch.empty(t.shape).normal_(mean, std, generator=gen)
            t.copy_(values.bfloat16().float())
        model.tie_weights()
    return model


def batch_of(vocabulary):
    """Random rows of unequal length, padded on the right and on the left."""
    gen, width = generator("batch", vocabulary), max(LENGTHS)
    out = {f"{k}_{s}": torch.zeros(len(LENGTHS), width, dtype=torch.int64)
           for k in ("input_ids", "attention_mask", "position_ids") for s in ("right", "left")}
    out["completion_mask_right"] = torch.zeros(len(LENGTHS), width, dtype=torch.int64)
    for i, (n, p) in enumerate(zip(LENGTHS, PROMPTS)):
        row = torch.randint(3, vocabulary, (n,), generator=gen)
        for side, start in (("right", 0), ("left", width - n)):
            out[f"input_ids_{side}"][i, start:start + n] = row
            out[f"attention_mask_{side}"][i, start:start + n] = 1
            out[f"position_ids_{side}"][i, start:start + n] = torch.arange(n)
        out["completion_mask_right"][i, p:n] = 1
    return out


def logits(model, batch, side, **more):
    return model(input_ids=batch[f"input_ids_{side}"], attention_mask=batch[f"attention_mask_{side}"],
                 position_ids=batch[f"position_ids_{side}"], use_cache=False, **more)


def nll(model, batch):
    out = logits(model, batch, "right").logits
    mask = batch["completion_mask_right"][:, 1:].bool()
    return F.cross_entropy(out[:, :-1][mask], batch["input_ids_right"][:, 1:][mask])


def stored_names(tensors):
    """The names of the file: experts are stacked in memory and stand one by one there."""
    out = {}
    for name, t in tensors.items():
        base, _, last = name.rpartition(".")
        if last == "gate_up_proj":
            for e, both in enumerate(t):
                out[f"{base}.{e}.gate_proj.weight"], out[f"{base}.{e}.up_proj.weight"] = both.chunk(2, dim=0)
        elif last == "down_proj":
            for e, down in enumerate(t):
                out[f"{base}.{e}.down_proj.weight"] = down
        else:
            out[name] = t
    return out


def numbers(t):
    return [float(f"{x:.7g}") for x in t.detach().double().flatten().tolist()]


def summary(t):
    return {"l2": float(f"{t.detach().double().norm().item():.9g}"), "first": numbers(t.flatten()[:8])}


def margin(model, texts):
    """The smallest gap that decides who is chosen among the experts."""
    gaps = []

    def hook(module, inputs, output):
        x = inputs[0].reshape(-1, inputs[0].shape[-1]).double()
        s = x @ module.weight.double().T
        if hasattr(module, "e_score_correction_bias"):
            s = s.sigmoid() + module.e_score_correction_bias.double()
            groups = module.num_group if hasattr(module, "num_group") else 1
            g = s.view(len(s), groups, -1).topk(2, dim=-1).values.sum(-1).sort(-1, descending=True)
            k = module.topk_group if groups > 1 else groups
            if k < groups:
                gaps.append((g.values[:, k - 1] - g.values[:, k]).min().item())
                keep = torch.zeros_like(g.values).scatter_(1, g.indices[:, :k], 1.0).bool()
                s = s.view(len(s), groups, -1).masked_fill(~keep[..., None], -math.inf).flatten(1)
        s = s.sort(-1, descending=True).values
        gaps.append((s[:, module.top_k - 1] - s[:, module.top_k]).min().item())

    handles = [m.register_forward_hook(hook) for m in model.modules() if type(m).__name__.endswith("TopkRouter")
               or type(m).__name__.endswith("TopKRouter")]
    with torch.no_grad():
        for text in texts:
            model(input_ids=torch.tensor([text]), use_cache=False)
    for h in handles:
        h.remove()
    return min(gaps) if gaps else None


@torch.no_grad()
def greedy(model, vocabulary):
    gen, rows = generator("greedy", vocabulary), []
    for n in (3, 6):
        prompt = torch.randint(3, vocabulary, (n,), generator=gen).tolist()
        ids, gaps = list(prompt), []
        for _ in range(GREEDY):
            top = model(input_ids=torch.tensor([ids]), use_cache=False).logits[0, -1].double().topk(2)
            ids.append(int(top.indices[0]))
            gaps.append((top.values[0] - top.values[1]).item())
        safe = next((i for i, g in enumerate(gaps) if g < 1e-3), GREEDY)
        rows.append({"prompt": prompt, "continuation": ids[n:], "safe_steps": safe})
    return rows


def training(model, batch):
    model = copy.deepcopy(model).train()
    named = list(model.named_parameters())
    params = [p for _, p in named]
    o = OPTIMIZER
    adam = torch.optim.AdamW(params, lr=o["lr"], betas=tuple(o["betas"]), eps=o["eps"],
                             weight_decay=o["weight_decay"], foreach=False)
    losses, norms, report = [], [], {}
    for step in range(STEPS):
        adam.zero_grad()
        loss = nll(model, batch)
        loss.backward()
        if step == 0:
            grads = stored_names({n: p.grad for n, p in named})
            report["grad"] = {n: summary(g) for n, g in sorted(grads.items())}
        losses.append(loss.item())
        norms.append(torch.nn.utils.clip_grad_norm_(params, o["clip"]).item())
        adam.step()
    with torch.no_grad():
        losses.append(nll(model, batch).item())
    after = stored_names({n: p for n, p in named})
    report["after_steps"] = {n: summary(p) for n, p in sorted(after.items())}
    return {"optimizer": o, "train_losses": losses, "train_grad_norms_before_clip": norms, **report}


def router_loss(model, batch):
    """transformers' auxiliary loss of softmax routers, and the norms of its gradient at their weights."""
    model = copy.deepcopy(model).train()
    out = logits(model, batch, "right", output_router_logits=True)
    out.aux_loss.backward()
    gates = {n: p.grad.double().norm().item() for n, p in model.named_parameters() if n.endswith("mlp.gate.weight")}
    return {"loss": out.aux_loss.item(), "grad_l2": gates}


def older(config):
    """The same configuration as most published files have it."""
    c = dict(config)
    rope = dict(c.pop("rope_parameters"))
    c["rope_theta"] = rope.pop("rope_theta")
    kind = rope.pop("rope_type", "default")
    c["rope_scaling"] = None if kind == "default" else {"type": kind, **rope}
    c["torch_dtype"] = c.pop("dtype")
    if "num_local_experts" in c and c["model_type"].startswith("qwen"):
        c["num_experts"] = c.pop("num_local_experts")
    return c


def candidates(kind, dims, batch):
    for seed in range(1000):
        model = build(kind, dims, seed)
        gap = margin(model, [row[:n].tolist() for row, n in zip(batch["input_ids_right"], LENGTHS)])
        if gap is not None and gap < 0.02:  # rounding to bfloat16 must not choose other experts
            continue
        if all(g["l2"] > 0 for g in training(model, batch)["grad"].values()):
            return model, gap
    raise SystemExit(f"no seed will do for {kind}")


def eight_bit(folder):
    """Rewrites a saved model as published fp8 models are: 8-bit floats with a scale for each block of a matrix."""
    rows, columns = BLOCK
    path = folder / "config.json"
    config = json.loads(path.read_text())
    kept = ["lm_head", "model.layers.0.self_attn.o_proj"] + [
        f"model.layers.{i}.mlp.gate" for i in range(config["num_hidden_layers"])]
    config["quantization_config"] = {
        "quant_method": "fp8", "fmt": "e4m3", "activation_scheme": "dynamic", "weight_block_size": BLOCK,
        "modules_to_not_convert": kept}
    path.write_text(json.dumps(config))
    tensors = load_file(folder / "model.safetensors")
    for name, t in list(tensors.items()):
        if "_proj" in name and name.removesuffix(".weight") not in kept:
            blocks = t.float().view(t.shape[0] // rows, rows, t.shape[1] // columns, columns)
            scale = (blocks.abs().amax(dim=(1, 3)) / 448).clamp(min=1e-12)
            stored = (blocks / scale[:, None, :, None]).view(t.shape).to(torch.float8_e4m3fn)
            tensors[name], tensors[name + "_scale_inv"] = stored, scale
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


def make(name):
    """Writes the model, and returns the tensors and the numbers of a padded batch."""
    kind, dims = MODELS[name]
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    batch = batch_of(dims["vocab_size"])
    model, gap = candidates(kind, dims, batch)
    low = copy.deepcopy(model).to(torch.bfloat16)
    low.generation_config.eos_token_id = None
    low.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    if name.endswith("eight_bit"):
        eight_bit(folder)
    path = folder / "config.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps(config, sort_keys=True, separators=(",", ":")) + "\n")
    (folder / "config.legacy.json").write_text(json.dumps(older(config), sort_keys=True, separators=(",", ":")) + "\n")

    auto = tf.AutoModelForCausalLM
    eager = {"attn_implementation": "eager", "experts_implementation": "eager"}
    wide = auto.from_pretrained(folder, dtype=torch.float32, **eager).eval()
    if not name.endswith("eight_bit"):
        for (n, a), (m, b) in zip(sorted(wide.state_dict().items()), sorted(model.state_dict().items())):
            assert n == m and torch.equal(a, b), n
    low = auto.from_pretrained(folder, dtype=torch.bfloat16, **eager).eval()
    tensors, report = dict(batch), {"tolerance": TOLERANCE, "transformers": tf.__version__}
    with torch.no_grad():
        for side in ("right", "left"):
            real = batch[f"attention_mask_{side}"].bool()
            out = logits(wide, batch, side).logits
            out[~real] = 0.0
            tensors[f"logits_{side}"] = out
            lp = F.log_softmax(out[:, :-1].double(), -1).gather(-1, batch[f"input_ids_{side}"][:, 1:, None]).squeeze(-1)
            known = F.pad(real[:, 1:] & real[:, :-1], (1, 0))
            tensors[f"logprobs_{side}"] = (F.pad(lp, (1, 0)) * known).float()
        real = batch["attention_mask_right"].bool()
        away = (logits(low, batch, "right").logits.float() - tensors["logits_right"])[real].abs()
        report["all_bf16_vs_float32"] = {"mean_abs": away.mean().item()}
        mask = batch["completion_mask_right"].bool()
        report["nll"] = -tensors["logprobs_right"].double()[mask].mean().item()
    report["greedy"] = greedy(wide, dims["vocab_size"])
    report.update(training(wide, batch))
    if kind.startswith("Qwen"):
        report["router_loss"] = router_loss(wide, batch)
    print(name, "routing margin", gap, [r["safe_steps"] for r in report["greedy"]], report["train_losses"])
    return tensors, report
