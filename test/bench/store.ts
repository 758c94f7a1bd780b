/**
 * Measures the store. `node test/bench/store.ts cost` (what one message costs the writer), `generate DIR COUNT` (makes a
 * big database), `query DIR` (latencies in it), `through [DIR]` (messages per second through the worker).
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openWritable, type Connection } from '../../core/store/database.ts';
import { migrate } from '../../core/store/migrate.ts';
import { createStore } from '../../core/store/open.ts';
import { SAME_THREAD } from '../../core/store/same-thread.ts';
import { createOperationRunner, type Prepared } from '../../core/store/write/operations.ts';
import {
  createBaggageReader,
  emptyBaggage,
  packBytes,
  packMessage,
  packSettlement,
  type Baggage,
  type Operation,
} from '../../core/store/wire.ts';
import { createClock } from '../../core/util/clock.ts';
import { createMessageReader, createIndexer } from '../../core/message/message.ts';
import { createRandom, makeMail, type MadeMail } from './made-mail.ts';

const quiet = () => ({
  info: () => undefined,
  warning: console.warn,
  error: console.error,
  fatal: console.error,
});
const us = (milliseconds: number, count: number) => `${((milliseconds / count) * 1000).toFixed(1)} us`;

/** Operations as they come over the wire, so that taking them apart is measured too. */
function overTheWire(pack: (baggage: Baggage) => readonly Operation[]) {
  const baggage = emptyBaggage();
  const text = JSON.stringify(pack(baggage));
  return { text, bytes: packBytes(baggage.bytes), texts: baggage.texts };
}

const acceptBatch = (mails: readonly MadeMail[]) =>
  overTheWire((baggage) =>
    mails.map((m) => ({ name: 'accept', body: { messages: [packMessage(m.message, baggage)] } })),
  );

const settleBatch = (mails: readonly MadeMail[]) =>
  overTheWire((baggage) =>
    mails.map((m) => ({ name: 'settle', body: { settlement: packSettlement(m.settlement, baggage) } })),
  );

interface Costs {
  accept: number;
  settle: number;
  index: number;
}

function createDirectWriter(db: Connection) {
  const runner = createOperationRunner(db);
  const commit = (work: readonly Prepared[]) => {
    db.exec('BEGIN IMMEDIATE');
    for (const run of work) run();
    runner.flush();
    db.exec('COMMIT');
  };
  const batch = (wire: ReturnType<typeof overTheWire>) => {
    const reader = createBaggageReader(wire);
    commit((JSON.parse(wire.text) as Operation[]).map((operation) => runner.prepare(operation, reader)));
  };
  return {
    batch,
    index(mails: readonly MadeMail[]) {
      commit([
        ...mails.map((m) => () => runner.storeDigest(m.indexed)),
        () => {
          runner.tagByRules();
        },
      ]);
    },
    /** One in twenty stays unread, one in a thousand gets a star. */
    read(mails: readonly MadeMail[]) {
      const ids = mails.map((m) => m.message.messageId);
      const mark = (body: Extract<Operation, { name: 'mark' }>['body']) =>
        runner.prepare({ name: 'mark', body }, createBaggageReader(overTheWire(() => [])));
      commit([
        mark({ ids: ids.filter((id) => id % 20 !== 0), isRead: true }),
        mark({ ids: ids.filter((id) => id % 1000 === 0), isStarred: true }),
      ]);
    },
  };
}

/** Milliseconds of processor time of this thread: what others do on the machine does not count. */
function timed(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const used = process.threadCpuUsage(before);
  return (used.user + used.system) / 1000;
}

function cost(count = 20_000, group = 20): void {
  const dir = mkdtempSync(path.join(tmpdir(), 'sandpost-bench-'));
  const db = openWritable(path.join(dir, 'sandpost.db'));
  migrate(db);
  const writer = createDirectWriter(db);
  const random = createRandom(1);
  const costs: Costs = { accept: 0, settle: 0, index: 0 };
  let engine = 0;
  let waiting: MadeMail[] = [];
  for (let id = 1; id <= count; id += group) {
    const mails = Array.from({ length: group }, (_, i) => makeMail(id + i, random));
    let accept: ReturnType<typeof overTheWire> | undefined;
    let settle: ReturnType<typeof overTheWire> | undefined;
    engine += timed(() => {
      accept = acceptBatch(mails);
      settle = settleBatch(mails);
    });
    costs.accept += timed(() => {
      if (accept !== undefined) writer.batch(accept);
    });
    costs.settle += timed(() => {
      if (settle !== undefined) writer.batch(settle);
    });
    waiting.push(...mails);
    if (waiting.length >= 100) {
      const ready = waiting;
      waiting = [];
      costs.index += timed(() => {
        writer.index(ready);
      });
    }
  }
  const total = costs.accept + costs.settle + costs.index;
  console.log(`${count} messages of 2 KB, ${group} a commit (index 100), synced`);
  console.log(
    `engine packs ${us(engine, count)}; writer: accept ${us(costs.accept, count)}, settle ${us(costs.settle, count)}, index ${us(costs.index, count)}, together ${us(total, count)}`,
  );
  const pages =
    Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }));
  console.log(`database ${(pages / count).toFixed(0)} bytes a message`);
  db.close();
  rmSync(dir, { recursive: true });
}

