// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
export { adamStep } from "./adam";
export { dotRows, transpose } from "./dot-rows";
export { gatherRows, sparseTimesPanels } from "./gather-rows";
export { lloydAssign, lloydBind, lloydDistances } from "./lloyd";
export { fixedProducts, fixRows } from "./fixed-point";
export { quantiseRows } from "./quantise";
export { centreRows, columnSums } from "./centre";
export { coarseScan, dotList } from "./scan";
export { addGram } from "./gram";
