/** What a process has open besides its connections: files, pipes, the event loop's own. */
const BESIDES = 200;

/** File descriptors that a process with so many connections needs. */
export const descriptorsFor = (connections: number): number => connections + BESIDES;

/** How many file descriptors this process may have open: Node raises its soft limit to the hard one. Infinity where the system tells none. */
export const descriptorLimit = (): number => {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { hard: number | string } } };
  const limit = Number(userLimits?.open_files?.hard);
  return Number.isFinite(limit) ? limit : Number.POSITIVE_INFINITY;
};
