/** The options every cluster router has. */
import { z } from "zod";

export const clusterOptions = {
  clusters: z.int().positive().default(32).describe("How many clusters to cut the training prompts into"),
  topK: z.int().positive().default(3).describe("How many of the nearest clusters a query is weighed over"),
  beta: z.number().nonnegative().default(9).describe("How sharply nearer clusters outweigh farther ones"),
  shrink: z
    .number()
    .nonnegative()
    .default(10)
    .describe("Pseudo-observations pulling a cluster toward the overall mean"),
  restarts: z.int().positive().default(10).describe("k-means restarts; the tightest clustering is kept"),
};

export type ClusterOptions = z.infer<z.ZodObject<typeof clusterOptions>>;

/** Cluster counts tried on the validation part. */
export const searchedClusters = [8, 16, 32, 64];
