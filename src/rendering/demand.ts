/** In this order out of a queue: asked for now, made ahead of need. */
export type Priority = 'asked' | 'ahead';

/** Where a demand is being met: in a queue, or by work that others wait for as well. */
export interface Stage {
  /** Others came to want the same. */
  join(others: Demand): void;
  /** How much longer it takes, in milliseconds; null where nobody can tell. */
  expectedMs(): number | null;
}

/**
 * Who wants a piece of work, and where it is by now. A demand grows while the work goes on: whoever comes to want the same is added,
 * and the stage that the work has reached hears of it. Nobody is taken out: work that nobody waits for at all ends by its signal.
 */
export class Demand implements Stage {
  #priority: Priority;
  readonly #scopes: Set<string>;
  #claims: number;
  #stage: Stage | null = null;

  /** Work of different scopes takes turns. What a scope stands for does not matter here. */
  constructor(priority: Priority, scopes: Iterable<string>, claims = 1) {
    this.#priority = priority;
    this.#scopes = new Set(scopes);
    this.#claims = claims;
  }

  /** Rises from 'ahead' to 'asked' when somebody asks for what was only made ahead of need. */
  get priority(): Priority {
    return this.#priority;
  }

  get scopes(): ReadonlySet<string> {
    return this.#scopes;
  }

  /** How many wanted it, those who have left included. */
  get claims(): number {
    return this.#claims;
  }

  /** The latest stage counts. */
  enter(stage: Stage): void {
    this.#stage = stage;
  }

  join(others: Demand): void {
    if (others.priority === 'asked') this.#priority = 'asked';
    for (const scope of others.scopes) this.#scopes.add(scope);
    this.#claims += others.claims;
    this.#stage?.join(others);
  }

  expectedMs(): number | null {
    return this.#stage?.expectedMs() ?? null;
  }

  /** As it is now, to grow on its own. */
  copy(): Demand {
    return new Demand(this.#priority, this.#scopes, this.#claims);
  }
}

/** Work as whoever does it sees it. The signal fires when nobody waits for the result any more. */
export interface Task {
  readonly signal: AbortSignal;
  readonly demand: Demand;
}
