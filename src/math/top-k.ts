/**
 * Indices of the k largest values, the largest first, ties to the lower index. [min(k, values.length)]
 * NaN counts as the smallest value. O(n + h·log k), where h counts the values that enter the heap.
 */
export function topK(values: ArrayLike<number>, k: number): Int32Array {
  const n = values.length;
  const size = Math.max(0, Math.min(Math.trunc(k), n));
  const heap = new Int32Array(size);
  if (size === 0) return heap;
  // A heap whose root is the worst kept: a later index enters only if strictly better, which keeps ties low.
  for (let i = 0; i < size; i++) heap[i] = i;
  for (let i = (size >> 1) - 1; i >= 0; i--) sink(heap, size, i, values);
  let worst = values[heap[0]!]!;
  for (let i = size; i < n; i++) {
    const value = values[i]!;
    if (!(value > worst) && !(Number.isNaN(worst) && !Number.isNaN(value))) continue;
    heap[0] = i;
    sink(heap, size, 0, values);
    worst = values[heap[0]]!;
  }
  for (let end = size - 1; end > 0; end--) {
    const worstIndex = heap[0]!;
    heap[0] = heap[end]!;
    heap[end] = worstIndex;
    sink(heap, end, 0, values);
  }
  return heap;
}

function sink(heap: Int32Array, size: number, start: number, values: ArrayLike<number>): void {
  let parent = start;
  const moved = heap[parent]!;
  for (;;) {
    let child = 2 * parent + 1;
    if (child >= size) break;
    if (child + 1 < size && isWorse(heap[child + 1]!, heap[child]!, values)) child++;
    if (!isWorse(heap[child]!, moved, values)) break;
    heap[parent] = heap[child]!;
    parent = child;
  }
  heap[parent] = moved;
}

/** Whether index a ranks below index b. */
function isWorse(a: number, b: number, values: ArrayLike<number>): boolean {
  const x = values[a]!;
  const y = values[b]!;
  if (x < y) return true;
  if (x > y) return false;
  if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x);
  return a > b;
}
