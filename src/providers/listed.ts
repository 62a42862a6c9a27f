import type { Listed, Page } from './provider.js';

/** Its cursor is written when somebody asks for it: of most pages one is needed, for the last item. */
export class LazyListed<T> implements Listed<T> {
  constructor(
    readonly item: T,
    private readonly writeCursor: () => string,
  ) {}

  get cursor(): string {
    return this.writeCursor();
  }
}

/** The same page of other items. */
export function mapPage<From, To>(page: Page<From>, map: (item: From) => To): Page<To> {
  return { ...page, items: page.items.map((listed) => new LazyListed(map(listed.item), () => listed.cursor)) };
}
