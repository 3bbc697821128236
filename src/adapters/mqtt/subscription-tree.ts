interface Level<S> {
  children: Map<string, Level<S>>;
  subscribers: Map<S, 0 | 1>;
}

const newLevel = <S>(): Level<S> => ({ children: new Map(), subscribers: new Map() });

/**
 * Who wants to hear which topics: a tree by topic level, so that finding the one device that waits for its errors topic
 * costs the depth of the topic, not the number of devices.
 */
export class SubscriptionTree<S> {
  #root: Level<S> = newLevel();

  add(filter: string, subscriber: S, qos: 0 | 1): void {
    let level = this.#root;
    for (const name of filter.split('/')) {
      let child = level.children.get(name);
      if (child === undefined) {
        child = newLevel();
        level.children.set(name, child);
      }
      level = child;
    }
    level.subscribers.set(subscriber, qos);
  }

  remove(filter: string, subscriber: S): void {
    const names = filter.split('/');
    const path = [this.#root];
    for (const name of names) {
      const child = path[path.length - 1]!.children.get(name);
      if (child === undefined) return;
      path.push(child);
    }
    path[path.length - 1]!.subscribers.delete(subscriber);
    // Levels that nobody stands on any more go away, or names that come and go would fill the memory.
    for (let depth = names.length; depth > 0; depth--) {
      const { children, subscribers } = path[depth]!;
      if (children.size > 0 || subscribers.size > 0) return;
      path[depth - 1]!.children.delete(names[depth - 1]!);
    }
  }

  /** @returns every subscriber of `topic` once, with the highest QoS that it was granted */
  match(topic: string): Map<S, 0 | 1> {
    const found = new Map<S, 0 | 1>();
    // Wildcards on the first level do not see the server's own topics (MQTT §4.7.2).
    collect(this.#root, topic.split('/'), 0, !topic.startsWith('$'), found);
    return found;
  }

  get empty(): boolean {
    return this.#root.children.size === 0;
  }
}

const collect = <S>(level: Level<S>, names: readonly string[], at: number, wildcards: boolean, found: Map<S, 0 | 1>): void => {
  if (wildcards) take(level.children.get('#'), found);
  if (at === names.length) {
    take(level, found);
    return;
  }
  const named = level.children.get(names[at]!);
  if (named !== undefined) collect(named, names, at + 1, true, found);
  const any = wildcards ? level.children.get('+') : undefined;
  if (any !== undefined) collect(any, names, at + 1, true, found);
};

const take = <S>(level: Level<S> | undefined, found: Map<S, 0 | 1>): void => {
  if (level === undefined) return;
  for (const [subscriber, qos] of level.subscribers) if (found.get(subscriber) !== 1) found.set(subscriber, qos);
};
