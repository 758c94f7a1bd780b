import { expect, test } from 'vitest';
import type { LogFilter } from '../api/contract/log.ts';
import { createLogFilter } from './log-filter.ts';

const LINE = 'Nov  2 19:00:00 box postfix/submission/smtpd[4711]: 0A1B2C: client=localhost[127.0.0.1]';

test.each([
  [{}, true],
  [{ queueId: '0A1B2C' }, true],
  [{ queueId: 'A1B2C' }, false],
  [{ queueId: '0A1B' }, false],
  [{ session: '4711' }, true],
  [{ session: '471' }, false],
  [{ program: 'smtpd' }, true],
  [{ program: 'postfix/submission/smtpd' }, true],
  [{ program: 'mtpd' }, false],
  [{ text: 'CLIENT=local' }, true],
  [{ text: 'server=' }, false],
  [{ text: 'client', session: '1' }, false],
] as const)('%j passes: %s', (part: Partial<LogFilter>, passes) => {
  const filter = { queueId: '', session: '', program: '', text: '', ...part };
  expect(createLogFilter(filter)(LINE)).toBe(passes);
});
