/** Something that waits for all of these scopes: its turn comes with the first of theirs. */
export interface Waiting {
  readonly scopes: ReadonlySet<string>;
}

/**
 * A line in which each scope waits in a lane of its own, first come, first served, and the lanes take turns: however much one scope
 * has in line, the next of any other waits for one of it at most.
 */
export class FairLine<Item extends Waiting> {
  /** In the order of their turns; none is empty. */
  readonly #lanes = new Map<string, Set<Item>>();
  readonly #items = new Set<Item>();

  get size(): number {
    return this.#items.size;
  }

  has(item: Item): boolean {
    return this.#items.has(item);
  }

  /** At the end of the lanes that it is not in yet. */
  add(item: Item): void {
    this.#items.add(item);
    for (const scope of item.scopes) {
      const lane = this.#lanes.get(scope);
      if (lane) lane.add(item);
      else this.#lanes.set(scope, new Set([item]));
    }
  }

  remove(item: Item): void {
    if (!this.#items.delete(item)) return;
    for (const scope of item.scopes) {
      const lane = this.#lanes.get(scope);
      lane?.delete(item);
      if (lane?.size === 0) this.#lanes.delete(scope);
    }
  }

  /** Whose turn it is. */
  first(): Item | undefined {
    const [lane] = this.#lanes.values();
    return lane && firstOf(lane);
  }

  /** Removes the first; its lane has its next turn after all others. */
  take(): Item | undefined {
    const [entry] = this.#lanes;
    if (!entry) return undefined;
    const [scope, lane] = entry;
    const item = firstOf(lane);
    if (item) this.remove(item);
    if (this.#lanes.delete(scope)) this.#lanes.set(scope, lane);
    return item;
  }

  /** The latest of all. */
  last(): Item | undefined {
    return [...this.#items].at(-1);
  }

  /**
   * The latest of whoever has most in line, if that is so much more than the newcomer has that it is fairer to turn this away. What
   * others wait for as well is spared.
   */
  surplus(newcomer: Waiting): Item | undefined {
    let [longest] = this.#lanes.values();
    for (const lane of this.#lanes.values()) if (longest && lane.size > longest.size) longest = lane;
    if (!longest || longest.size <= this.#shareOf(newcomer) + 1) return undefined;
    return [...longest].findLast(({ scopes }) => scopes.size === 1);
  }

  /** How many have their turn before this one; before a newcomer, where it is not in line. */
  countBefore(item: Waiting): number {
    return Math.min(...[...item.scopes].map((scope) => this.#countBeforeIn(scope, item)));
  }

  #shareOf({ scopes }: Waiting): number {
    return Math.min(...[...scopes].map((scope) => this.#lanes.get(scope)?.size ?? 0));
  }

  #countBeforeIn(scope: string, item: Waiting): number {
    const place = placeIn(this.#lanes.get(scope) ?? [], item);
    let count = place;
    let hasTurnBefore = true;
    for (const [other, lane] of this.#lanes) {
      if (other === scope) hasTurnBefore = false;
      else count += Math.min(lane.size, hasTurnBefore ? place + 1 : place);
    }
    return Math.min(count, this.size);
  }
}

/** Counted from 0; after the last, where it is not there. */
function placeIn(lane: Iterable<Waiting>, item: Waiting): number {
  let place = 0;
  for (const other of lane) {
    if (other === item) return place;
    place += 1;
  }
  return place;
}

function firstOf<Item>(items: Iterable<Item>): Item | undefined {
  for (const item of items) return item;
  return undefined;
}
