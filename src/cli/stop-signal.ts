/** Aborts at the first SIGINT or SIGTERM. A second one ends the process at once: somebody means it. */
export const stopSignal = (): AbortController => {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller;
};
