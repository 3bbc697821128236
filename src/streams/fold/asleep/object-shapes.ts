/** Makes an object of its values, which stand one after the other from a place on. */
type Make = (values: readonly unknown[], from: number) => object;

/** The keys that an object has, in order. */
export interface Shape {
  readonly number: number;
  readonly keys: readonly string[];
  /** Which of its values are maps. */
  readonly maps: readonly boolean[];
  readonly make: Make;
}

/** Where one is after some keys. The key that came here last stands first: it is nearly always the one. */
class Step {
  shape: Shape | undefined = undefined;
  private likely = '';
  private next: Step | undefined = undefined;
  private readonly others = new Map<string, Step>();

  to(key: string): Step | undefined {
    if (this.likely === key) return this.next;
    const next = this.others.get(key);
    if (next !== undefined) {
      this.likely = key;
      this.next = next;
    }
    return next;
  }

  with(key: string): Step {
    const next = this.others.get(key) ?? new Step();
    this.others.set(key, next);
    return next;
  }
}

/** All states together have some dozens. */
const MOST_SHAPES = 1_024;
/** As the code names things. */
const PLAIN_NAME = /^[A-Za-z]\w{0,31}$/;
/**
 * What holds maps in a state: their keys are of devices and people (fences, trouble codes, devices, signals), or any few of what there is (reasons, kinds of
 * alert), so that they would make shapes without end, and nobody else's states would have any.
 */
const MAPS: ReadonlySet<string> = new Set(['said', 'fixParts', 'doubted', 'rejected', 'signals', 'counts', 'bad']);

/** Shapes of objects, learnt as they come, each with a number. They stay: what was packed names them. */
export class ObjectShapes {
  private readonly first = new Step();
  private readonly all: Shape[] = [];

  /** @returns undefined where its keys are no plain names, or too many shapes are known */
  of(object: object): Shape | undefined {
    let step: Step | undefined = this.first;
    for (const key in object) {
      step = step.to(key);
      if (step === undefined) break;
    }
    return step?.shape ?? this.learn(object);
  }

  get count(): number {
    return this.all.length;
  }

  numbered(number: number): Shape {
    return this.all[number]!;
  }

  private learn(object: object): Shape | undefined {
    const keys = Object.keys(object);
    if (this.all.length >= MOST_SHAPES || !keys.every(key => PLAIN_NAME.test(key))) return undefined;
    let step = this.first;
    for (const key of keys) step = step.with(key);
    const shape = { number: this.all.length, keys, maps: keys.map(key => MAPS.has(key)), make: maker(keys) };
    step.shape = shape;
    this.all.push(shape);
    return shape;
  }
}

/**
 * A literal with these keys. What it makes is of the class that V8 gives such a literal in the code, so that whoever reads both kinds is not slowed down: an object
 * whose keys are put one by one is of another. Keys are plain names: nothing else is compiled, wherever it came from.
 */
const maker = (keys: readonly string[]): Make =>
  new Function('values', 'from', `return {${keys.map((key, i) => `${key}: values[from + ${i}]`).join(', ')}};`) as Make;
