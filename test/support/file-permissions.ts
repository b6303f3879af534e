/** Whether this process writes where it has no permission, as root does: tests of a refused write mean nothing then. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export function ignoresPermissions(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-permissions-"));
  try {
    chmodSync(folder, 0o500);
    writeFileSync(join(folder, "file"), "");
    return true;
  } catch {
    return false;
  } finally {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true });
  }
}
