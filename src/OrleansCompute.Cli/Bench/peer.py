"""The other side of `oc bench`: does the same work with PyTorch, one JSON request per line, one JSON answer per line."""
import gzip
import json
import os
import sys
import time

import numpy
import torch
from torch import nn
from torch.nn import functional


def count(work, seconds):
    """Repeats the work for about so many seconds; the first call is not counted."""
    work()
    calls, wall, cpu = 0, time.perf_counter(), time.process_time()
    while calls == 0 or time.perf_counter() - wall < seconds:
        work()
        calls += 1
    return {"calls": calls, "seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - cpu}


class Language(nn.Module):
    """Causal language model over characters: pre-normalised layers, GELU, learned positions."""

    def __init__(self, vocabulary=65, tokens=64, width=128, layers=2, heads=4):
        super().__init__()
        self.token, self.position = nn.Embedding(vocabulary, width), nn.Embedding(tokens, width)
        layer = nn.TransformerEncoderLayer(
            width, heads, 4 * width, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)
        self.layers = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.norm, self.out = nn.LayerNorm(width), nn.Linear(width, vocabulary)
        self.register_buffer("mask", torch.full((tokens, tokens), float("-inf")).triu(1))
        self.register_buffer("places", torch.arange(tokens))

    def forward(self, x):
        return self.out(self.norm(self.layers(self.token(x) + self.position(self.places), mask=self.mask)))


def model_of(name, seed=0):
    torch.manual_seed(seed)
    if name == "mlp":
        return nn.Sequential(
            nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
    if name == "cnn":
        return nn.Sequential(
            nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 5, padding=2), nn.ReLU(),
            nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1568, 128), nn.ReLU(), nn.Linear(128, 10))
    return Language()


def training(request):
    model, batch = model_of(request["model"]), request["batch"]
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    if request["model"] == "transformer":
        x, y = torch.randint(0, 65, (batch, 64)), torch.randint(0, 65, (batch, 64))
    else:
        x, y = torch.rand(batch, 1, 28, 28), torch.randint(0, 10, (batch,))

    def step():
        optimiser.zero_grad(set_to_none=True)
        out = model(x)
        functional.cross_entropy(out.reshape(-1, out.shape[-1]), y.reshape(-1)).backward()
        optimiser.step()

    return step


def train(request, kept={}):
    """The same model goes on from turn to turn, as ours does: a new one would spend part of the turn on new memory."""
    key = (request["model"], request["batch"])
    if key not in kept:
        kept.clear()
        kept[key] = training(request)
    return count(kept[key], request["seconds"])


def images(folder, part):
    def read(kind):
        with gzip.open(os.path.join(folder, f"{part}-{kind}-ubyte.gz")) as file:
            data = file.read()
        return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * data[3]).copy()

    return (torch.from_numpy(read("images-idx3")).float().div_(255).view(-1, 1, 28, 28), torch.from_numpy(read("labels-idx1")).long())


def passages(tokens, low, high, batch, generator):
    starts = torch.randint(low, high - 65, (batch,), generator=generator)
    window = tokens[starts[:, None] + torch.arange(65)]
    return window[:, :-1], window[:, 1:]


def learn(request):
    """Trains as the benchmark does: Adam at 0.001, batches of 64, a new order every epoch."""
    seed = request["seed"]
    model = model_of(request["model"], seed)
    optimiser, generator = torch.optim.Adam(model.parameters(), lr=1e-3), torch.Generator().manual_seed(seed)

    def step(x, y):
        optimiser.zero_grad(set_to_none=True)
        out = model(x)
        functional.cross_entropy(out.reshape(-1, out.shape[-1]), y.reshape(-1)).backward()
        optimiser.step()

    if request["model"] == "transformer":
        with open(request["text"], encoding="utf-8", newline="") as file:
            text = file.read()
        numbers = {character: number for number, character in enumerate(sorted(set(text)))}
        tokens = torch.tensor([numbers[character] for character in text])
        cut = int(0.9 * len(tokens))
        for _ in range(request["steps"]):
            step(*passages(tokens, 0, cut, 64, generator))
        generator.manual_seed(0)
        with torch.no_grad():
            losses = []
            for _ in range(20):
                x, y = passages(tokens, cut, len(tokens), 64, generator)
                losses.append(functional.cross_entropy(model(x).reshape(-1, 65), y.reshape(-1)).item())
        return {"score": sum(losses) / len(losses)}

    (x, y), (test_x, test_y) = images(request["images"], "train"), images(request["images"], "t10k")
    for _ in range(request["epochs"]):
        for chosen in torch.randperm(len(x), generator=generator).split(64):
            step(x[chosen], y[chosen])
    with torch.no_grad():
        right = sum((model(a).argmax(1) == b).sum().item() for a, b in zip(test_x.split(1000), test_y.split(1000)))
    return {"score": right / len(test_y)}