function generate(dir: string, count: number): void {
  mkdirSync(dir, { recursive: true });
  const db = openWritable(path.join(dir, 'sandpost.db'));
  db.pragma('synchronous = OFF');
  migrate(db);
  const writer = createDirectWriter(db);
  const random = createRandom(2);
  const group = 500;
  const before = performance.now();
  for (let id = 1; id <= count; id += group) {
    const mails = Array.from({ length: Math.min(group, count - id + 1) }, (_, i) => makeMail(id + i, random));
    writer.batch(acceptBatch(mails));
    writer.batch(settleBatch(mails));
    writer.index(mails);
    writer.read(mails);
    if ((id - 1) % 50_000 === 0) console.log(id - 1, `${((performance.now() - before) / 1000).toFixed(0)} s`);
  }
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

function percentiles(samples: number[]): string {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2);
  return `first ${(samples[0] ?? 0).toFixed(2)}  p50 ${at(0.5)}  p95 ${at(0.95)}  max ${at(1)} ms`;
}

/** Wall clock, and the processor time of this thread, which does not grow with what else the machine does. */
async function measure(name: string, run: () => unknown, times = 30): Promise<void> {
  const samples: number[] = [];
  const used: number[] = [];
  for (let i = 0; i < times; i++) {
    const before = performance.now();
    const cpu = process.threadCpuUsage();
    await run();
    const spent = process.threadCpuUsage(cpu);
    used.push((spent.user + spent.system) / 1000);
    samples.push(performance.now() - before);
  }
  console.log(name.padEnd(44), percentiles(samples).padEnd(56), 'cpu', percentiles(used));
}

/** What people search for, then what costs the most. `id`: of a message that is there. */
const SEARCHES = (id: number): readonly string[] => [
  'lo',
  'kava',
  'lo mi',
  '"lo mi"',
  'stoden',
  'lo -mi',
  'kava*',
  '123456',
  'from:news',
  'from:news@app.test lo',
  'to:alice',
  'subject:lo',
  'tag:often',
  'tag:rare',
  'tag:often lo',
  'tag:often is:unread',
  'is:unread',
  'is:unread lo',
  'is:starred',
  'is:read',
  'header:X-Mailer',
  'header:X-Mailer:measurements',
  'header:X-Mailer:nothing',
  'header:In-Reply-To lo',
  'mailbox:alice',
  'mailbox:alice lo',
  'status:bounced',
  'status:held',
  'status:delivered',
  'has:attachment',
  'has:attachment lo',
  'larger:1k',
  'larger:10M',
  'after:2026-11-22T15:00 before:2026-11-22T16:00',
  'lo or kava',
  '(lo or kava) -mi is:unread',
  `message-id:${id}.1@app.test`,
  // from here on what no index answers alone, and what few or none have of what many have in part
  'tag:rare lo',
  'is:starred lo mi',
  'tag:rare is:unread lo',
  '-lo',
  '-is:read -tag:often',
  'tag:rare or is:starred',
  'smaller:1k',
  'nothing-like-this',
  'lo has:html',
  'lo has:remote',
  'lo smaller:1k',
  'lo larger:500k',
  'kava -lo',
  'tag:rare kava -lo',
  'mailbox:alice -lo',
  'mailbox:alice status:bounced',
  'from:news is:unread status:bounced',
  'from:news to:alice subject:kava',
  '123*',
  'sto*',
];

