/** A key as text: numbers as they are written, what is neither text nor number as "". */
export function keyText(truth: unknown): string {
  if (typeof truth === "string") return truth;
  return typeof truth === "number" && Number.isFinite(truth) ? String(truth) : "";
}
