/** Split groups: rows joined, directly or through others, by an exact prompt text. A group never straddles a split. */

export interface SplitGroups {
  join(a: number, b: number): void;
  /** [n] group of each row, numbered from 0 in order of first appearance */
  numbers(): Int32Array;
}

/** Every row in a group of its own, to be joined. */
export function splitGroups(rows: number): SplitGroups {
  const parent = Int32Array.from({ length: rows }, (_, i) => i);
  const find = (row: number): number => {
    let root = row;
    while (parent[root] !== root) root = parent[root] ?? root;
    for (let at = row; at !== root;) {
      const next = parent[at] ?? root;
      parent[at] = root;
      at = next;
    }
    return root;
  };
  return {
    join(a, b) {
      const first = find(a);
      const second = find(b);
      // The lower row stays the root, so numbering follows row order.
      if (first !== second) parent[Math.max(first, second)] = Math.min(first, second);
    },
    numbers() {
      return renumbered(parent.map((_, row) => find(row)));
    },
  };
}

/** The same partition with numbers 0 … groups−1 in order of first appearance. */
export function renumbered(groups: Int32Array): Int32Array {
  const numbers = new Map<number, number>();
  return groups.map((group) => {
    const known = numbers.get(group) ?? numbers.size;
    numbers.set(group, known);
    return known;
  });
}
