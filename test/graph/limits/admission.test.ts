import { afterEach, describe, expect, it } from '@jest/globals';
import { Admission, admissionSettings } from '../../../src/graph/limits/admission.js';
import type { GraphSettings } from '../../../src/graph/settings.js';
import { openViewer } from '../../../src/identity/viewer.js';
import { openGraph } from '../../support/graph-harness.js';
import { attachmentOf, held, pageOf, scripted, unavailable } from '../../support/scripted-provider.js';

const opened: { close(): Promise<void> }[] = [];

afterEach(() => Promise.all(opened.splice(0).map((graph) => graph.close())));

/** A graph over a provider whose lists come when the test says so, and the names of the queries that were answered, in order. */
async function open(admission: Partial<GraphSettings['admission']>) {
  const lists: ReturnType<typeof held<void>>[] = [];
  const { provider } = scripted({
    list: async () => {
      const list = held<void>();
      lists.push(list);
      await list.promise;
      return pageOf([attachmentOf('1')]);
    },
  });
  const graph = await openGraph([provider], { admission: admissionSettings.parse({ lightCost: 20, ...admission }) });
  opened.push(graph);
  const answered: string[] = [];
  const ask = async (name: string, query: string, signal?: AbortSignal) => {
    const answer = await graph.run(query, {}, signal);
    answered.push(name);
    return answer;
  };
  return { graph, lists, answered, ask };
}

const dear = (first = 30) => `{ attachments(first: ${first}) { nodes { id } } }`;
const cheap = '{ attachment(id: "gid://box/Attachment/1") { id } }';

/** Until `condition` holds; every turn of the event loop lets the queries go on. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('Queries that cost much', () => {
  it('hold up no light one, however many of them wait', async () => {
    const { graph, lists, answered, ask } = await open({ maxCost: 60, maxCostPerViewer: 60 });
    const flood = Array.from({ length: 5 }, (_, index) => ask(`dear ${index}`, dear()));
    await until(() => graph.admissionStats().heavyWaiting === 4);
    expect(lists.length).toBe(1);
    for (const name of ['light 1', 'light 2', 'light 3']) await ask(name, cheap);
    expect(answered).toEqual(['light 1', 'light 2', 'light 3']);
    for (let index = 0; index < 5; index += 1) {
      await until(() => lists.length > index);
      lists[index]?.resolve();
    }
    await Promise.all(flood);
    expect(answered.slice(3)).toEqual(['dear 0', 'dear 1', 'dear 2', 'dear 3', 'dear 4']);
    expect(graph.admissionStats()).toMatchObject({
      heavyRunning: 0,
      heavyCost: 0,
      heavyWaiting: 0,
      heavyAdmitted: 5,
      lightAdmitted: 3,
    });
  });

  it('are answered OVERLOADED, and when to come back, where too many wait', async () => {
    const { lists, ask } = await open({ maxCost: 60, maxWaiting: 0 });
    const first = ask('first', dear());
    await until(() => lists.length === 1);
    const answer = await ask('second', dear());
    expect(answer).toMatchObject({
      status: 503,
      data: undefined,
      errors: [{ extensions: { code: 'OVERLOADED', retryAfterSeconds: 1 } }],
    });
    expect(answer.headers.get('retry-after')).toBe('1');
    lists[0]?.resolve();
    await first;
  });

  it('give their room back also when they fail', async () => {
    const { provider } = scripted({
      list: async () => {
        throw unavailable;
      },
    });
    const graph = await openGraph([provider]);
    opened.push(graph);
    await graph.run(`{ provider(name: "box") { attachments(first: 100) { nodes { container { name } } } } }`);
    await graph.run(dear(1), { wrong: true });
    await graph.run(
      `{ attachments(first: 100) { nodes { attachments: versions(first: 100) { nodes { attachment { container { name } } } } } } }`,
    );
    expect(graph.admissionStats()).toMatchObject({ lightRunning: 0, lightCost: 0, heavyRunning: 0, heavyCost: 0 });
  });

  it('leave the line with their client', async () => {
    const { graph, lists, ask } = await open({ maxCost: 60 });
    const first = ask('first', dear());
    const leaving = new AbortController();
    const second = ask('second', dear(), leaving.signal);
    await until(() => graph.admissionStats().heavyWaiting === 1);
    leaving.abort(new Error('The client left'));
    expect((await second).errors.length).toBe(1);
    expect(graph.admissionStats()).toMatchObject({ heavyWaiting: 0 });
    lists[0]?.resolve();
    await first;
    expect(lists.length).toBe(1);
  });
});

describe('Viewers', () => {
  const admission = () =>
    new Admission(admissionSettings.parse({ lightCost: 1, maxCost: 100, maxCostPerViewer: 60, maxWaiting: 0 }));
  const signal = new AbortController().signal;
  const named = (scope: string) => ({ ...openViewer, scope });

  it('are told apart by who they are, wherever they come from', async () => {
    const gate = admission();
    await gate.admit(50, { viewer: named('ann'), address: '127.0.0.1', signal });
    await expect(gate.admit(50, { viewer: named('ann'), address: '127.0.0.2', signal })).rejects.toMatchObject({
      code: 'OVERLOADED',
    });
    await gate.admit(50, { viewer: named('ben'), address: '127.0.0.1', signal });
  });

  it('that nobody knows are told apart by their address', async () => {
    const gate = admission();
    await gate.admit(50, { viewer: openViewer, address: '127.0.0.1', signal });
    await expect(gate.admit(50, { viewer: openViewer, address: '127.0.0.1', signal })).rejects.toMatchObject({
      code: 'OVERLOADED',
    });
    await gate.admit(50, { viewer: openViewer, address: '127.0.0.2', signal });
  });
});
