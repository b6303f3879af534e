/** Laboratory protocols as steps: `name = <Action>(key=value, …)`, on one line or on many. */
export interface ProtocolStep {
  readonly output: string;
  readonly action: string;
  readonly input: ReadonlyMap<string, string>;
}

const heading = /([A-Za-z_]\w*)\s*=\s*<([^<>\n]+)>\s*\(/g;

export function readProtocol(text: string): ProtocolStep[] {
  const found = [...text.matchAll(heading)];
  return found.map(({ 0: head, 1: output = "", 2: action = "", index }, position) => {
    const from = index + head.length;
    const until = found[position + 1]?.index ?? text.length;
    const body = text.slice(from, until);
    return { output, action: action.trim(), input: parametersOf(body.slice(0, closing(body))) };
  });
}

/** The bracket that balances the opening one outside quotes; else the last line that is nothing but a bracket. */
function closing(body: string): number {
  let depth = 1;
  let quoted = false;
  for (let i = 0; i < body.length; i++) {
    if (body[i] === '"') quoted = !quoted;
    else if (!quoted && body[i] === "(") depth++;
    else if (!quoted && body[i] === ")" && --depth === 0) return i;
  }
  const alone = /\n\s*\)\s*(?:\n|$)/.exec(body);
  return alone ? alone.index : body.length;
}

/** A comma parts two parameters where a key and an equals sign follow it; any other belongs to a value. */
function parametersOf(list: string): Map<string, string> {
  const parts = splitOutsideQuotes(list);
  return new Map(
    parts.flatMap((part) => {
      const [, key, value = ""] = /^\s*(\w+)\s*=\s*([\s\S]*?)\s*$/.exec(part) ?? [];
      return key === undefined ? [] : [[key, value.replace(/^"([\s\S]*)"$/, "$1")] as const];
    }),
  );
}

function splitOutsideQuotes(list: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i < list.length; i++) {
    if (list[i] === '"') quoted = !quoted;
    if (quoted || (list[i] !== "," && list[i] !== "\n") || !/^[,\s]*\w+\s*=/.test(list.slice(i, i + 200))) continue;
    parts.push(list.slice(start, i));
    start = i + 1;
  }
  parts.push(list.slice(start));
  return parts.map((part) => part.replace(/[\s,]+$/, ""));
}
