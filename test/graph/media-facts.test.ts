import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWithFfmpeg, lossy420, makeQuarters, makeTone } from '../rendering/media/make-media.js';
import { openVaultGraph, type VaultGraph } from '../support/graph-harness.js';
import { drawPicture, writePdf } from '../support/pictures.js';

let graph: VaultGraph;

beforeAll(async () => {
  graph = await openVaultGraph();
});
afterAll(() => graph.close());

/** Asks until the file has been looked at, which begins with the first question at the latest. */
async function factsOf(id: string): Promise<unknown> {
  const known = 'query ($id: ID!) { attachment(id: $id) { thumbnail(size: 32) { state } width height durationSeconds } }';
  await graph.run(known, { id });
  return (await graph.run(known, { id })).at('attachment');
}

describe('Width and height of an attachment', () => {
  it('are those of a picture', async () => {
    const id = await graph.store('photo.jpg', await drawPicture(80, 60));
    expect(await factsOf(id)).toMatchObject({ width: 80, height: 60, durationSeconds: null });
  });

  it('are null for what is drawn from shapes', async () => {
    const id = await graph.store('document.pdf', writePdf(1));
    expect(await factsOf(id)).toMatchObject({ width: null, height: null, durationSeconds: null });
  });

  it('are null for what nobody looks at', async () => {
    const id = await graph.store('data.bin', Buffer.from([0, 1, 2, 3]));
    expect(await factsOf(id)).toMatchObject({ width: null, height: null, durationSeconds: null });
  });
});

describeWithFfmpeg('Width, height and duration of an attachment', () => {
  it('are those of a film', async () => {
    const id = await graph.store('film.mp4', await makeQuarters('film.mp4', 160, 90, ...lossy420));
    expect(await factsOf(id)).toMatchObject({ width: 160, height: 90, durationSeconds: 1 });
  });

  it('are of a sound the duration alone', async () => {
    const id = await graph.store('tone.wav', await makeTone('tone.wav', 2));
    expect(await factsOf(id)).toMatchObject({ width: null, height: null, durationSeconds: 2 });
  });
});
