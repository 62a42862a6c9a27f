/** GraphQL only: the schema that clients see, and the operations that they copy. TypeScript is Biome's. */
import plugin from '@graphql-eslint/eslint-plugin';

const { configs, parser } = plugin;
const namingConvention = '@graphql-eslint/naming-convention';
const [, recommendedNames] = configs['flat/schema-recommended'].rules[namingConvention];

const graphql = {
  plugins: { '@graphql-eslint': plugin },
  languageOptions: {
    parser,
    parserOptions: { graphQLConfig: { schema: 'schema/attachments.graphql', documents: 'schema/examples/*.graphql' } },
  },
};

const schema = {
  ...graphql,
  files: ['schema/attachments.graphql'],
  rules: {
    ...configs['flat/schema-recommended'].rules,
    ...configs['flat/schema-relay'].rules,
    // The federation calls its own types link__Purpose and link__Import.
    [namingConvention]: ['error', { ...recommendedNames, types: { style: 'PascalCase', ignorePattern: '^link__' } }],
    // It takes Container.containers and Content.contentType for repetitions; both are another word.
    '@graphql-eslint/no-typename-prefix': 'off',
    // Parts of an answer and of a thing have no id: they are found again by the thing that they are a part of.
    '@graphql-eslint/strict-id-in-types': [
      'error',
      {
        exceptions: {
          suffixes: ['Connection', 'Edge', 'Payload', 'Error', 'Failure'],
          types: [
            'AttachmentVersion',
            'Capabilities',
            'Content',
            'Digest',
            'PageInfo',
            'Participant',
            'ProviderHealth',
            'Rendition',
            'ResponsiveImage',
            'Thumbnail',
            'UploadResult',
            'ViewerPermissions',
          ],
        },
      },
    ],
    // Lists go forward only: no system that is behind them can go backward.
    '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
    // A page has `nodes` beside its edges; versions and renditions are nodes of a list without an id of their own.
    '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false }],
  },
};

const operations = {
  ...graphql,
  files: ['schema/examples/*.graphql'],
  rules: {
    ...configs['flat/operations-recommended'].rules,
    // As deep as the server allows unless configured otherwise: a message in a room of a system is deeper than 7.
    '@graphql-eslint/selection-set-depth': ['error', { maxDepth: 16 }],
  },
};

export default [schema, operations];
