/**
 * Refuses a configuration in which a key itself stands, wherever it stands: behind any name, in a header, in an address, in
 * a comment. The error tells the place and never the key.
 */
import { UsageError } from "../core/errors.ts";
import { namedTexts, placeIn } from "../store/yaml-file.ts";
import type { YamlFile } from "../store/yaml-file.ts";

/** What keys look like, by maker: a known head, then a long run with a digit in it. */
const knownKeys = new RegExp(
  [
    String.raw`(?<![A-Za-z0-9])(?:sk|rk|pk|gsk|xai|hf|r8|nvapi|pplx|ghp|glpat|tgp|csk|fw)[-_](?=[\w-]*\d)[\w-]{12,}`,
    String.raw`(?<![A-Za-z0-9])github_pat_\w{20,}`,
    String.raw`(?<![A-Za-z0-9])AIza[\w-]{30,}`,
    String.raw`(?<![A-Za-z0-9])AKIA[0-9A-Z]{16}`,
    String.raw`(?<![A-Za-z0-9])eyJ[\w-]{10,}\.[\w-]{10,}\.`,
    String.raw`Bearer\s+(?!\$)[\w.~+/-]{12,}`,
    // An address with a user, or with a key among its parameters.
    String.raw`[a-z]+://[^\s/@"'$]*:[^\s/@"'$]+@`,
    String.raw`[?&](?:api[-_]?key|key|token|access_token)=(?!\$)[^\s&"']{8,}`,
  ].join("|"),
);

/** Fields that hold a key, or the name of the variable that does. */
const keyFields =
  /^(?:x[-_])?(?:keyEnv|key|token|authorization|.*(?:api[-_]?key|secret|password|passwd|(?:access|auth|api|bearer)[-_]?token))$/i;

/** The name of an environment variable, alone or as the field's conventions write it. */
const reference =
  /^(?:Bearer )?(?:\$?[A-Za-z_][A-Za-z0-9_]*|\$\{[A-Za-z_][A-Za-z0-9_]*\}|os\.environ\/[A-Za-z_][A-Za-z0-9_]*)$/;
/** No one names a variable so: twenty letters and digits in a row, four digits among them, or a long hexadecimal number. */
const random = /^(?:(?=(?:\D*\d){4})[A-Za-z0-9]{20,}|[a-f0-9]{20,})$/;

/** @throws UsageError with file, line and column of the first key found */
export function refuseLiteralKeys(file: YamlFile): void {
  const offset = firstKey(file);
  if (offset === undefined) return;
  throw new UsageError({
    problem: "a key stands in this file",
    where: placeIn(file, offset),
    mend: "Put it into an environment variable and that variable's name here, e.g. keyEnv: OPENAI_API_KEY. Then make the key invalid where you got it, if the file was ever shared.",
  });
}

function firstKey(file: YamlFile): number | undefined {
  const offsets = namedTexts(file).flatMap(({ key, text, offset }) => (isKeyIn(key, text) ? [offset] : []));
  const known = knownKeys.exec(file.text);
  if (known) offsets.push(known.index);
  return offsets.length === 0 ? undefined : Math.min(...offsets);
}

function isKeyIn(field: string, text: string): boolean {
  if (!keyFields.test(field) || text.length < 8) return false;
  return !reference.test(text) || random.test(text);
}
