import {
  type ConcreteRequest,
  createOperationDescriptor,
  Environment,
  fetchQuery,
  type GraphQLResponse,
  getRefetchMetadata,
  getSingularSelector,
  Network,
  type ReaderFragment,
  RecordSource,
  Store,
  type Variables,
} from 'relay-runtime';

/** What a connection holds in the store, of all pages that were loaded. */
export interface RelayList {
  readonly edges: readonly { readonly node: Readonly<Record<string, unknown>> }[];
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
}

export interface RelayScreen {
  /** The list of its fragment, as a component reads it from the store. */
  list(): RelayList;
  /** As `loadNext` of a component: asks the query that the compiler made of the fragment, which adds to the list. */
  loadNext(count: number): Promise<void>;
}

type Fetch = (text: string, variables: Variables) => Promise<GraphQLResponse>;

/** Loads a query and reads its fragment with a paginated list, below `parent` or at its top, as Relay does for a component. */
export async function openRelayScreen(
  { query, fragment, parent }: { query: ConcreteRequest; fragment: ReaderFragment; parent: string | null },
  variables: Variables,
  fetch: Fetch,
): Promise<RelayScreen> {
  const network = Network.create(({ text }, given) => fetch(text ?? '', given));
  const environment = new Environment({ network, store: new Store(new RecordSource()) });
  const operation = createOperationDescriptor(query, variables);
  environment.retain(operation);
  const data = await fetchQuery(environment, query, variables).toPromise();
  const selector = getSingularSelector(fragment, parent === null ? data : (data as Record<string, unknown>)[parent]);
  if (!selector) throw new Error('The query has nothing to read the fragment of');
  const { refetchableRequest, identifierInfo } = getRefetchMetadata(fragment, fragment.name);
  const listName = fragment.metadata?.connection?.[0]?.path?.[0] ?? '';
  const read = () => environment.lookup(selector).data as Record<string, unknown>;
  const list = () => read()[listName] as RelayList;

  return {
    list,
    loadNext: async (count) => {
      const next = { first: count, after: list().pageInfo.endCursor, ...(identifierInfo ? { id: read().id } : {}) };
      await fetchQuery(environment, refetchableRequest, next).toPromise();
    },
  };
}