def infer(request):
    model, x = model_of("cnn").eval(), torch.rand(1, 1, 28, 28)
    if request["form"] == "torchscript":
        model = torch.jit.optimize_for_inference(torch.jit.script(model))
    times = []
    with torch.no_grad():
        for _ in range(50):
            model(x)
        cpu, wall = time.process_time(), time.perf_counter()
        while time.perf_counter() - wall < request["seconds"]:
            start = time.perf_counter()
            model(x)
            times.append((time.perf_counter() - start) * 1e3)
        cpu = time.process_time() - cpu
    times.sort()
    return {"calls": len(times), "p50": times[len(times) // 2], "p99": times[int(len(times) * 0.99)], "cpu_seconds": cpu}


def shared_attention(size, seconds, backward=False):
    """Causal, [batch, heads, queries, keys, width, key heads]; keys and values are repeated, as this version has no operator for it."""
    batch, heads, queries, keys, width, few = size
    q = torch.randn(batch, heads, queries, width, requires_grad=backward)
    k, v = (torch.randn(batch, few, keys, width, requires_grad=backward) for _ in range(2))
    mask = torch.full((queries, keys), float("-inf")).triu(1 + keys - queries)
    gradient = torch.randn(batch, heads, queries, width)

    def repeat(x):
        return x[:, :, None].expand(batch, few, heads // few, keys, width).reshape(batch, heads, keys, width)

    def step():
        y = torch.softmax(q @ repeat(k).transpose(-1, -2) * width ** -0.5 + mask, -1) @ repeat(v)
        if backward:
            q.grad = k.grad = v.grad = None
            y.backward(gradient)

    return count(step, seconds)


def kernel(request):
    size = request["sizes"]
    with torch.no_grad():
        if request["name"] == "conv":
            x, w = torch.randn(size[0], size[1], size[2], size[2]), torch.randn(size[3], size[1], size[4], size[4])
            return count(lambda: functional.conv2d(x, w, padding=size[4] // 2), request["seconds"])
        if request["name"] == "attention":
            q, k, v = (torch.randn(size[0], size[1], size[2], size[3]) for _ in range(3))
            mask = torch.full((size[2], size[2]), float("-inf")).triu(1)
            scale = size[3] ** -0.5
            return count(
                lambda: torch.softmax(q @ k.transpose(-1, -2) * scale + mask, -1) @ v, request["seconds"])
        if request["name"] == "shared_attention":
            return shared_attention(size, request["seconds"])
        if request["name"] == "shared_attention_gradient":
            with torch.enable_grad():
                return shared_attention(size, request["seconds"], True)
        if request["name"] == "conv3d":
            x, w = torch.randn(size[0], size[1], *[size[2]] * 3), torch.randn(size[3], size[1], *[size[4]] * 3)
            return count(lambda: functional.conv3d(x, w, padding=size[4] // 2), request["seconds"])
        if request["name"] == "gather":
            x, indices = torch.randn(*size), torch.arange(512) * 7919 % 1024
            return count(lambda: torch.index_select(x, 1, indices), request["seconds"])
        if request["name"] in ("add2", "pow"):
            x, y = 5 * torch.rand(*size) + 0.05, 2 * torch.rand(*size) - 1
            return count((lambda: x + y) if request["name"] == "add2" else (lambda: x ** y), request["seconds"])
        x = torch.randn(size[0], size[1])
        if request["name"] == "softmax":
            return count(lambda: torch.softmax(x, -1), request["seconds"])
        if request["name"] == "gelu":
            return count(lambda: functional.gelu(x), request["seconds"])
        if request["name"] == "add":
            return count(lambda: x + x, request["seconds"])
        return count(lambda: functional.layer_norm(x, (size[1],)), request["seconds"])


def main():
    for line in sys.stdin:
        request = json.loads(line)
        what = request["do"]
        if what == "hello":
            torch.set_num_threads(request["threads"])
        answer = (
            {"torch": torch.__version__} if what == "hello"
            else train(request) if what == "train"
            else learn(request) if what == "learn"
            else infer(request) if what == "infer"
            else kernel(request))

        # OpenBLAS's threads spin for 26 milliseconds after their last product: they sleep when it is the other side's turn.
        time.sleep(0.04)
        print(json.dumps(answer), flush=True)


main()
