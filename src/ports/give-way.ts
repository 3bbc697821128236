/**
 * Asked now and then by whoever has much to do: undefined while the turn of the loop is still young, else a promise to wait for, so that
 * sockets, timers and the disk get on meanwhile.
 */
export type GiveWay = () => Promise<void> | undefined;

/** For tests, tools and whoever has the loop for itself. */
export const neverGiveWay: GiveWay = () => undefined;
