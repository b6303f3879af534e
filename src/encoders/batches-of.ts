/** Cuts a list of texts into runs bounded by count and by characters; a single over-long text is a run of its own. */
export interface Batch {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

export function batchesOf(texts: readonly string[], mostTexts: number, mostCharacters: number): Batch[] {
  const batches: Batch[] = [];
  let from = 0;
  let characters = 0;
  texts.forEach((text, i) => {
    const full = i - from >= mostTexts || characters + text.length > mostCharacters;
    if (full && i > from) {
      batches.push({ from, to: i });
      from = i;
      characters = 0;
    }
    characters += text.length;
  });
  if (from < texts.length) batches.push({ from, to: texts.length });
  return batches;
}
