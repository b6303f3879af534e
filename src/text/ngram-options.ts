/** The options of the offline encoder: which n-grams are counted, and how many dimensions they are pressed into. */
import { z } from "zod";

export const ngramOptionsSchema = z.strictObject({
  buckets: z
    .int()
    .min(256)
    .max(2 ** 22)
    .default(2 ** 15)
    .refine((n) => (n & (n - 1)) === 0, "must be a power of two")
    .describe("Hash buckets; a power of two. More buckets, fewer collisions, a larger artefact"),
  dimensions: z.int().min(1).max(4096).default(256).describe("Rank of the truncated SVD, the length of a vector"),
  minimumCharacters: z.int().min(1).max(16).default(3).describe("Length of the shortest character n-gram"),
  maximumCharacters: z.int().min(1).max(16).default(5).describe("Length of the longest character n-gram"),
  boundaries: z
    .enum(["word", "none"])
    .default("word")
    .describe('"word": character n-grams stay inside a word and its two spaces; "none": they run across'),
  wordPairs: z.boolean().default(true).describe("Count pairs of neighbouring words"),
  minimumPrompts: z.int().min(1).default(1).describe("Drop buckets seen in fewer training texts than this"),
  characterBudget: z
    .int()
    .min(16)
    .default(20_000)
    .describe("Longer texts keep their first two thirds and last third of this many characters"),
});

export type NgramOptions = z.infer<typeof ngramOptionsSchema>;
export type NgramOptionsInput = z.input<typeof ngramOptionsSchema>;
