import { graphql } from 'relay-runtime';

export const query = graphql`
  query versionsQuery($id: ID!, $first: Int!) {
    attachment(id: $id) {
      ...versions_attachment @arguments(first: $first)
    }
  }
`;

/** What a file has been. A version has no id of its own, so it is kept by its place in the list. */
export const fragment = graphql`
  fragment versions_attachment on Attachment
  @refetchable(queryName: "versionsPageQuery")
  @argumentDefinitions(first: { type: "Int" }, after: { type: "String" }) {
    versions(first: $first, after: $after) @connection(key: "versions_versions") {
      edges {
        node {
          number
          sizeBytes
        }
      }
    }
  }
`;
