/** Reads one number literal off the front of a text. */

/** 1,234,567.8: three digits to a group, and not a longer run after the last. */
const grouped = /^\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?/;
/** 0.1\overline{6}, 0.1\dot{6}, 0.1(6): the marked part repeats. */
const repeating = /^(\d*)\.(\d*)(?:\\(?:overline|bar|dot)\s*\{?\s*(\d+)\s*\}?|\((\d+)\)(?!\w))/;
/** 0.1666...: what stands at least three times before the dots repeats. */
const dotted = /^(\d*)\.(\d*?)(\d{1,6}?)\3{2,}\s*(?:\.\.\.|\\[lc]?dots(?![a-z]))/;
const plain = /^(?:\d+\.\d+|\d+\.(?!\.)(?=\s|$|[)}\]])|\d+|\.\d+)/;
const exponent = /^[eE][+-]?\d+(?![\d.]*[A-Za-z])/;

export interface ScannedNumber {
  /** in the form `rationalFromText` reads */
  readonly text: string;
  readonly length: number;
  /** commas were read as grouping; as separators they would give another answer */
  readonly ambiguous: boolean;
}

export function scanNumber(text: string, groupCommas: boolean): ScannedNumber | undefined {
  return scanRepeating(text) ?? scanGrouped(text, groupCommas) ?? scanPlain(text);
}

function scanRepeating(text: string): ScannedNumber | undefined {
  const found = repeating.exec(text) ?? dotted.exec(text);
  if (!found) return undefined;
  const [whole, digits = "", fixed = "", first, second] = found;
  return { text: `${digits || "0"}.${fixed}(${first ?? second ?? ""})`, length: whole.length, ambiguous: false };
}

/** "1,050" can only be grouped: no item of a list is written 050. */
function scanGrouped(text: string, groupCommas: boolean): ScannedNumber | undefined {
  const found = grouped.exec(text)?.[0];
  const ambiguous = found !== undefined && !found.includes(",0");
  if (!found || (ambiguous && !groupCommas)) return undefined;
  return { text: found.replaceAll(",", ""), length: found.length, ambiguous };
}

function scanPlain(text: string): ScannedNumber | undefined {
  const digits = plain.exec(text)?.[0];
  if (!digits) return undefined;
  const scale = exponent.exec(text.slice(digits.length))?.[0] ?? "";
  const mantissa = digits.endsWith(".") ? digits.slice(0, -1) : digits;
  return { text: mantissa + scale.toLowerCase(), length: digits.length + scale.length, ambiguous: false };
}
