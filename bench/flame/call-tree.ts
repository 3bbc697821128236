import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What `node --cpu-prof` writes of one thread (Chrome DevTools protocol, `Profiler.Profile`); times in µs. */
export interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number }; children?: number[] }[];
  samples: number[];
  timeDeltas: number[];
  startTime: number;
  endTime: number;
}

/** A function as called by its parent, all such calls together. */
export interface Call {
  name: string;
  /** Folder and file with the line, of ours from `src/` on; empty for what is part of V8. */
  place: string;
  /** Time in it and in what it called, µs: by the clock, but for the time in which the thread had nothing to do. */
  time: number;
  callees: Map<string, Call>;
}

/**
 * The calls of a thread while it did something, merged by function; what waits is left out.
 * @param from µs since the profile began: what was before is left out (start, first compilation)
 * @param root folder of the built server
 */
export const callTree = ({ nodes, samples, timeDeltas }: CpuProfile, from: number, root: string): Call => {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map(child => [child, id] as const)));
  const paths = new Map<number, readonly { key: string; name: string; place: string }[]>();
  const pathOf = (id: number) => {
    const known = paths.get(id);
    if (known) return known;
    const path: { key: string; name: string; place: string }[] = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const { functionName, url, lineNumber } = byId.get(at)!.callFrame;
      if (functionName === '(root)') continue;
      const place = url === '' ? '' : `${placeOf(url, root)}:${lineNumber + 1}`;
      path.push({ key: `${functionName} ${place}`, name: functionName || '(anonymous)', place });
    }
    path.reverse();
    paths.set(id, path);
    return path;
  };
  const tree: Call = { name: 'all', place: '', time: 0, callees: new Map() };
  let at = 0;
  samples.forEach((id, i) => {
    const time = timeDeltas[i] ?? 0;
    at += time;
    const path = pathOf(id);
    if (at < from || time <= 0 || path[0]?.name === '(idle)') return;
    tree.time += time;
    let call = tree;
    for (const { key, name, place } of path) {
      let callee = call.callees.get(key);
      if (!callee) {
        callee = { name, place, time: 0, callees: new Map() };
        call.callees.set(key, callee);
      }
      callee.time += time;
      call = callee;
    }
  });
  return tree;
};

const placeOf = (url: string, root: string): string => {
  if (!url.startsWith('file:')) return url;
  const path = relative(root, fileURLToPath(url));
  const module = path.lastIndexOf('node_modules/');
  return module < 0 ? path.replace(/\.js$/, '.ts') : path.slice(module + 'node_modules/'.length);
};
