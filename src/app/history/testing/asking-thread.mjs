// A thread as a backtest's that reads without end, for tests: asks for the records of each vehicle of its plan in turn, and tells how far it is.
import { parentPort, workerData } from 'node:worker_threads';

const { vehicles, from } = workerData.plan;
let asked = 0;
const ask = () => parentPort?.postMessage({ type: 'records', vehicle: vehicles[asked % vehicles.length], from: 0, to: 1_000 });
parentPort?.on('message', () => {
  asked++;
  parentPort?.postMessage({ type: 'progress', progress: Math.min(0.99, asked / 50), events: asked });
  // `from` is how many reads there are; 0 = without end.
  if (from > 0 && asked === from) parentPort?.postMessage({ type: 'done', result: { events: asked } });
  else ask();
});
ask();
