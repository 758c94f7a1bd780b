import { afterEach, expect, test } from 'vitest';
import { createTestContext, type TestContext } from '../testing/test-context.ts';
import { run } from './clock.ts';

let context: TestContext;
afterEach(async () => {
  await context.close();
});

test.each([
  ['skip', '1h', { name: 'clock.skip', input: 3_600_000 }],
  ['skip', '90m', { name: 'clock.skip', input: 5_400_000 }],
  ['run', '2d', { name: 'clock.run', input: 172_800_000 }],
  ['stop', undefined, { name: 'clock.run', input: 0 }],
  ['reset', undefined, { name: 'clock.reset', input: undefined }],
])('%s %s', async (verb, time, call) => {
  context = await createTestContext();
  expect(await run(context, time === undefined ? [verb] : [verb, time])).toBe(0);
  expect(context.engine.calls).toEqual([call]);
  expect(context.printed.out).toBe("1970-01-01T00:00:00.000Z  the machine's time\n");
});

test('says how far ahead the clock is', async () => {
  context = await createTestContext();
  context.engine.time.state = () => ({ now: 0, skippedMs: 90_061_000, msPerSecond: 3_600_000 });
  await run(context, []);
  expect(context.printed.out).toContain('1 d 1 h ahead of the machine, running 1 h ahead every second');
  context.printed.out = '';
  await run(context, ['--json']);
  expect(JSON.parse(context.printed.out)).toEqual({ now: 0, skippedMs: 90_061_000, msPerSecond: 3_600_000 });
});

test.each([
  [['skip']],
  [['skip', '5']],
  [['skip', '0h']],
  [['run', 'fast']],
  [['stop', '1h']],
  [['forward']],
])('bad words: %j', async (args) => {
  context = await createTestContext();
  await expect(run(context, args)).rejects.toMatchObject({ exit: 64 });
});

test('there is no clock without a sandbox', async () => {
  context = await createTestContext({ isRunning: false });
  await expect(run(context, ['skip', '1h'])).rejects.toThrow('no sandbox is running');
});
