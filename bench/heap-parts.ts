import { getHeapSnapshot } from 'node:v8';

/** What one part of the things takes, bytes of all of them together. */
export interface HeapPart {
  /** Names of properties on the way to it; lists have no numbers: `state.fold.rules[].memory`. */
  path: string;
  bytes: number;
  /** What a collection of garbage has to look at one by one: numbers that are objects of their own too. */
  objects: number;
}

interface Snapshot {
  snapshot: { meta: { node_fields: string[]; node_types: [string[]]; edge_fields: string[]; edge_types: [string[]] } };
  nodes: number[];
  edges: number[];
  strings: string[];
}

const NOBODY = 0;
const WORLD = 1;
const MINE = 2;

/**
 * Where the bytes of many like things are: walks a snapshot of V8's heap. What is also reached otherwise than through them (code, rules, names
 * that are interned) is not theirs; what several of them share is counted once. Bytes that are outside of the heap are not in it.
 * @param holder name of a class with one instance, which has nothing but an array `things`
 * @param depth so many names of a path are told apart
 */
export const heapParts = async (holder: string, depth: number): Promise<HeapPart[]> => {
  const heap = await takeSnapshot();
  const root = heap.find('object', holder);
  if (root < 0) throw new Error(`no instance of ${holder} in the heap`);
  const owner = new Uint8Array(heap.nodes);
  const targets = (node: number, name: string): number[] =>
    [...heap.edgesOf(node)].filter(edge => heap.edgeName(edge) === name).map(edge => heap.targetOf(edge));
  const things = targets(root, 'things').flatMap(list => targets(list, '[]'));
  for (const thing of things) owner[thing] = MINE;
  reach(heap, owner);
  return sizesOf(heap, owner, things, depth);
};

/** Everything that is reached without passing the things. */
const reach = (heap: Heap, owner: Uint8Array): void => {
  const next = [0];
  owner[0] = WORLD;
  for (let node = next.pop(); node !== undefined; node = next.pop()) {
    for (const edge of heap.edgesOf(node)) {
      const target = heap.targetOf(edge);
      if (owner[target] !== NOBODY || heap.isWeak(edge)) continue;
      owner[target] = WORLD;
      next.push(target);
    }
  }
};

/** Breadth first, so that what is reached in two ways counts for the shorter one. */
const sizesOf = (heap: Heap, owner: Uint8Array, things: readonly number[], depth: number): HeapPart[] => {
  const parts = new Map<string, HeapPart>();
  let layer = things.map(node => ({ node, path: '', names: 0 }));
  while (layer.length > 0) {
    const below: typeof layer = [];
    for (const { node, path, names } of layer) {
      const part = parts.get(path) ?? { path, bytes: 0, objects: 0 };
      parts.set(path, part);
      part.bytes += heap.sizeOf(node);
      part.objects++;
      for (const edge of heap.edgesOf(node)) {
        const target = heap.targetOf(edge);
        if (owner[target] !== NOBODY || heap.isWeak(edge)) continue;
        owner[target] = MINE;
        const name = names < depth && heap.isObject(target) ? heap.edgeName(edge) : undefined;
        if (name === undefined) below.push({ node: target, path, names });
        else if (name === '[]') below.push({ node: target, path: path === '' ? '' : `${path}[]`, names });
        else below.push({ node: target, path: path === '' ? name : `${path}.${name}`, names: names + 1 });
      }
    }
    layer = below;
  }
  return [...parts.values()].sort((a, b) => b.bytes - a.bytes);
};

interface Heap {
  readonly nodes: number;
  find(type: string, name: string): number;
  edgesOf(node: number): Iterable<number>;
  targetOf(edge: number): number;
  /** Undefined where V8 keeps it for itself; `[]` of lists. */
  edgeName(edge: number): string | undefined;
  isWeak(edge: number): boolean;
  isObject(node: number): boolean;
  sizeOf(node: number): number;
}

const takeSnapshot = async (): Promise<Heap> => {
  const chunks: Buffer[] = [];
  for await (const chunk of getHeapSnapshot()) chunks.push(Buffer.from(chunk as Buffer));
  const { snapshot, nodes, edges, strings } = JSON.parse(Buffer.concat(chunks).toString()) as Snapshot;
  const { node_fields, node_types, edge_fields, edge_types } = snapshot.meta;
  const at = (field: string): number => node_fields.indexOf(field);
  const edgeAt = (field: string): number => edge_fields.indexOf(field);
  const [nodeWidth, edgeWidth] = [node_fields.length, edge_fields.length];
  const count = nodes.length / nodeWidth;
  const firstEdge = new Uint32Array(count + 1);
  for (let i = 0; i < count; i++) firstEdge[i + 1] = firstEdge[i]! + nodes[i * nodeWidth + at('edge_count')]!;
  const [type, name, size] = [at('type'), at('name'), at('self_size')];
  const [edgeType, edgeName, toNode] = [edgeAt('type'), edgeAt('name_or_index'), edgeAt('to_node')];
  const types = node_types[0];
  const [property, element, weak, shortcut] = ['property', 'element', 'weak', 'shortcut'].map(of => edge_types[0].indexOf(of));
  return {
    nodes: count,
    find: (wanted, called) => {
      for (let i = 0; i < count; i++)
        if (types[nodes[i * nodeWidth + type]!] === wanted && strings[nodes[i * nodeWidth + name]!] === called) return i;
      return -1;
    },
    *edgesOf(node) {
      for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) yield edge;
    },
    targetOf: edge => edges[edge * edgeWidth + toNode]! / nodeWidth,
    edgeName: edge => {
      const kind = edges[edge * edgeWidth + edgeType];
      if (kind === element) return '[]';
      const called = strings[edges[edge * edgeWidth + edgeName]!];
      return kind === property && called !== '__proto__' ? called : undefined;
    },
    isWeak: edge => {
      const kind = edges[edge * edgeWidth + edgeType];
      return kind === weak || kind === shortcut;
    },
    isObject: node => types[nodes[node * nodeWidth + type]!] === 'object',
    sizeOf: node => nodes[node * nodeWidth + size]!,
  };
};
