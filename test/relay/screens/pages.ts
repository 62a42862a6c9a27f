import { graphql } from 'relay-runtime';

export const query = graphql`
  query pagesQuery($id: ID!, $first: Int!) {
    attachment(id: $id) {
      ...pages_attachment @arguments(first: $first)
    }
  }
`;

/** The pages of a document as pictures. */
export const fragment = graphql`
  fragment pages_attachment on Attachment
  @refetchable(queryName: "pagesPageQuery")
  @argumentDefinitions(first: { type: "Int" }, after: { type: "String" }) {
    pages(first: $first, after: $after, width: 640) @connection(key: "pages_pages") {
      edges {
        node {
          page
          url
        }
      }
    }
  }
`;
