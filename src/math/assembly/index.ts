// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
export { adamStep } from "./adam";
export { dotRows, transpose } from "./dot-rows";
export { gatherRows, sparseTimesPanels } from "./gather-rows";
export { lloydAssign } from "./lloyd";
export { lloydBind } from "./lloyd-state";
export { lloydDistances } from "./lloyd-values";
export { fixedProducts, fixedSums, fixRows, scaleColumns } from "./fixed-point";
export { logisticSlopes } from "./logistic-slopes";
export { quantiseRows } from "./quantise";
export { centreRows, columnSums } from "./centre";
export { coarseScan, dotList, interleaveBlock, leadingRows } from "./scan";
export { addGram } from "./gram";
export { largestProduct, softSums } from "./soft-sums";
