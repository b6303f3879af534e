/**
 * Whether another model answered than was asked. A dated or longer name of the same model is not another: asked for
 * "gpt-5", endpoints answer "gpt-5-2025-08-07" or "openai/gpt-5". An endpoint that does not say is not accused.
 */
export function isOtherModel(served: string, requested: string): boolean {
  if (served === "") return false;
  const [given, asked] = [bare(served), bare(requested)];
  if (given === asked) return false;
  return !(given.startsWith(`${asked}-`) && /^[-\d]+$/.test(given.slice(asked.length)));
}

/** Without the maker, in one case. */
function bare(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1).toLowerCase();
}
