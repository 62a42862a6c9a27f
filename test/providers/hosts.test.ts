import { describe, expect, it } from '@jest/globals';
import { isPrivate } from '../../src/providers/hosts.js';

describe('An address that a name leads to', () => {
  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.1.1',
    '255.255.255.255',
  ])('is private: %s', (address) => {
    expect(isPrivate({ address, family: 4 })).toBe(true);
  });

  it.each([
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '::ffff:a9fe:a9fe',
    '::127.0.0.1',
    '64:ff9b::a00:1',
    '64:ff9b:1::a00:1',
    '2001:0:a00:1::',
    '2002:a00:1::',
    'fd00::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
  ])('is private: %s', (address) => {
    expect(isPrivate({ address, family: 6 })).toBe(true);
  });

  it.each([
    ['1.1.1.1', 4],
    ['172.32.0.1', 4],
    ['2606:4700::1111', 6],
    ['2001:4860:4860::8888', 6],
    ['::ffff:8.8.8.8', 6],
  ] as const)('is public: %s', (address, family) => {
    expect(isPrivate({ address, family })).toBe(false);
  });
});
