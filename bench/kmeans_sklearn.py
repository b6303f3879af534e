"""The yardstick of kmeans.bench.mjs: scikit-learn's KMeans on the same points from the same starting centres.

Usage: kmeans_sklearn.py FOLDER ROWS COLS CLUSTERS RESTARTS
FOLDER holds points.f32 and starts.f32. For every line read, all restarts are run once and one JSON line is printed.
"""

import json
import sys
import time

import numpy as np
from sklearn.cluster import KMeans

folder = sys.argv[1]
rows, cols, clusters, restarts = map(int, sys.argv[2:6])
points = np.fromfile(f"{folder}/points.f32", dtype=np.float32).reshape(rows, cols)
starts = np.fromfile(f"{folder}/starts.f32", dtype=np.float32).reshape(restarts, clusters, cols)

for _ in sys.stdin:
    begin = time.perf_counter()
    fits = [KMeans(clusters, init=start, n_init=1, algorithm="lloyd").fit(points) for start in starts]
    seconds = time.perf_counter() - begin
    print(json.dumps({"seconds": seconds, "inertias": [float(fit.inertia_) for fit in fits]}), flush=True)
