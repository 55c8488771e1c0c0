/** How long the event loop is kept from other work at a time. */
const SLICE_MS = 8;

/** Works through steps, and lets the rest of the process have its turn in between. */
export async function inSlices(steps: Generator<void, void, undefined>): Promise<void> {
  let until = performance.now() + SLICE_MS;
  for (let step = steps.next(); step.done !== true; step = steps.next()) {
    if (performance.now() < until) continue;
    await new Promise((resolve) => setImmediate(resolve));
    until = performance.now() + SLICE_MS;
  }
}
