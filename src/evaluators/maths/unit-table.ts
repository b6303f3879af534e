/** Units by name: what they measure and how many of the base unit they hold. Two units of one measure convert. */

interface UnitEntry {
  /** base measure: powers of length, mass, time, … */
  readonly measure: string;
  /** size in base units, a decimal literal, exact by definition of the unit */
  readonly size: string;
}

/** measure; size; names. A name is matched in singular and plural, letters of abbreviations as written. */
const rows: readonly (readonly [string, string, string])[] = [
  ["length", "0.001", "mm millimeter millimetre"],
  ["length", "0.01", "cm centimeter centimetre"],
  ["length", "0.1", "dm decimeter decimetre"],
  ["length", "1", "m meter metre"],
  ["length", "1000", "km kilometer kilometre"],
  ["length", "0.0254", "in inch inche"],
  ["length", "0.3048", "ft foot feet"],
  ["length", "0.9144", "yd yard"],
  ["length", "1609.344", "mi mile"],
  ["mass", "0.000001", "mg milligram"],
  ["mass", "0.001", "g gram"],
  ["mass", "1", "kg kilogram kilo"],
  ["mass", "1000", "tonne"],
  ["mass", "0.45359237", "lb pound"],
  ["mass", "0.028349523125", "oz ounce"],
  ["time", "0.001", "ms millisecond"],
  ["time", "1", "s sec second"],
  ["time", "60", "min minute"],
  ["time", "3600", "h hr hour"],
  ["time", "86400", "day"],
  ["time", "604800", "week"],
  ["month", "1", "month"],
  ["month", "12", "yr year"],
  ["volume", "0.001", "ml mL milliliter millilitre"],
  ["volume", "1", "l L liter litre"],
  ["money", "1", "dollar usd USD buck"],
  ["money", "0.01", "cent"],
  ["euro", "1", "euro EUR"],
  ["pound sterling", "1", "gbp GBP"],
  ["force", "1", "N newton"],
  ["energy", "1", "J joule"],
  ["energy", "1000", "kJ kilojoule"],
  ["power", "1", "W watt"],
  ["power", "1000", "kW kilowatt"],
  ["voltage", "1", "V volt"],
  ["current", "1", "A amp ampere"],
  ["charge", "1", "C coulomb"],
  ["resistance", "1", "ohm Omega"],
  ["pressure", "1", "Pa pascal"],
  ["frequency", "1", "Hz hertz"],
  ["temperature", "1", "K kelvin"],
  ["substance", "1", "mol mole"],
  ["radian", "1", "rad radian"],
];

/** Written as one word, meant as two. */
export const spelledOut: readonly (readonly [RegExp, string])[] = [
  [/\bmph\b/g, "miles per hour"],
  [/\bkm?ph\b|\bkmh\b/g, "km per hour"],
];

const table: ReadonlyMap<string, UnitEntry> = new Map(
  rows.flatMap(([measure, size, names]) => names.split(" ").map((name) => [name, { measure, size }] as const)),
);

export function findUnit(word: string): UnitEntry | undefined {
  const singular = word.replace(/(?<=[a-z]{2})s$/, "");
  return table.get(word) ?? table.get(word.toLowerCase()) ?? table.get(singular) ?? table.get(singular.toLowerCase());
}

/** Whether a run of letters after a number is a unit's name; one letter alone is more likely a symbol. */
export const isUnitWord = (word: string): boolean =>
  word.length > 1 && (findUnit(word) !== undefined || spelledOut.some(([name]) => word.search(name) === 0));
