/** Where a file of a data set lies: by its own address, or by its home's rule for addresses. */
import type { DatasetSource, SourceFile } from "../core/dataset.ts";

/**
 * The full address; of its archive where it is packed. Undefined where the source has none: by request only, or the user's file.
 * @param mirror takes the file from MIRROR/HOST/PATH instead
 */
export function sourceAddress(source: DatasetSource, file: SourceFile, mirror?: string): string | undefined {
  const address = file.archive ?? file.url ?? homeAddress(source, file.path);
  if (address === undefined || mirror === undefined) return address;
  const { host, pathname, search } = new URL(address);
  return `${mirror.replace(/\/+$/, "")}/${host}${pathname}${search}`;
}

function homeAddress({ kind, repository, revision }: DatasetSource, path: string): string | undefined {
  if (repository === undefined) return undefined;
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  if (kind === "huggingface")
    return `https://huggingface.co/datasets/${repository}/resolve/${encodeURIComponent(revision)}/${encoded}`;
  if (kind === "github") return `https://raw.githubusercontent.com/${repository}/${revision}/${encoded}`;
  return undefined;
}
