/** Words for made-up questions. */
export const words = {
  nouns: (
    "anchor bridge candle desert engine feather garden hammer island jacket kettle ladder marble needle orchard pencil " +
    "quarry ribbon saddle timber umbrella valley window yard zipper barrel cotton dragon ember forest glacier harbour ink " +
    "jungle kernel lantern meadow notebook ocean parcel quilt river signal tunnel upland velvet whistle yarn zone atlas"
  ).split(" "),
  /** in order of atomic number */
  elements: (
    "hydrogen helium lithium beryllium boron carbon nitrogen oxygen fluorine neon sodium magnesium aluminium silicon " +
    "phosphorus sulfur chlorine argon potassium calcium scandium titanium vanadium chromium manganese iron cobalt nickel " +
    "copper zinc gallium germanium arsenic selenium bromine krypton rubidium strontium yttrium zirconium niobium " +
    "molybdenum technetium ruthenium rhodium palladium silver cadmium indium tin antimony tellurium iodine xenon " +
    "caesium barium lanthanum cerium praseodymium neodymium promethium samarium europium gadolinium terbium dysprosium " +
    "holmium erbium thulium ytterbium lutetium hafnium tantalum tungsten rhenium osmium iridium platinum gold mercury " +
    "thallium lead bismuth polonium astatine radon"
  ).split(" "),
} as const;
