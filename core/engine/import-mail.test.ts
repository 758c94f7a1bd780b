/** Mail of files over a real sandbox: nothing is changed on the way in, and out again. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { messageUrl, storedMessage } from '../api/contract/resources.ts';
import { createSandbox, type Sandbox } from '../sandbox.ts';

let folder: string;
let sandbox: Sandbox;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sandpost-import-'));
  const [configDir, dataDir] = [path.join(folder, 'config'), path.join(folder, 'data')];
  sandbox = await createSandbox({ configDir, dataDir, listen: false });
});
afterAll(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true });
});

const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64');
const bytesAt = async (id: number, query = {}) => {
  const kind = 'mailbox' in query ? 'delivered' : 'source';
  const found = await sandbox.resources.respond(messageUrl(storedMessage(id), kind, query));
  return Buffer.from(found?.body ?? []).toString('latin1');
};
const idsOf = ({ results }: { results: { id?: number | undefined }[] }) => results.map(({ id }) => id ?? 0);

test('a message goes into a mailbox as it is, with its envelope and marks, and never into the queue', async () => {
  const rawBase64 = base64('Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nTo: x\r\n\r\nbody\r\n');
  const message = { rawBase64, sender: 'a b@c.test', recipients: ['x@y.test', 'z@y.test'], isStarred: true };
  const [id = 0] = idsOf(
    await sandbox.client.mail.import({
      messages: [{ ...message, isRead: true }],
      as: { kind: 'mailbox', name: 'archive' },
    }),
  );
  expect(await sandbox.client.mail.get({ id })).toMatchObject({
    subject: 'Grüße',
    isRead: true,
    isStarred: true,
    envelope: { sender: 'a b@c.test', recipients: ['x@y.test', 'z@y.test'], origin: 'api' },
    fates: [{ status: 'delivered', mailbox: 'archive' }, { status: 'relayed' }],
    journey: [{ program: 'import' }],
  });
  const inBox = await sandbox.client.mail.list({ folder: { kind: 'mailbox', name: 'archive' } });
  expect(inBox.messages.map((row) => row.id)).toEqual([id]);
  expect(await bytesAt(id, { mailbox: 'archive' })).toContain('To: x\n\nbody\n');
  const { queue } = await sandbox.client.sandbox.status();
  expect(queue).toEqual({ incoming: 0, active: 0, deferred: 0, hold: 0 });
});

test('any bytes at all come out as they went in', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary-ascii' }),
    fc.constantFrom('', '\n', '\r\n\r\n', 'A: b', 'A: b\n', 'A: b\r\n\n\xff\0', ' x\n\n', 'From x\n\ny'),
  );
  const raws = fc.sample(text, 200);
  const ids = idsOf(
    await sandbox.client.mail.import({
      messages: raws.map((raw) => ({ rawBase64: base64(raw) })),
      as: { kind: 'mailbox', name: 'odd' },
    }),
  );
  expect(await Promise.all(ids.map((id) => bytesAt(id)))).toEqual(raws);
  for (const id of ids) await sandbox.client.mail.get({ id });
});

test('a message that is handed in goes where its file, or whoever imports it, says', async () => {
  const raw = base64('From: a@b.test\nTo: root@localhost\n\nx\n');
  const hand = async (as: { sender?: string; recipients?: string[] }, file = {}) => {
    const messages = [{ rawBase64: raw, ...file }];
    const [id = 0] = idsOf(await sandbox.client.mail.import({ messages, as: { kind: 'sent', ...as } }));
    const { sender, recipients, origin } = (await sandbox.client.mail.get({ id })).envelope;
    return [sender, recipients, origin];
  };
  expect(await hand({}, { sender: 's@t' })).toEqual(['s@t', ['root@localhost'], 'sendmail']);
  expect(await hand({}, { sender: '', recipients: ['you'] })).toEqual(['', ['you'], 'sendmail']);
  expect(await hand({ sender: 'q@r', recipients: ['postmaster'] }, { recipients: ['you'] })).toEqual([
    'q@r',
    ['postmaster'],
    'sendmail',
  ]);
});

test('one that is too large is refused, and does not keep the others back', async () => {
  const large = base64(`A: b\n\n${'x'.repeat(11_000_000)}`);
  const { results } = await sandbox.client.mail.import({
    messages: [{ rawBase64: large }, { rawBase64: base64('A: b\n\nsmall\n') }],
    as: { kind: 'sent', recipients: ['root'] },
  });
  expect(results).toEqual([{ refused: 'message file too big' }, { id: expect.any(Number) as number }]);
});
