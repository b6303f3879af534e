// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
export { dotRows, transpose } from "./dot-rows";
export { gatherRows, sparseTimesDense } from "./gather-rows";
