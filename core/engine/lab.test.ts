/** What a draft of the configuration would change, over a real sandbox that listens to nobody. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../sandbox.ts';

let folder: string;
let sandbox: Sandbox;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sandpost-lab-'));
  const [configDir, dataDir] = [path.join(folder, 'config'), path.join(folder, 'data')];
  sandbox = await createSandbox({ configDir, dataDir, listen: false });
});
afterAll(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true });
});

const input = { sender: 'app@shop.test', recipients: ['root@localhost', 'a@example.com'] };
async function replayed(query: Parameters<typeof sandbox.client.trace.replay>[0]) {
  const steps = [];
  for await (const step of await sandbox.client.trace.replay(query)) steps.push(step);
  return steps;
}
const readMain = async () => (await sandbox.client.config.read({ name: 'main.cf' })).text;

test('the same draft decides the same', async () => {
  const draft = { 'main.cf': `# a line above\n${await readMain()}` };
  const { inUse, draft: drafted, difference } = await sandbox.client.trace.compare({ ...input, draft });
  expect(difference).toBeNull();
  expect(drafted.fates).toEqual(inUse.fates);
  expect(inUse.fates.map(({ recipient, status }) => [recipient, status])).toEqual([
    ['root@localhost', 'delivered'],
    ['a@example.com', 'bounced'],
  ]);
  expect(inUse.created).toMatchObject([{ kind: 'notice', recipients: ['app@shop.test'] }]);
});

test('a draft with a table that is not written yet is compiled and asked, and nothing is written', async () => {
  const main = `${await readMain()}\nvirtual_alias_maps = lmdb:$config_directory/virtual\n`;
  const draft = { 'main.cf': main, virtual: 'a@example.com root\n' };
  const { draft: drafted, difference } = await sandbox.client.trace.compare({ ...input, draft });
  expect(difference).toBeGreaterThan(0);
  expect(drafted.fates.map(({ status }) => status)).toEqual(['delivered', 'delivered']);
  await expect(sandbox.client.config.read({ name: 'virtual' })).rejects.toThrow('There is no file');
});

test('a draft that cannot be used is refused with its problems', async () => {
  const draft = { 'main.cf': 'compatibility_level = 3.6\ninet_interfaces = 192.0.2.1\n' };
  const refusal = sandbox.client.trace.run({ ...input, draft });
  await expect(refusal).rejects.toMatchObject({
    code: 'UNPROCESSABLE_CONTENT',
    data: { problems: [expect.objectContaining({ file: 'main.cf', line: 2 })] },
  });
});

test('a listener and a message that are not there are said to be missing', async () => {
  await expect(sandbox.client.trace.run({ ...input, service: 'nowhere' })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    message: 'master.cf has no smtpd listener nowhere',
  });
  await expect(sandbox.client.trace.run({ ...input, messageId: 99 })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('an encrypted session and a login are what restrictions see', async () => {
  const main = `${await readMain()}\nsmtpd_recipient_restrictions = reject_plaintext_session, permit_sasl_authenticated, reject\n`;
  const ask = async (more: { readonly tls?: boolean; readonly login?: string }) => {
    const traced = await sandbox.client.trace.run({ ...input, ...more, draft: { 'main.cf': main } });
    return traced.fates[0]?.reason;
  };
  expect(await ask({})).toBe('450 4.7.1 Session encryption is required');
  expect(await ask({ tls: true })).toBe(
    '554 5.7.1 <root@localhost>: Recipient address rejected: Access denied',
  );
  expect(await ask({ tls: true, login: 'alice' })).toBe('delivered to mailbox');
});

test('the last messages and refused attempts are tried again, with progress, and one may stop in between', async () => {
  const main = `${await readMain()}\nsmtpd_sender_restrictions = check_sender_access inline:{{bad.test = REJECT}}\n`;
  const steps = await replayed({ draft: { 'main.cf': main }, limit: 10 });
  expect(steps.at(0)).toMatchObject({ kind: 'progress', total: 0 });
  expect(steps.at(-1)).toEqual({
    kind: 'done',
    result: { messages: 0, refusals: 0, same: 0, changed: [] },
  });
  const bad = { 'main.cf': 'compatibility_level = 3.6\ninet_interfaces = 192.0.2.1\n' };
  await expect(replayed({ draft: bad })).rejects.toMatchObject({
    code: 'UNPROCESSABLE_CONTENT',
  });
  await expect(
    sandbox.client.trace.compareReplayed({ draft: { 'main.cf': main }, kind: 'refusal', id: 7 }),
  ).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
