import { ArgsType, Field, Int, ObjectType } from 'type-graphql';
import { ContentError } from '../errors.js';
import type { Listed, Page, PageRequest } from '../providers/provider.js';

const first = 'How many items at most, from 1 to 100 unless the server is configured otherwise; BAD_USER_INPUT outside.';

@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true, defaultValue: 50, description: first })
  first?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Continue behind this cursor, an endCursor of before; from the beginning where absent.',
  })
  after?: string | null;
}

@ArgsType()
export class VersionPageArgs extends PageArgs {
  @Field(() => Int, { nullable: true, defaultValue: 20, description: first })
  override first?: number | null;
}

export interface NodeItem<Node> {
  readonly node: Node;
  /** Where the provider's list goes on behind it; written when a cursor is selected. */
  readonly position: () => string;
}

/** BAD_USER_INPUT for a `first` outside 1 to maxPageSize and for a cursor that was not handed out here. */
export function parsePage(args: PageArgs, defaultFirst: number, maxPageSize: number): PageRequest {
  const size = args.first ?? defaultFirst;
  if (size < 1 || size > maxPageSize) {
    throw new ContentError('BAD_USER_INPUT', `first must be from 1 to ${maxPageSize}, got ${size}`);
  }
  return { first: size, after: args.after == null ? null : parseCursor(args.after) };
}

export interface NodePage<Node> {
  readonly items: readonly NodeItem<Node>[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

export function toNodePage<Item, Node>(
  page: Page<Item>,
  request: PageRequest,
  toNode: (item: Item, listed: Listed<Item>) => Node,
): NodePage<Node> {
  return {
    items: page.items.map((found) => ({ node: toNode(found.item, found), position: () => found.cursor })),
    hasNextPage: page.hasNextPage,
    hasPreviousPage: request.after !== null,
  };
}

@ObjectType('PageInfo', { simpleResolvers: true, description: 'Where a page lies in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'More items follow.' })
  readonly hasNextPage: boolean;

  @Field(() => Boolean, { description: 'Items come before: true exactly when `after` was given.' })
  readonly hasPreviousPage: boolean;

  @Field(() => String, { nullable: true, description: "The first item's cursor; null on an empty page." })
  readonly startCursor: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The last item's cursor: give it as `after` for the next page. null on an empty page.",
  })
  readonly endCursor: string | null;

  constructor(page: NodePage<unknown>) {
    this.hasNextPage = page.hasNextPage;
    this.hasPreviousPage = page.hasPreviousPage;
    this.startCursor = cursorOf(page.items[0]);
    this.endCursor = cursorOf(page.items.at(-1));
  }
}

export interface Edge<Node> {
  readonly cursor: string;
  readonly node: Node;
}

/** A class that type-graphql knows, of an object type or an interface. */
type TypeClass<T> = abstract new (...parameters: never[]) => T;

/** The base of an edge type. Each needs a class of its own for its name in the schema. */
export function EdgeOf<Node extends object>(nodeType: () => TypeClass<Node>) {
  @ObjectType({ simpleResolvers: true })
  abstract class EdgeBase implements Edge<Node> {
    @Field(() => String, { description: 'Opaque: where the list goes on behind this item.' })
    readonly cursor: string;

    @Field(() => nodeType(), { description: 'The item.' })
    readonly node: Node;
  }
  return EdgeBase;
}

/** The base of a connection type. */
export function ConnectionOf<Node extends object>(nodeType: () => TypeClass<Node>, edgeType: () => TypeClass<Edge<Node>>) {
  @ObjectType({ simpleResolvers: true })
  abstract class ConnectionBase {
    constructor(readonly page: NodePage<Node>) {}

    @Field(() => [edgeType()], { description: 'The items of this page, each with its cursor.' })
    get edges(): readonly Edge<Node>[] {
      return this.page.items.map((item) => new ItemEdge(item));
    }

    @Field(() => [nodeType()], { description: 'The items of this page.' })
    get nodes(): readonly Node[] {
      return this.page.items.map(({ node }) => node);
    }

    @Field(() => PageInfo, { description: 'Where this page lies in the list.' })
    get pageInfo(): PageInfo {
      return new PageInfo(this.page);
    }
  }
  return ConnectionBase;
}

/** The version of what stands in a cursor, so that a later form is never mistaken for it. */
const cursorVersion = '1:';

function toCursor(position: string): string {
  return Buffer.from(cursorVersion + position).toString('base64url');
}

function parseCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!text.startsWith(cursorVersion) || toCursor(text.slice(cursorVersion.length)) !== cursor) {
    throw new ContentError('BAD_USER_INPUT', 'after is not a cursor that was handed out here');
  }
  return text.slice(cursorVersion.length);
}

function cursorOf(item: NodeItem<unknown> | undefined): string | null {
  return item ? toCursor(item.position()) : null;
}

/** Its cursor is written when it is selected. */
class ItemEdge<Node> implements Edge<Node> {
  constructor(private readonly item: NodeItem<Node>) {}

  get node(): Node {
    return this.item.node;
  }

  get cursor(): string {
    return toCursor(this.item.position());
  }
}
