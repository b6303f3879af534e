/** What loading did and saw: nothing is dropped in silence. Plain data, kept in the snapshot. */

export interface LoadReport {
  readonly files: {
    /** files whose records are in the table's source */
    readonly used: number;
    /** `.json` files that are no result files */
    readonly ignored: readonly IgnoredFile[];
    /** result files hidden by a later file of the same data set key and model */
    readonly shadowed: readonly ShadowedFile[];
    /** trial runs that were left out */
    readonly demo: readonly string[];
  };
  /** One entry per data set key and model of the table, reference models after the pool. */
  readonly cells: readonly CellCounts[];
  /** what is odd but usable, one sentence each */
  readonly warnings: readonly string[];
  /** Prompt texts that stand in more than one data set key, and the rows that carry them. */
  readonly crossDatasetDuplicates: { readonly texts: number; readonly rows: number };
  readonly snapshot: SnapshotState;
}

export interface IgnoredFile {
  readonly path: string;
  readonly reason: string;
}

export interface ShadowedFile {
  readonly path: string;
  readonly winner: string;
}

/** Counts of cells by status, before the policy for unscored cells was applied. They add up to the data set's rows. */
export interface CellCounts {
  readonly dataset: string;
  readonly split: string;
  readonly model: string;
  readonly scored: number;
  readonly failed: number;
  readonly unscored: number;
  readonly missing: number;
}

/** A warning with what it is about, so that filters can drop it. */
export interface LoadWarning {
  readonly kind:
    | "fewer-records"
    | "stale-scores"
    | "text-differs"
    | "repeated-record"
    | "index-zero"
    | "performance-differs"
    | "count-differs"
    | "free-score"
    | "partly-scored"
    | "odd-file"
    | "unknown-exclude"
    | "snapshot";
  readonly message: string;
  readonly dataset?: string;
  readonly split?: string;
  readonly model?: string;
}

export interface SnapshotState {
  /** `used`: the table came from it; `written`: made now; `off`: not wanted; `failed`: could not be written. */
  readonly state: "used" | "written" | "off" | "failed";
  /** where the snapshot is, when there is one */
  readonly folder?: string;
}
