/** Drafts, resent and injected mail over a real sandbox that listens to nobody. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { draftFields, type DraftFields } from '../api/contract/drafts.ts';
import { messageUrl, storedMessage } from '../api/contract/resources.ts';
import { createSandbox, type Sandbox } from '../sandbox.ts';

let folder: string;
let sandbox: Sandbox;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sandpost-hand-in-'));
  const [configDir, dataDir] = [path.join(folder, 'config'), path.join(folder, 'data')];
  sandbox = await createSandbox({ configDir, dataDir, listen: false });
});
afterAll(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true });
});

const fields = (change: Partial<DraftFields>) => draftFields.parse(change);
const source = async (id: number) => {
  const { body } = (await sandbox.resources.respond(messageUrl(storedMessage(id), 'source'))) ?? {};
  return Buffer.from(body ?? []).toString('latin1');
};
/** The id of what was handed in, which must be stored. */
const idOf = ({ id }: { readonly id?: number | undefined }): number => {
  expect(id).toBeDefined();
  return id ?? 0;
};
async function sendDraft(change: Partial<DraftFields>) {
  const { id } = await sandbox.client.drafts.save({ fields: fields(change) });
  return { id, sent: await sandbox.client.drafts.send({ id }) };
}

test('a draft is sent as sendmail would, Bcc in the envelope alone, and is gone then', async () => {
  const { id } = await sandbox.client.drafts.save({ fields: fields({ to: 'x' }) });
  const file = { name: 'a.txt', type: 'text/plain', base64: Buffer.from('attached').toString('base64') };
  await sandbox.client.drafts.attach({ id, file });
  const written = { from: 'Robin <robin@x.test>', to: 'root', bcc: 'postmaster', subject: 'Hi', text: 'Yo' };
  await sandbox.client.drafts.save({ id, fields: fields(written) });
  const kept = await sandbox.client.drafts.get({ id });
  expect(kept).toMatchObject({ ...written, files: [{ name: 'a.txt', size: 8 }] });
  const sent = await sandbox.client.drafts.send({ id });
  const message = await sandbox.client.mail.get({ id: idOf(sent) });
  expect(message.envelope).toMatchObject({
    sender: 'robin@x.test',
    recipients: ['root', 'postmaster'],
    origin: 'sendmail',
  });
  expect(message.headers.map(({ name }) => name.toLowerCase())).not.toContain('bcc');
  expect(message.parts.filter(({ isAttachment }) => isAttachment)).toMatchObject([{ fileName: 'a.txt' }]);
  expect((await sandbox.client.drafts.list()).drafts).toEqual([]);
});

test('a picture of a captured message is shown in the HTML of another one', async () => {
  const { id: first } = await sandbox.client.drafts.save({
    fields: fields({ to: 'root', html: '<p>1</p>' }),
  });
  const base64 = Buffer.from('picture').toString('base64');
  const picture = { name: 'a.png', type: 'image/png', contentId: 'a@x.test' };
  await sandbox.client.drafts.attach({ id: first, file: { ...picture, base64 } });
  const captured = await sandbox.client.mail.get({
    id: idOf(await sandbox.client.drafts.send({ id: first })),
  });
  const part = captured.parts.find(({ contentId }) => contentId === 'a@x.test')?.number ?? '';

  const { id } = await sandbox.client.drafts.save({ fields: fields({ to: 'root', html: '<p>2</p>' }) });
  const file = { messageId: captured.id, part, contentId: 'a@x.test' };
  expect(await sandbox.client.drafts.attach({ id, file })).toMatchObject({ ...picture, size: 7 });
  const { parts } = await sandbox.client.mail.get({ id: idOf(await sandbox.client.drafts.send({ id })) });
  expect(parts.map(({ contentType }) => contentType)).toEqual([
    'multipart/alternative',
    'text/plain',
    'multipart/related',
    'text/html',
    'image/png',
  ]);
  expect(parts.at(-1)).toMatchObject({ fileName: 'a.png', contentId: 'a@x.test', isAttachment: false });
});

