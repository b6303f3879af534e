/** Whether what is counted has kept up a pace for a second, and keeps it. */

const windowMs = 1000;

/** @returns counts one more; true while the last whole second had more than `perSecond` */
export function sustainedPace(perSecond: number, now: () => number): () => boolean {
  let [start, count, isKept] = [now(), 0, false];
  return () => {
    const passed = now() - start;
    if (passed >= windowMs) {
      isKept = passed < 2 * windowMs && count > perSecond;
      [start, count] = [now(), 0];
    }
    count++;
    return isKept;
  };
}
