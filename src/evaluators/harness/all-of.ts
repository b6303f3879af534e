/** The chance that `drawn` of `all` trials, drawn without replacement, are all among the `successes`: C(s, k) / C(n, k). */
export function allOf(all: number, successes: number, drawn: number): number {
  let chance = 1;
  for (let i = 0; i < drawn; i++) chance *= Math.max(0, successes - i) / (all - i);
  return chance;
}
