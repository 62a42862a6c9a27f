import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { completeExamples } from './examples.js';
import { PicturePreview } from './picture-preview.jsx';
import 'graphiql/style.css';
import './page.css';

/** The editor does its parsing and checking in workers, one kind for each language; the build puts them beside this file. */
globalThis.MonacoEnvironment = {
  getWorker(_, language) {
    const name = language === 'graphql' || language === 'json' ? language : 'editor';
    return new Worker(new URL(`./${name}.worker.js`, import.meta.url), { type: 'module' });
  },
};

/** What the server asks for before it takes a request that a page of another origin could send; uploads need it. */
const headers = JSON.stringify({ 'apollo-require-preflight': 'true' }, null, 2);

const address = `${location.origin}${location.pathname}`;
const examples = JSON.parse(document.getElementById('examples').textContent);
const tabs = await completeExamples(examples, address, localStorage);

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL
    fetcher={createGraphiQLFetcher({ url: address, enableIncrementalDelivery: false })}
    defaultTabs={tabs.map((tab) => ({ ...tab, headers }))}
    defaultHeaders={headers}
    defaultEditorToolsVisibility="variables"
    customScalarSchemas={{ Upload: { type: 'null' } }}
  >
    <GraphiQL.Logo>Proofsheet</GraphiQL.Logo>
    <PicturePreview />
  </GraphiQL>,
);
