/** Processor time of this process, so that others on the machine disturb little, and a fixed loop to compare with. */

export function processorMs(): number {
  const {user, system} = process.cpuUsage();
  return (user + system) / 1000;
}

let sink = 0;

/** Two million divisions in a row, about 10 ms. */
function reference(): void {
  let x = 1;
  for (let i = 1; i <= 2e6; ++i) x = 1 + x / i;
  sink += x;
  if (Number.isNaN(sink)) console.log(sink);
}

/** The least of some runs of the loop. */
export function referenceMs(rounds = 15): number {
  return Math.min(...Array.from({length: rounds}, () => spent(reference)));
}

export function spent(run: () => void): number {
  const before = processorMs();
  run();
  return processorMs() - before;
}
