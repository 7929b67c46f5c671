"""Times an OpenAI-compatible server: so many completions at once, each of so many tokens.

usage: serve_load.py URL [--model NAME] [--requests N] [--prompt N] [--tokens N] [--runs N] [--vocabulary N]

Prompts are random token ids, the end of a sequence is ignored, and answers come whole. The last line is JSON with the
tokens per second of each run and their median. Tesuji's server and llama.cpp's both take it:

    ./tesuji serve --model small --port 8000
    llama-server -m small-q8_0.gguf -np 64 -c 16384 -t 2 --port 8001
    python3 peers/serve_load.py http://127.0.0.1:8000 --requests 64
"""
import argparse, http.client, json, random, statistics, sys, threading, time, urllib.parse

def completion(address, body, used):
    c = http.client.HTTPConnection(address.hostname, address.port, timeout=600)
    c.request("POST", "/v1/completions", json.dumps(body), {"Content-Type": "application/json"})
    answer = json.loads(c.getresponse().read())
    c.close()
    if "usage" not in answer: raise SystemExit(f"the server answered {answer}")
    used.append(answer["usage"]["completion_tokens"])

def run(args, number):
    address, used, threads = urllib.parse.urlparse(args.url), [], []
    for i in range(args.requests):
        r = random.Random(1000 * number + i)
        ids = [r.randrange(args.vocabulary) for _ in range(args.prompt)]
        body = {"model": args.model, "prompt": ids, "max_tokens": args.tokens, "temperature": 1, "seed": i, "ignore_eos": True}
        threads.append(threading.Thread(target=completion, args=(address, body, used)))
    began = time.perf_counter()
    for t in threads: t.start()
    for t in threads: t.join()
    seconds = time.perf_counter() - began
    if sum(used) != args.requests * args.tokens: print(f"only {sum(used)} tokens came", file=sys.stderr)
    return sum(used) / seconds

p = argparse.ArgumentParser()
p.add_argument("url"); p.add_argument("--model", default="small"); p.add_argument("--vocabulary", type=int, default=200)
for name, default in {"requests": 64, "prompt": 24, "tokens": 128, "runs": 5}.items():
    p.add_argument("--" + name, type=int, default=default)
args = p.parse_args()
run(args, 0)  # a warm-up
rates = [run(args, 1 + i) for i in range(args.runs)]
print(json.dumps({"tokens_per_second": [round(r, 1) for r in rates], "median": round(statistics.median(rates), 1)}))
