/** The text with U+FFFD for every half of a surrogate pair, as it would stand on disk. */
export function wellFormed(text: string): string {
  // Node 20 has it; the compiler's es2023 library does not declare it.
  return (text as unknown as { toWellFormed(): string }).toWellFormed();
}
