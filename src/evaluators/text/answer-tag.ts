/** What stands in the last <answer> … </answer> of a text; undefined where there is none. */
export function answerTag(text: string): string | undefined {
  return [...text.matchAll(/<answer>([\s\S]*?)<\/answer>/g)].at(-1)?.[1]?.trim();
}
