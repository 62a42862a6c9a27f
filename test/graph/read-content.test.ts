import { describe, expect, it } from '@jest/globals';
import { readContent } from '../../src/graph/content/read-content.js';
import { InlineBudget } from '../../src/graph/inline-budget.js';

describe('Content that is read into a query', () => {
  it('is NOT_FOUND when its file is deleted for good before it is read', async () => {
    const body = { path: '/nowhere/deleted' };
    const reading = readContent({ contentType: 'text/plain', sizeBytes: 5, range: null, body }, null, new InlineBudget(10, 10));
    await expect(reading).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'The attachment was deleted meanwhile' });
  });
});
