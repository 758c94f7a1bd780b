/** Messages a second, accepted and delivered, beside the peers on this machine: what counts are the ratios of one run. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { maildev, postfix, sandpost, smtpSink, type Peer } from './peers.ts';

const run = promisify(execFile);
const BYTES = 2048;
const ROUNDS = 3;

interface LoadResult {
  readonly messages: number;
  readonly errors: number;
  readonly perSecond: number;
}

interface Shape {
  readonly name: string;
  readonly connections: number;
  readonly mode: 'keep' | 'each';
  /** Messages a round, the same for all. */
  readonly messages: number;
}

const SHAPES: readonly Shape[] = [
  { name: '10 connections', connections: 10, mode: 'keep', messages: 20_000 },
  { name: '50 connections', connections: 50, mode: 'keep', messages: 20_000 },
  { name: 'a connection each, 50 parallel', connections: 50, mode: 'each', messages: 8_000 },
];

type Load = (peer: Peer, shape: Shape, messages: number) => Promise<number>;

/** Pipelines MAIL, RCPT and DATA. */
const load: Load = async (peer, shape, messages) => {
  const program = path.join(import.meta.dirname, 'load.ts');
  const words = [peer.port, shape.connections, messages, BYTES, peer.recipient, shape.mode].map(String);
  const { stdout } = await run(process.execPath, [program, ...words]);
  const result = JSON.parse(stdout) as LoadResult;
  if (result.errors > 0 || result.messages !== messages) throw new Error(`${peer.name}: ${stdout}`);
  return result.perSecond;
};

/** Postfix's own: waits for each reply. */
const smtpSource: Load = async (peer, { connections, mode }, messages) => {
  const kept = mode === 'keep' ? ['-d'] : [];
  const words = [
    '-s',
    connections,
    '-l',
    BYTES,
    '-m',
    messages,
    '-f',
    'load@client.test',
    '-t',
    peer.recipient,
  ];
  const startedAt = performance.now();
  await run('/usr/sbin/smtp-source', [...kept, ...words.map(String), `127.0.0.1:${peer.port}`]);
  return Math.round((messages * 1000) / (performance.now() - startedAt));
};

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

async function untilDelivered(peer: Peer): Promise<void> {
  while (((await peer.queued()) ?? 0) > 0) await delay(20);
}

/** Nothing of it is left to do, not even for the kernel: files that were written and not synced cost the next one its time. */
async function untilQuiet(peer: Peer): Promise<void> {
  await peer.idle();
  await run('sync');
}

/** Accepted messages a second: the peers take turns, and each has the machine to itself. */
async function accepted(peers: readonly Peer[], shape: Shape, by: Load): Promise<Map<string, number>> {
  const rates = new Map<string, number[]>(peers.map(({ name }) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const peer of peers) {
      const perSecond = await by(peer, shape, shape.messages);
      await untilDelivered(peer);
      await untilQuiet(peer);
      // The first round warms up.
      if (round > 0) rates.get(peer.name)?.push(perSecond);
    }
  }
  return new Map([...rates].map(([name, values]) => [name, median(values)]));
}

/** Messages a second from the first byte until the queue is empty again. */
async function delivered(peers: readonly Peer[], connections: number): Promise<Map<string, number>> {
  const shape: Shape = { name: '', connections, mode: 'keep', messages: 0 };
  const rates = new Map<string, number[]>(peers.map(({ name }) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const peer of peers) {
      const messages = peer.name === 'postfix' ? 2_000 : 10_000;
      const startedAt = performance.now();
      await load(peer, shape, messages);
      await untilDelivered(peer);
      const seconds = (performance.now() - startedAt) / 1000;
      await untilQuiet(peer);
      if (round > 0) rates.get(peer.name)?.push(Math.round(messages / seconds));
    }
  }
  return new Map([...rates].map(([name, values]) => [name, median(values)]));
}

function table(title: string, rates: ReadonlyMap<string, number>): void {
  const ours = rates.get('sandpost') ?? 0;
  process.stdout.write(`\n${title}\n`);
  for (const [name, rate] of rates) {
    const ratio = name === 'sandpost' ? '' : `   sandpost is ${(ours / rate).toFixed(2)} of it`;
    process.stdout.write(`  ${name.padEnd(10)} ${String(rate).padStart(7)} messages/s${ratio}\n`);
  }
}

export async function throughput(): Promise<void> {
  const hasPostfix = existsSync('/usr/sbin/smtp-sink');
  const peers = [await sandpost(), await maildev(), ...(hasPostfix ? [await smtpSink()] : [])];
  try {
    for (const shape of SHAPES)
      table(`Accepted (kept and synced before 250), 2 KB, ${shape.name}`, await accepted(peers, shape, load));
    if (hasPostfix)
      for (const shape of SHAPES)
        table(`The same, sent by smtp-source, ${shape.name}`, await accepted(peers, shape, smtpSource));
  } finally {
    for (const peer of peers) await peer.stop();
  }
  if (!hasPostfix || process.getuid?.() !== 0) {
    process.stdout.write(
      "\nDelivered beside the real Postfix: skipped, needs root and Debian's postfix package\n",
    );
    return;
  }
  const mtas = [await sandpost(), await postfix()];
  try {
    for (const connections of [10, 50])
      table(
        `Delivered (queue empty again), 2 KB, ${connections} connections`,
        await delivered(mtas, connections),
      );
  } finally {
    for (const peer of mtas) await peer.stop();
  }
}

if (process.argv[1] === import.meta.filename) await throughput();
