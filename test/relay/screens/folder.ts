import { graphql } from 'relay-runtime';

export const query = graphql`
  query folderQuery($id: ID!, $first: Int!) {
    container(id: $id) {
      ...folder_container @arguments(first: $first)
    }
  }
`;

/** What lies in a folder, room or message: on the interface, so that one component shows all of them. */
export const fragment = graphql`
  fragment folder_container on Container
  @refetchable(queryName: "folderPageQuery")
  @argumentDefinitions(first: { type: "Int" }, after: { type: "String" }) {
    containers(first: $first, after: $after) @connection(key: "folder_containers") {
      edges {
        node {
          id
          name
        }
      }
    }
  }
`;
