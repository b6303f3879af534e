/** Whether the two lists hold the same items, in whatever order, each as often. */
export function someMatching<T>(a: readonly T[], b: readonly T[], same: (x: T, y: T) => boolean): boolean {
  if (a.length !== b.length) return false;
  const left = [...b];
  return a.every((item) => {
    const index = left.findIndex((candidate) => same(item, candidate));
    if (index >= 0) left.splice(index, 1);
    return index >= 0;
  });
}
