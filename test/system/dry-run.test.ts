/** The dry run against the real one: the same sandbox, the same message, once traced and once sent over SMTP. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandpostClient } from '../../core/api/client.ts';
import type { TraceInput, TraceResult } from '../../core/api/contract/trace.ts';
import { createSandbox, type Sandbox } from '../../core/sandbox.ts';
import { SmtpLine } from '../support/smtp-line.ts';
import { ENVELOPE, FILES, MAIN_CF, MASTER_CF, type Envelope } from './envelopes.ts';

const ENVELOPES = 1000;

let folder: string;
let sandbox: Sandbox;
let client: SandpostClient;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sandpost-dry-'));
  const configDir = path.join(folder, 'config');
  mkdirSync(configDir);
  writeFileSync(path.join(configDir, 'main.cf'), MAIN_CF);
  writeFileSync(path.join(configDir, 'master.cf'), MASTER_CF);
  for (const [name, text] of Object.entries(FILES)) writeFileSync(path.join(configDir, name), `${text}\n`);
  sandbox = await createSandbox({ configDir, dataDir: path.join(folder, 'data') });
  client = sandbox.client;
  for (const name of ['you', 'alice', 'bob']) await client.users.add({ name });
});

afterAll(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true });
});

const inputOf = ({ client, message, ...envelope }: Envelope): TraceInput => ({
  ...client,
  ...envelope,
  recipients: [...envelope.recipients],
  service: '',
  tls: false,
  rawBase64: Buffer.from(message).toString('base64'),
  draft: {},
});

/** What a client that behaves does, in the order of the dry run. XCLIENT plays the client. */
async function sendOver(
  line: SmtpLine,
  { client, helo, login, sender, recipients, message }: Envelope,
): Promise<string[]> {
  const address = client.clientAddress.includes(':') ? `IPV6:${client.clientAddress}` : client.clientAddress;
  const replies = [
    await line.say(
      `XCLIENT NAME=${client.clientName} ADDR=${address}${login === '' ? '' : ` LOGIN=${login}`}`,
    ),
  ];
  const say = async (command: string) => {
    const reply = await line.say(command);
    replies.push(reply);
    return reply;
  };
  await say(`EHLO ${helo}`);
  if (!(await say(`MAIL FROM:<${sender}>`)).startsWith('250')) return replies;
  let accepted = 0;
  for (const recipient of recipients)
    if ((await say(`RCPT TO:<${recipient}>`)).startsWith('250')) accepted += 1;
  if (accepted === 0 || !(await say('DATA')).startsWith('354')) return replies;
  const stuffed = message.replace(/^\./gm, '..').replaceAll('\n', '\r\n');
  await say(`${stuffed}.`);
  return replies;
}

async function send(envelope: Envelope): Promise<string[]> {
  const line = new SmtpLine(sandbox.listeners[0]?.port ?? 0);
  await line.reply();
  try {
    return await sendOver(line, envelope);
  } finally {
    line.close();
  }
}

type Detail = Awaited<ReturnType<SandpostClient['mail']['get']>>;

const isOver = ({ fates }: Detail) => fates.every(({ status }) => status !== 'queued');

