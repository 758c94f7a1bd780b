import { describe, expect, test } from 'vitest';
import type { TraceResult } from '../api/contract/trace.ts';
import { firstDifference } from './difference.ts';

type Entry = TraceResult['journey'][number];

const step = (what: string, change: Partial<Entry> = {}): Entry => ({
  at: 1,
  program: 'smtpd',
  verdict: 'ok',
  what,
  ...change,
});
const setting = (value: string, line: number): Partial<Entry> => ({
  source: { kind: 'parameter', name: 'mydestination', value, file: 'main.cf', line },
});

describe('two journeys', () => {
  test('that decide the same do not differ, whenever it was and wherever the setting stands', () => {
    const one = [step('a'), step('b', setting('x', 3))];
    const other = [step('a', { at: 2 }), step('b', setting('x, y', 4))];
    expect(firstDifference(one, other)).toBeNull();
  });

  test.each([
    [{ verdict: 'bad' } as const],
    [{ detail: '554' }],
    [{ recipient: 'a@b' }],
    [{ source: { kind: 'standard', name: 'RFC 5321' } as const }],
  ])('differ at the step where %j', (change) => {
    expect(firstDifference([step('a'), step('b')], [step('a'), step('b', change)])).toBe(1);
  });

  test('differ where one of them ends', () => {
    expect(firstDifference([step('a')], [step('a'), step('b')])).toBe(1);
    expect(firstDifference([step('a')], [])).toBe(0);
  });
});
