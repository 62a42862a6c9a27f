/** Statuses that are expected; others are counted together. */
const statuses = [200, 204, 206, 304, 403, 404, 405, 409, 410, 415, 416, 422, 500, 502, 503, 504] as const;

/** How requests ended, since the start. */
export class DeliveryCounters {
  /** Connections that ended before the answer did: the client left, or the content broke off. */
  aborted = 0;
  #sentBytes = 0;
  #otherStatuses = 0;
  readonly #byStatus = new Map<number, number>(statuses.map((status) => [status, 0]));

  answered(status: number, bodyBytes: number): void {
    const count = this.#byStatus.get(status);
    if (count === undefined) this.#otherStatuses += 1;
    else this.#byStatus.set(status, count + 1);
    this.#sentBytes += bodyBytes;
  }

  stats(): Readonly<Record<string, number>> {
    const byStatus = Object.fromEntries([...this.#byStatus].map(([status, count]) => [`status${status}`, count]));
    return { ...byStatus, otherStatuses: this.#otherStatuses, aborted: this.aborted, sentBytes: this.#sentBytes };
  }
}
