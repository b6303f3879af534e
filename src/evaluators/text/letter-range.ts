/** "A-J" → "ABCDEFGHIJ"; other texts as they are, upper-cased. */
export function letterRange(letters: string): string {
  const [, first, last] = /^([A-Z])-([A-Z])$/i.exec(letters) ?? [];
  if (first === undefined || last === undefined) return letters.toUpperCase();
  const [from, to] = [first, last].map((letter) => letter.toUpperCase().charCodeAt(0)) as [number, number];
  return String.fromCharCode(...Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i));
}