test('what cannot be sent says why, and is kept', async () => {
  const { id } = await sandbox.client.drafts.save({ fields: fields({ to: 'no address here' }) });
  await expect(sandbox.client.drafts.send({ id })).rejects.toMatchObject({
    code: 'UNPROCESSABLE_CONTENT',
    data: { problems: ['To: “no address here” is not an address.'] },
  });
  await sandbox.client.drafts.save({ id, fields: fields({ to: 'root', service: 'nowhere' }) });
  await expect(sandbox.client.drafts.send({ id })).rejects.toMatchObject({
    data: { problems: ['master.cf has no smtpd listener nowhere'] },
  });
  expect((await sandbox.client.drafts.list()).drafts.map((draft) => draft.id)).toEqual([id]);
  await sandbox.client.drafts.remove({ ids: [id] });
  await expect(sandbox.client.drafts.get({ id })).rejects.toThrow(`There is no draft ${id}.`);
});

test('a draft sent over SMTP keeps to the rules of the listener, and says who was refused', async () => {
  const { text } = await sandbox.client.config.read({ name: 'master.cf' });
  const service = /^(\S+) inet .* smtpd$/m.exec(text)?.[1] ?? '';
  const to = 'root@localhost, x@[bad]';
  const { id, sent } = await sendDraft({
    from: 'a@x.test',
    to,
    subject: 'By SMTP',
    text: 'one\ntwo',
    service,
  });
  expect(sent.refused).toEqual([expect.stringMatching(/^x@\[bad\]: 5\d\d /)]);
  expect(sent.replies.map(({ command }) => command)).toContain('MAIL FROM:<a@x.test>');
  const { envelope } = await sandbox.client.mail.get({ id: idOf(sent) });
  expect(envelope).toMatchObject({ origin: 'smtpd', service, clientName: 'localhost' });
  expect(await source(idOf(sent))).toContain('\r\n\r\none\r\ntwo\r\n');
  await expect(sandbox.client.drafts.get({ id })).rejects.toThrow('There is no draft');
});

test('a captured message is resent with another envelope, its headers untouched or marked', async () => {
  const { sent } = await sendDraft({ to: 'root', subject: 'Original', text: 'As it was' });
  const original = await source(idOf(sent));
  const again = { id: idOf(sent), sender: 'bounce@x.test', recipients: ['postmaster@localhost'] };
  const plain = idOf(await sandbox.client.mail.resend(again));
  expect(await source(plain)).toBe(original);
  expect((await sandbox.client.mail.get({ id: plain })).envelope).toMatchObject({
    sender: 'bounce@x.test',
    recipients: ['postmaster@localhost'],
  });
  const marked = await source(idOf(await sandbox.client.mail.resend({ ...again, isMarked: true })));
  expect(marked).toMatch(/^Resent-From: bounce@x\.test\nResent-To: postmaster@localhost\nResent-Date: /);
  expect(marked.endsWith(original)).toBe(true);
  await expect(sandbox.client.mail.resend({ ...again, id: 999 })).rejects.toThrow('There is no message 999.');
});

test('a message of a client that is made up comes in as from there', async () => {
  const client = { clientAddress: '192.0.2.7', clientName: 'mx.far.test', helo: 'far.test' };
  const injected = await sandbox.client.mail.inject({
    ...client,
    sender: 'a@far.test',
    recipients: ['root@localhost'],
  });
  expect(injected.replies.map(({ command }) => command)).toContain('RCPT TO:<root@localhost>');
  const { envelope, journey, headers } = await sandbox.client.mail.get({ id: idOf(injected) });
  expect(envelope).toMatchObject({ ...client, sender: 'a@far.test', protocol: 'ESMTP', origin: 'smtpd' });
  expect(journey.map(({ program }) => program)).toContain('smtpd');
  expect(headers.find(({ name }) => name === 'Received')?.value).toContain('mx.far.test [192.0.2.7]');
  const { sessions } = await sandbox.client.sessions.list({});
  expect(sessions[0]).toMatchObject({ clientAddress: '192.0.2.7', queueIds: [injected.queueId] });
  expect(sessions[0]?.endedAt).not.toBeNull();
});

test('a made-up client that is refused is told so, and the refusal is kept', async () => {
  const injected = await sandbox.client.mail.inject({
    clientAddress: '192.0.2.8',
    helo: 'x',
    sender: 'bad sender@',
    recipients: ['root@localhost'],
  });
  expect(injected.queueId).toBe('');
  expect(injected.refused[0]).toMatch(/^root@localhost: 5\d\d /);
  await expect
    .poll(async () => (await sandbox.client.refusals.list({})).refusals[0])
    .toMatchObject({ clientAddress: '192.0.2.8' });
});
