/** Which role a text gives to which of the known people. */
export type Role = "knight" | "knave";
export type Roles = ReadonlyMap<string, Role>;

export interface ReadRoles {
  readonly roles: Roles;
  /** people who are given both */
  readonly contradicted: ReadonlySet<string>;
  /** people of list items who are not known */
  readonly strangers: readonly string[];
}

const verb = String.raw`(?:\s|[*_"'|,:=→–—-])*(?:(?:is|was|are|must\s+be|has\s+to\s+be|have\s+to\s+be|would\s+be|turns\s+out\s+to\s+be)\b)?(?:\s|[*_"'|,:=→–—-])*`;
const role = String.raw`(not\s+)?(?:(?:both|all|indeed|definitely|also|certainly|therefore)\s+)?(not\s+)?(?:an?\s+|the\s+)?["'*_]*(knight|knave)s?\b(?!\s*[:=])`;

export function readRoles(section: string, names: readonly string[]): ReadRoles {
  const text = section
    .replaceAll(/\\(?:text|textbf|mathrm|mathbf)\s*\{([^{}]*)\}/g, "$1")
    .replaceAll(/\\\\|\\[,;:! ]|[*`$]/g, " ")
    .replaceAll(/\bisn['’]t\b/gi, "is not");
  const found = new Map<string, Set<Role>>();
  const note = (name: string, said: Role): void => {
    found.set(name, (found.get(name) ?? new Set<Role>()).add(said));
  };
  for (const name of names) for (const said of rolesOf(text, name)) note(name, said);
  for (const [said, name] of grouped(text, names)) note(name, said);
  return {
    roles: new Map([...found].flatMap(([name, said]) => [...said].slice(-1).map((last) => [name, last] as const))),
    contradicted: new Set([...found].filter(([, said]) => said.size > 1).map(([name]) => name)),
    strangers: strangersIn(text, names),
  };
}

/** "Ella is a knight", "Ella: knight", "| Ella | Knight |", "Ella and Noah are knaves". */
function rolesOf(text: string, name: string): Role[] {
  const others = String.raw`(?:\s*(?:,|and|,\s*and)\s+[\p{L}'-]+){0,7}?`;
  const pattern = new RegExp(
    String.raw`(?<![\p{L}\p{N}'-])${escaped(name)}(?![\p{L}\p{N}-])${others}${verb}${role}`,
    "giu",
  );
  return [...text.matchAll(pattern)].map(([, before, after, said = ""]) => {
    const knight = said.toLowerCase() === "knight";
    return knight === (before === undefined && after === undefined) ? "knight" : "knave";
  });
}

/** "Knights: Ella, Noah". */
function grouped(text: string, names: readonly string[]): (readonly [Role, string])[] {
  const lists = text.matchAll(/\b(knight|knave)s?\s*[:=]([^\n;]*?)(?=\bkn(?:ight|ave)s?\s*[:=]|[\n;]|$)/gi);
  return [...lists].flatMap(([, said = "", list = ""]) => {
    if (/\bis\b|\bkn(?:ight|ave)/i.test(list)) return [];
    return names
      .filter((name) => new RegExp(String.raw`(?<![\p{L}'-])${escaped(name)}(?![\p{L}-])`, "iu").test(list))
      .map((name) => [said.toLowerCase() === "knight" ? "knight" : "knave", name] as const);
  });
}

function strangersIn(text: string, names: readonly string[]): string[] {
  const known = new Set(names.map((name) => name.toLowerCase()));
  const items = text.matchAll(
    /^[\s|(]*(?:\(\d+\)|\d+[.)])\s*([\p{L}'-]+)\s*(?:is|=|:|\||→|-|–|—)+\s*(?:an?|the)?\s*kn(?:ight|ave)/gimu,
  );
  return [...items].map(([, name = ""]) => name).filter((name) => !known.has(name.toLowerCase()));
}

const escaped = (name: string): string => name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
