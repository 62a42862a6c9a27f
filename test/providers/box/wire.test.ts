import { describe, expect, it } from '@jest/globals';
import { itemsSchema, sessionSchema, versionsSchema } from '../../../src/providers/box/wire.js';

describe('A page that Box answers with', () => {
  it.each([0, -1, 0.001, '1000'])('never goes on by %j items', (limit) => {
    for (const schema of [itemsSchema, versionsSchema]) {
      expect(schema.safeParse({ total_count: 100, limit: 1, entries: [] }).success).toBe(true);
      expect(schema.safeParse({ total_count: 100, limit, entries: [] }).success).toBe(false);
    }
  });
});

describe('An upload session that Box opens', () => {
  it('never asks for more parts than anybody can keep track of', () => {
    expect(sessionSchema.safeParse({ id: '5B0A', part_size: 8_388_608 }).success).toBe(true);
    expect(sessionSchema.safeParse({ id: '5B0A', part_size: 1 }).success).toBe(false);
  });
});