async function query(dir: string): Promise<void> {
  const before = performance.now();
  // In this thread, so that the processor time of searches is measured too.
  const store = await createStore({ dataDir: dir, log: quiet, clock: createClock(), threads: SAME_THREAD });
  console.log(`open to ready ${(performance.now() - before).toFixed(0)} ms`, store.mail.totals());
  const { mail, queue } = store;
  const middle = Math.floor(store.mail.totals().messages / 2);
  const folders = [
    { kind: 'all' },
    { kind: 'unread' },
    { kind: 'undeliverable' },
    { kind: 'bin' },
    { kind: 'held' },
    { kind: 'mailbox', name: 'you' },
    { kind: 'alias', name: 'root' },
    { kind: 'tag', name: 'often' },
    { kind: 'starred' },
  ] as const;
  for (const folder of folders) {
    const name = `${folder.kind}${'name' in folder ? ` ${folder.name}` : ''}`;
    await measure(`${name}: first page of 50`, () => mail.list({ folder, search: '', limit: 50 }));
    await measure(`${name}: page in the middle`, () =>
      mail.list({ folder, search: '', limit: 50, before: middle }),
    );
  }
  await measure('all: first page of 100', () =>
    mail.list({ folder: { kind: 'all' }, search: '', limit: 100 }),
  );
  await measure('folders with counts', () => mail.folders());
  await measure('one message', () => mail.get(middle));
  for (const search of SEARCHES(middle)) {
    const query = { folder: { kind: 'all' }, search, limit: 50 } as const;
    // What is asked for the first time finds nothing remembered.
    const asked = performance.now();
    const found = await mail.list(query);
    const atFirst = `at first ${(performance.now() - asked).toFixed(1)} ms`;
    await measure(`${search} (${found.messages.length}; ${atFirst})`, () => mail.list(query), 10);
  }
  for (const folder of [{ kind: 'mailbox', name: 'you' }, { kind: 'undeliverable' }] as const) {
    for (const search of ['lo', 'lo mi', 'from:news is:unread']) {
      await measure(`${search} in ${folder.kind}`, () => mail.list({ folder, search, limit: 50 }), 10);
    }
  }
  for (const folder of [{ kind: 'all' }, { kind: 'mailbox', name: 'you' }] as const) {
    await measure(`conversations of ${folder.kind}`, () =>
      mail.list({ folder, search: '', isThreaded: true, limit: 50 }),
    );
  }
  await measure(
    '10,000 ids of all',
    () => mail.ids({ folder: { kind: 'all' }, search: '', limit: 10_000 }),
    10,
  );
  await measure(
    '2,000 ids of a word',
    () => mail.ids({ folder: { kind: 'all' }, search: 'lo', limit: 2000 }),
    10,
  );
  await measure('addresses that begin so', () =>
    mail.addresses({ side: 'to', beginning: 'cust', limit: 10 }),
  );
  await measure('queue due', () => queue.due(Date.now(), 100, new Set()));
  await measure('queue counts', () => queue.counts());
  await measure('bounced since', () => queue.bouncedSince(Date.now() - 86_400_000));
  const reader = createMessageReader({ mail, now: Date.now });
  await measure('one message read', () => reader.read({ id: middle, inside: '' }));
  await store.close();
}

async function through(count = 50_000, connections = 50): Promise<void> {
  const dir = mkdtempSync(path.join(tmpdir(), 'sandpost-bench-'));
  const clock = createClock();
  const store = await createStore({ dataDir: dir, log: quiet, clock });
  const random = createRandom(3);
  const mails = Array.from({ length: Math.min(count, 20_000) }, (_, i) => makeMail(i + 1, random));
  let next = 0;
  const settled: Promise<void>[] = [];
  let latency = 0;
  const session = async () => {
    for (let mail = mails[next++]; mail !== undefined; mail = mails[next++]) {
      const before = performance.now();
      await store.queue.accept([mail.message]);
      latency += performance.now() - before;
      settled.push(store.queue.settle(mail.settlement));
    }
  };
  const indexer = createIndexer({ store, log: quiet, clock });
  const begin = performance.now();
  const cpu = { all: process.cpuUsage(), engine: process.threadCpuUsage() };
  await Promise.all(Array.from({ length: connections }, session));
  const accepted = performance.now() - begin;
  await Promise.all(settled);
  const delivered = performance.now() - begin;
  const n = mails.length;
  console.log(
    `${n} messages, ${connections} at a time: accepted ${((n / accepted) * 1000).toFixed(0)}/s, delivered ${((n / delivered) * 1000).toFixed(0)}/s, latency ${(latency / n).toFixed(2)} ms`,
  );
  const all = process.cpuUsage(cpu.all);
  const engine = process.threadCpuUsage(cpu.engine);
  const spent = (used: { user: number; system: number }) =>
    `${((used.user + used.system) / n).toFixed(0)} us (system ${(used.system / n).toFixed(0)})`;
  console.log(`processor time a message: engine ${spent(engine)}, all threads ${spent(all)}`);
  const last = mails.length;
  while (store.mail.get(last)?.digest === undefined) await new Promise((resolve) => store.onChange(resolve));
  console.log(`indexed after ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  await indexer.close();
  await store.close();
  rmSync(dir, { recursive: true });
}

const [what, dir, count] = process.argv.slice(2);
if (what === 'cost') for (const group of [1, 20, 200]) cost(20_000, group);
else if (what === 'generate' && dir !== undefined) generate(dir, Number(count ?? 1_000_000));
else if (what === 'query' && dir !== undefined) await query(dir);
else if (what === 'through') for (const connections of [1, 10, 50]) await through(20_000, connections);
else console.error('usage: node test/bench/store.ts cost | generate DIR [COUNT] | query DIR | through');
