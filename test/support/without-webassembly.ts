/** A machine without WebAssembly: kernels give way to their twins in plain code. */
import { afterAll, beforeAll, describe, vi } from "vitest";

/** Tests that see modules without WebAssembly, if they import them inside; what was imported before keeps its kernels. */
export function describeWithoutWebAssembly(tests: () => void): void {
  describe("where WebAssembly is missing", () => {
    beforeAll(() => {
      vi.stubGlobal("WebAssembly", undefined);
      vi.resetModules();
    });
    afterAll(() => {
      vi.unstubAllGlobals();
      vi.resetModules();
    });
    tests();
  });
}
