import { graphql } from 'relay-runtime';

export const query = graphql`
  query galleryQuery($first: Int!) {
    ...gallery_query @arguments(first: $first)
  }
`;

/** The files of all providers; more of them come by galleryPageQuery. */
export const fragment = graphql`
  fragment gallery_query on Query
  @refetchable(queryName: "galleryPageQuery")
  @argumentDefinitions(first: { type: "Int" }, after: { type: "String" }) {
    attachments(first: $first, after: $after, orderBy: NAME_ASC) @connection(key: "gallery_attachments") {
      edges {
        node {
          id
          filename
          thumbnail(size: 320) {
            url
          }
        }
      }
      failures {
        code
        message
      }
    }
  }
`;
