/** A span of time for people: two units at most, "40 s", "12 min", "3 h 20 min". */
export function timeText(seconds: number): string {
  if (!Number.isFinite(seconds)) return "—";
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  if (hours < 10) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return hours < 72 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
