"""The yardstick of embedllm-mf.bench.mjs: the same model, loss and optimiser in PyTorch, on the same prompts.

Usage: embedllm_mf_torch.py FOLDER TRAIN VALIDATION MODELS DIMENSIONS FACTORS EPOCHS L2 LEARNING_RATE
FOLDER holds rows.f32 and scores.f32, training prompts first. For every line read, "BATCH THREADS FORM", a model is trained
on batches of that many prompts and one JSON line is printed: the seconds of its median epoch, and its validation loss.
Prompts are dealt into batches once, as ours are. FORM "projected" projects a batch once for all models; "compiled"
multiplies it with one vector per model, as ours does.
"""

import json
import statistics
import sys
import time

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

folder = sys.argv[1]
train, validation, models, dimensions, factors, epochs = map(int, sys.argv[2:8])
l2, learning_rate = map(float, sys.argv[8:10])
count = train + validation
rows = torch.from_numpy(np.fromfile(f"{folder}/rows.f32", dtype=np.float32).reshape(count, dimensions))
scores = torch.from_numpy(np.fromfile(f"{folder}/scores.f32", dtype=np.float32).reshape(count, models))
rows = rows - rows[:train].mean(dim=0)


def run(size, threads, compiled):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    vectors = torch.nn.Parameter(torch.randn(models, factors))
    projection = torch.nn.Linear(dimensions, factors)
    classifier = torch.nn.Linear(factors, 2)
    parameters = [vectors, *projection.parameters(), *classifier.parameters()]
    optimiser = torch.optim.Adam(parameters, lr=learning_rate)
    order = torch.randperm(train)
    batches = list(zip(rows[:train][order].split(size), scores[:train][order].split(size)))

    def forward(x):
        difference = classifier.weight[1] - classifier.weight[0]
        constant = classifier.bias[1] - classifier.bias[0]
        scaled = vectors * difference
        weights = scaled @ projection.weight
        if compiled:
            return torch.addmm(scaled @ projection.bias + constant, x, weights.T), weights
        return projection(x) @ scaled.T + constant, weights

    seconds = []
    for _ in range(epochs):
        begin = time.perf_counter()
        for batch in torch.randperm(len(batches)).tolist():
            x, y = batches[batch]
            logits, weights = forward(x)
            loss = cross_entropy(logits, y) + 0.5 * l2 * weights.square().sum()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
        seconds.append(time.perf_counter() - begin)
    with torch.no_grad():
        loss = cross_entropy(forward(rows[train:])[0], scores[train:]).item()
    return {"seconds": statistics.median(seconds), "loss": loss}


for line in sys.stdin:
    size, threads, form = line.split()
    print(json.dumps(run(int(size), int(threads), form == "compiled")), flush=True)
