/** The price table of `signalbox prices update`, where the user's caches are kept. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../core/errors.ts";
import { priceTableSchema } from "../../prices/price-table-file.ts";
import type { PriceTable } from "../../prices/price-table-file.ts";
import { systemCode } from "../../store/atomic-write.ts";
import { defaultCacheDir } from "../../store/cache-dir.ts";

/** The table's file. */
export function updatedPricesPath(cacheDir: string = defaultCacheDir()): string {
  return join(cacheDir, "prices.json");
}

/** The table; undefined when none was fetched. @throws DataError when the file is not one */
export async function updatedPrices(path: string = updatedPricesPath()): Promise<PriceTable | undefined> {
  try {
    return priceTableSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw new DataError({
      problem: "is no table of prices",
      where: path,
      mend: 'Fetch it again with "signalbox prices update", or remove the file',
      cause: error,
    });
  }
}
