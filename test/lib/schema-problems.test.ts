import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { schemaProblems } from '../../src/lib/schema-problems.js';

const forward = z.union([
  z.strictObject({ mode: z.literal('forward'), header: z.string() }),
  z.strictObject({ mode: z.literal('forward'), cookie: z.string() }),
]);
const credentials = z.union([z.strictObject({ mode: z.literal('service'), token: z.string().min(1) }), forward]);
const name = z.string().regex(/^[a-z]+$/, 'use small letters');
const schema = z.strictObject({ credentials: credentials.optional(), names: z.record(name, z.int()).optional() });

describe('The problems of a value', () => {
  it('each have the path of what they are about', () => {
    expect(problemsOf({ names: { one: 1.5 }, colour: 'blue' })).toEqual([
      expect.stringMatching(/^names\.one: /),
      expect.stringMatching(/^the file: .*colour/),
    ]);
  });

  it('are those of the form that was meant', () => {
    expect(problemsOf({ credentials: { mode: 'service', token: '' } })).toEqual([expect.stringMatching(/^credentials\.token: /)]);
    expect(problemsOf({ credentials: { mode: 'forward', header: 'x', more: 1 } })).toEqual([
      expect.stringMatching(/^credentials: .*more/),
    ]);
  });

  it('name every form where none was meant', () => {
    expect(problemsOf({ credentials: { mode: 'magic' } })).toEqual([
      'credentials.mode: Invalid input: expected one of "service", "forward"',
    ]);
  });

  it('say what is wrong with a name', () => {
    expect(problemsOf({ names: { ONE: 1 } })).toEqual(['names.ONE: use small letters']);
  });
});

function problemsOf(value: unknown): readonly string[] {
  const { error } = schema.safeParse(value);
  return error ? schemaProblems(error, 'the file') : [];
}
