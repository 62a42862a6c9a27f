import { describe, expect, it } from '@jest/globals';
import { FairLine } from '../../src/rendering/fair-line.js';

/** "a1" waits for scope a, "ab1" for a and b. */
function item(name: string) {
  return { name, scopes: new Set(name.replace(/\d+$/, '')) };
}

function lineOf(...names: readonly string[]) {
  const line = new FairLine<ReturnType<typeof item>>();
  const items = names.map(item);
  for (const one of items) line.add(one);
  return { line, items };
}

function drain({ line }: ReturnType<typeof lineOf>): readonly string[] {
  const names: string[] = [];
  for (let one = line.take(); one; one = line.take()) names.push(one.name);
  return names;
}

describe('A line in which scopes take turns', () => {
  it.each([
    ['one scope: in the order of coming', ['a1', 'a2', 'a3'], ['a1', 'a2', 'a3']],
    ['each in its turn', ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'], ['a1', 'b1', 'c1', 'a2', 'b2', 'a3']],
    ['what two wait for comes with the first of their turns', ['a1', 'a2', 'ab3', 'b4'], ['a1', 'ab3', 'a2', 'b4']],
  ])('gives %s', (_, names, order) => {
    expect(drain(lineOf(...names))).toEqual(order);
  });

  it('tells how many come before each, and before a newcomer', () => {
    const { line, items } = lineOf('a1', 'a2', 'a3', 'b1', 'b2', 'c1', 'ac4');
    const counts = Object.fromEntries([...items, item('d1'), item('b9')].map((one) => [one.name, line.countBefore(one)]));
    const order = drain(lineOf('a1', 'a2', 'a3', 'b1', 'b2', 'c1', 'ac4'));
    expect(counts).toMatchObject({ a1: order.indexOf('a1'), b1: order.indexOf('b1'), c1: order.indexOf('c1'), d1: 3 });
    expect(counts.a2).toBe(order.indexOf('a2'));
    expect(counts.b9).toBeGreaterThanOrEqual(order.indexOf('b2'));
  });

  it('is empty when all are removed, wherever they waited', () => {
    const lined = lineOf('a1', 'ab2', 'b3');
    for (const one of lined.items) lined.line.remove(one);
    expect([lined.line.size, lined.line.first(), drain(lined)]).toEqual([0, undefined, []]);
  });

  it('finds what is too much of one scope only where it has two more than the newcomer', () => {
    const surplus = (names: readonly string[], newcomer: string) => lineOf(...names).line.surplus(item(newcomer))?.name;
    expect(surplus(['a1', 'a2', 'b1'], 'c1')).toBe('a2');
    expect(surplus(['a1', 'a2', 'b1'], 'b2')).toBeUndefined();
    expect(surplus(['a1', 'a2', 'a3'], 'a4')).toBeUndefined();
    expect(surplus(['a1', 'a2', 'ab3'], 'c1')).toBe('a2');
  });
});
