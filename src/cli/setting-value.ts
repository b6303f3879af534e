/** The value in --set OPTION=VALUE. */
import type { z } from "zod";

/** As text where the option takes it as it stands (a model may be called true, or 4); else a truth value or a number if it is one. */
export function settingValue(option: z.ZodType | undefined, text: string): unknown {
  if (option?.safeParse(text).success) return text;
  if (text === "true" || text === "false") return text === "true";
  const number = Number(text);
  return text.trim() !== "" && Number.isFinite(number) ? number : text;
}