async function settled(id: number): Promise<Detail> {
  for (;;) {
    const message = await client.mail.get({ id });
    const isSettled = isOver(message) && !(await inQueue(message.queueId));
    if (isSettled) return message;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function inQueue(queueId: string): Promise<boolean> {
  for (const queue of ['incoming', 'active'] as const) {
    const { entries } = await client.queue.list({ queue });
    if (entries.some((entry) => entry.queueId === queueId)) return true;
  }
  return false;
}

/** Numbers and times differ between any two messages. */
const masked = (text: string) =>
  text
    .replace(/\b[0-9A-F]{10,}\b/g, 'QUEUEID')
    .replace(/\n250-XCLIENT .*/, '')
    .replace(/^(Message-Id|Date): .*/, '$1')
    .replace(/sasl_method=\w+/, 'sasl_method=ANY')
    .replace(/, [\d.]+ s$/, '')
    .replace(/tried again at .*/, 'tried again');

type Step = TraceResult['journey'][number];

const told = ({ program, verdict, what, detail, recipient, source }: Step) => ({
  program,
  verdict,
  what: masked(what),
  ...(detail === undefined ? {} : { detail: masked(detail) }),
  ...(recipient === undefined ? {} : { recipient }),
  ...(source === undefined ? {} : { source }),
});

/**
 * What each program decided about each recipient. smtpd's and cleanup's order counts; who is delivered to first is the
 * queue manager's choice, and two recipients may lead to one address.
 */
function bySubject(journey: readonly Step[]): Record<string, string[]> {
  const groups: Record<string, string[]> = {};
  for (const step of journey) {
    (groups[`${step.program} ${step.recipient ?? ''}`] ??= []).push(JSON.stringify(told(step)));
  }
  for (const [subject, steps] of Object.entries(groups)) if (!/^(smtpd|cleanup) /.test(subject)) steps.sort();
  return groups;
}

const fateOf = ({ recipient, address, status, dsn, reason, mailbox }: Fate) =>
  JSON.stringify({ recipient, address, status, dsn, reason: masked(reason), mailbox });

/** What the session decided about recipients that it refused is not the message's story. */
function ofTheMessage(journey: readonly Step[]): readonly Step[] {
  const refused = new Set(
    journey.filter((step) => step.what === 'refused').map(({ recipient }) => recipient),
  );
  return journey.filter(({ program, recipient }) => program !== 'smtpd' || !refused.has(recipient));
}

interface Story {
  readonly decisions: Record<string, string[]>;
  readonly fates: readonly string[];
}

const storyOf = (journey: readonly Step[], fates: readonly Fate[]): Story => ({
  decisions: bySubject(journey),
  fates: fates.map(fateOf).sort(),
});

type Fate = Pick<Detail['fates'][number], 'recipient' | 'address' | 'dsn' | 'reason' | 'mailbox'> & {
  readonly status: string;
};

const inOrder = (stories: readonly Story[]) =>
  [...stories].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** The messages that a message gave rise to, and what these gave rise to. */
async function descendants(message: Detail): Promise<Story[]> {
  const found: Story[] = [];
  for (const { id, relation } of message.related) {
    if (relation === 'original') continue;
    const child = await settled(id);
    found.push(storyOf(child.journey, child.fates), ...(await descendants(child)));
  }
  return found;
}

async function compare(envelope: Envelope, dry: TraceResult, replies: readonly string[]): Promise<void> {
  const said = dry.replies.map(({ reply }) => masked(reply));
  // In place of the greeting there is XCLIENT's answer.
  expect(replies.slice(1).map(masked), JSON.stringify(envelope)).toEqual(said.slice(1, replies.length));
  const queueId = /queued as (\w+)$/.exec(replies.at(-1) ?? '')?.[1];
  const kept = dry.fates.filter(({ status }) => status !== 'refused');
  if (queueId === undefined) {
    expect(kept, JSON.stringify(envelope)).toEqual([]);
    return;
  }
  const { messages } = await client.mail.list({ limit: 30 });
  const row = messages.find((message) => message.queueId === queueId);
  if (row === undefined) {
    expect(new Set(kept.map(({ status }) => status)), JSON.stringify(envelope)).toEqual(
      new Set(['discarded']),
    );
    return;
  }
  const real = await settled(row.id);
  expect(storyOf(ofTheMessage(dry.journey), kept), JSON.stringify(envelope)).toEqual(
    storyOf(real.journey, real.fates),
  );
  expect(
    inOrder(dry.created.map(({ journey, fates }) => storyOf(journey, fates))),
    JSON.stringify(envelope),
  ).toEqual(inOrder(await descendants(real)));
}

test('decides as the real run does, decision by decision', async () => {
  await fc.assert(
    fc.asyncProperty(ENVELOPE, async (envelope) => {
      const dry = await client.trace.run(inputOf(envelope));
      await compare(envelope, dry, await send(envelope));
    }),
    // a busy machine may have to do with fewer
    { numRuns: ENVELOPES, interruptAfterTimeLimit: 60_000 },
  );
}, 90_000);

test('leaves nothing behind', async () => {
  const before = await client.sandbox.status();
  const log = await client.queue.log({ queueId: '0000100001' });
  await client.trace.run({
    recipients: ['you@localhost', 'a@gone.test', 'list@localhost'],
    sender: 'alice@localhost',
  });
  const after = await client.sandbox.status();
  expect([after.messages, after.bytes, after.queue]).toEqual([before.messages, before.bytes, before.queue]);
  expect(await client.queue.log({ queueId: '0000100001' })).toEqual(log);
});
