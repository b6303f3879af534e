/** The words of a command line as a POSIX shell would part them: blanks part, single quotes and backslashes protect. */

/** The inverse of `shellWord`. Nothing is expanded or run. */
export function shellWords(line: string): string[] {
  const words = line.match(/(?:'[^']*'|\\.|[^\s'\\])+/g) ?? [];
  return words.map((word) =>
    word.replaceAll(/'([^']*)'|\\(.)/g, (_, quoted?: string, escaped?: string) => quoted ?? escaped ?? ""),
  );
}
