export interface LoggedRequest {
  readonly at: Date;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** null while it is not answered, and where the connection ended before. */
  status: number | null;
}

const maxRequests = 10_000;

/** What a sandbox was asked, oldest first; of the oldest only the last 10,000 are kept. */
export class RequestLog {
  #requests: LoggedRequest[] = [];

  add(request: LoggedRequest): void {
    this.#requests.push(request);
    if (this.#requests.length > maxRequests) this.#requests.shift();
  }

  clear(): void {
    this.#requests = [];
  }

  /** Those whose "METHOD /path?query" matches; all where no pattern is given. */
  requests(pattern?: RegExp): readonly LoggedRequest[] {
    return this.#requests.filter(({ method, path }) => pattern?.test(`${method} ${path}`) ?? true);
  }
}
