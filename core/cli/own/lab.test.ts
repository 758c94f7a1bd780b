import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TraceFate } from '../../api/contract/trace.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';
import { run } from './lab.ts';

let folder: string;
let context: TestContext;
beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sandpost-lab-'));
  context = await createTestContext();
});
afterEach(async () => {
  await context.close();
  rmSync(folder, { recursive: true });
});

const DELIVERED: TraceFate = {
  recipient: 'root@localhost',
  address: 'you@localhost',
  status: 'delivered',
  mailbox: 'you',
  dsn: '2.0.0',
  reason: 'delivered to mailbox',
};

const PROBLEM = { severity: 'error', file: 'main.cf', line: 3, message: 'bad value' } as const;

function comesTo(...fates: TraceFate[]): void {
  context.engine.lab.trace = (input) => {
    context.engine.calls.push({ name: 'trace', input });
    return Promise.resolve({ kind: 'traced', result: { replies: [], journey: [], fates, created: [] } });
  };
}

function file(name: string, content: unknown): string {
  const at = path.join(folder, name);
  writeFileSync(at, typeof content === 'string' ? content : JSON.stringify(content));
  return at;
}

const scenario = (change: object = {}) => ({
  sandpost: 'scenario',
  version: 1,
  name: 'Root reads it',
  envelope: { sender: 'app@shop.test', recipients: ['root@localhost'] },
  message: 'Subject: Grüße\n\nHello\n',
  files: { 'main.cf': 'myhostname = localhost\n' },
  expect: [{ recipient: 'root@localhost', status: 'delivered', mailbox: 'you' }],
  ...change,
});

test('passes when every recipient comes to what is expected, over the files of the scenario', async () => {
  comesTo(DELIVERED);
  expect(await run(context, ['run', file('a.json', scenario())])).toBe(0);
  expect(context.printed.out).toMatch(/^ok {4}.*a\.json {2}Root reads it\n$/);
  expect(context.engine.calls[0]?.input).toMatchObject({
    sender: 'app@shop.test',
    clientAddress: '127.0.0.1',
    rawBase64: Buffer.from('Subject: Grüße\n\nHello\n').toString('base64'),
    draft: { 'main.cf': 'myhostname = localhost\n' },
  });
});

test('fails with status 1 and says what came instead, what is missing and what nobody expected', async () => {
  comesTo(
    { ...DELIVERED, status: 'bounced', mailbox: undefined, reason: 'no' },
    { ...DELIVERED, recipient: 'x@y' },
  );
  const expected = [...scenario().expect, { recipient: 'gone@localhost', status: 'held' }];
  expect(await run(context, ['run', file('a.json', scenario({ expect: expected }))])).toBe(1);
  expect(context.printed.out).toContain('FAIL');
  expect(context.printed.out).toContain(
    'root@localhost\n    expected  delivered, into you\n    got       bounced',
  );
  expect(context.printed.out).toContain('gone@localhost\n    expected  held\n    got       nothing');
  expect(context.printed.out).toContain('x@y\n    expected  nothing\n    got       delivered, into you');
});

test('tells all of it as JSON', async () => {
  comesTo(DELIVERED);
  const bad = file('b.json', scenario({ expect: [] }));
  expect(await run(context, ['run', '--json', file('a.json', scenario()), bad])).toBe(1);
  expect(JSON.parse(context.printed.out)).toMatchObject({
    passed: 1,
    failed: 1,
    scenarios: [{ passed: true }, { passed: false, deviations: [{ kind: 'unexpected' }] }],
  });
});

test('a configuration that cannot be used fails its scenario, not the others', async () => {
  context.engine.lab.trace = () => Promise.resolve({ kind: 'invalid', problems: [PROBLEM] });
  expect(await run(context, ['run', file('a.json', scenario())])).toBe(1);
  expect(context.printed.out).toContain('The configuration has errors.\n  main.cf:3: bad value');
});

test.each([
  ['not json', 65, 'is no JSON'],
  [{ ...scenario(), version: 2 }, 65, 'is no scenario'],
  [{ ...scenario(), expected: [] }, 65, 'expected'],
])('a file that is no scenario is said to be none: %j', async (content, exit, text) => {
  await expect(run(context, ['run', file('a.json', content)])).rejects.toMatchObject({
    exit,
    message: expect.stringContaining(text) as string,
  });
});

test('a file that is not there', async () => {
  await expect(run(context, ['run', path.join(folder, 'none.json')])).rejects.toMatchObject({ exit: 66 });
});
