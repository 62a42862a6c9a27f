import { graphql } from 'relay-runtime';

export const query = graphql`
  query providerQuery($name: String!, $first: Int!) {
    provider(name: $name) {
      ...provider_provider @arguments(first: $first)
    }
  }
`;

/** The files of one provider. */
export const fragment = graphql`
  fragment provider_provider on Provider
  @refetchable(queryName: "providerPageQuery")
  @argumentDefinitions(first: { type: "Int" }, after: { type: "String" }) {
    attachments(first: $first, after: $after, orderBy: NAME_ASC) @connection(key: "provider_attachments") {
      edges {
        node {
          id
          filename
        }
      }
    }
  }
`;
