import type { Town } from './town.js';

/**
 * The quickest way over the roads (Dijkstra over travel time at the limits).
 * @returns indices of `town.edges` in driving order; empty where `from` is `to`
 */
export const findRoute = (town: Town, from: number, to: number): number[] => {
  const time = new Float64Array(town.nodes.length).fill(Number.POSITIVE_INFINITY);
  const arrivedBy = new Int32Array(town.nodes.length).fill(-1);
  const done = new Uint8Array(town.nodes.length);
  const queue = new Queue();
  time[from] = 0;
  queue.push(from, 0);
  for (let node = queue.pop(); node !== undefined && node !== to; node = queue.pop()) {
    if (done[node]) continue;
    done[node] = 1;
    for (const index of town.leaving[node]!) {
      const edge = town.edges[index]!;
      // Some seconds for every junction, so that the main roads are chosen as drivers choose them.
      const arrival = time[node]! + edge.length / (edge.limit / 3.6) + (edge.class === 'motorway' ? 0 : 4);
      if (arrival >= time[edge.to]!) continue;
      time[edge.to] = arrival;
      arrivedBy[edge.to] = index;
      queue.push(edge.to, arrival);
    }
  }
  const route: number[] = [];
  for (let node = to; node !== from; node = town.edges[route.at(-1)!]!.from) {
    if (arrivedBy[node] === -1) return [];
    route.push(arrivedBy[node]!);
  }
  return route.reverse();
};

/** A binary heap of nodes by time. */
class Queue {
  readonly #heap: { node: number; time: number }[] = [];

  push(node: number, time: number): void {
    const heap = this.#heap;
    let i = heap.push({ node, time }) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (heap[parent]!.time <= heap[i]!.time) return;
      [heap[parent], heap[i]] = [heap[i]!, heap[parent]!];
      i = parent;
    }
  }

  pop(): number | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first?.node;
    heap[0] = last;
    for (let i = 0; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) if (child < heap.length && heap[child]!.time < heap[least]!.time) least = child;
      if (least === i) return first.node;
      [heap[least], heap[i]] = [heap[i]!, heap[least]!];
      i = least;
    }
  }
}
