/** The table that `prices update` keeps: what it holds, whence and of which day, and a checksum of the list as it came. */
import { z } from "zod";
import { priceListFormats } from "./read-price-list.ts";
import { priceSchema } from "./price.ts";

export const priceTableSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** address or file the list came from */
  source: z.string().min(1),
  format: z.enum(priceListFormats),
  /** the day it was fetched */
  asOf: z.iso.date(),
  /** of the list as it came, hex */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  prices: z.record(z.string(), priceSchema),
});

export type PriceTable = z.infer<typeof priceTableSchema>;
