/** A full table as three Arrow IPC files (rows, cells, texts) and back. Any Arrow reader can open them. */
import type { Column, Table } from "@uwdata/flechette";
import type { FullCells, FullRows, FullTable, TextStore } from "./full-table.ts";
import { cellNumbers } from "./full-table.ts";

/** The Arrow library, loaded once. Called early, it loads while the files are read. */
export const flechette = (): Promise<typeof import("@uwdata/flechette")> =>
  import("@uwdata/flechette/dist/flechette.mjs");

export const partNames = ["rows", "cells", "texts"] as const;
export type SnapshotParts = Readonly<Record<(typeof partNames)[number], Uint8Array>>;

const rowColumns = ["dataset", "index", "group", "promptText", "originQuery", "groundTruth"] as const;
const cellTexts = ["prediction", "extra"] as const;

/** The table's columns as Arrow IPC file bytes. The same table gives the same bytes. */
export async function encodeColumns(full: FullTable): Promise<SnapshotParts> {
  const { tableFromArrays, tableToIPC, utf8 } = await flechette();
  const bytes = (arrays: Record<string, ArrayLike<unknown>>, types = {}): Uint8Array => {
    const encoded = tableToIPC(tableFromArrays(arrays as Record<string, unknown[]>, { types }), { format: "file" });
    if (!encoded) throw new TypeError("the Arrow encoder gave no bytes");
    return encoded;
  };
  const { status } = full.cells;
  return {
    rows: bytes(pick(full.rows, rowColumns)),
    cells: bytes({ status, ...pick(full.cells, cellNumbers), ...pick(full.cells, cellTexts) }),
    texts: bytes({ text: Array.from({ length: full.texts.length }, (_, id) => full.texts.at(id)) }, { text: utf8() }),
  };
}

/** The columns behind Arrow IPC bytes. Texts are decoded when asked for, but for the prompts. */
export async function decodeColumns(parts: SnapshotParts): Promise<Pick<FullTable, "rows" | "cells" | "texts">> {
  const { tableFromIPC } = await flechette();
  const [rows, cells, texts] = [parts.rows, parts.cells, parts.texts].map((bytes) => tableFromIPC(aligned(bytes)));
  const store = textStore(texts?.getChild("text") as Column<string> | undefined);
  const row = Object.fromEntries(rowColumns.map((name) => [name, numbers(rows, name)])) as Omit<FullRows, "prompts">;
  const cell = Object.fromEntries([...cellNumbers, ...cellTexts].map((name) => [name, numbers(cells, name)]));
  return {
    rows: { ...row, prompts: Array.from(row.promptText, (id) => store.at(id)) },
    cells: { status: numbers(cells, "status"), ...cell } as unknown as FullCells,
    texts: store,
  };
}

function pick<T extends object, Name extends keyof T>(from: T, names: readonly Name[]): Record<Name, T[Name]> {
  return Object.fromEntries(names.map((name) => [name, from[name]])) as Record<Name, T[Name]>;
}

function numbers(table: Table | undefined, name: string): unknown {
  return table?.getChild(name).toArray();
}

function textStore(column: Column<string> | undefined): TextStore {
  return { length: column?.length ?? 0, at: (id) => column?.at(id) ?? "" };
}

/** Bytes that start on a multiple of 8, as 64-bit columns need. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes);
}
