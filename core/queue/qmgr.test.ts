import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { createWorld, type World } from '../engine/world.ts';
import type { NewMessage, Submission } from '../mail/message.ts';
import { makeQueueId, type QueueId } from '../mail/queue-id.ts';
import { createStore } from '../store/open.ts';
import { StoreFullError, type Store } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';
import { createLocalhostDns } from '../dns/table-dns.ts';
import type { LogFactory } from '../util/log.ts';
import { createQmgr, type Qmgr } from './qmgr.ts';
import { formatJson, formatMailq } from './showq.ts';

// a store of its own for each test: slow on a busy machine
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const MASTER = `smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
`;
const MAIN = `compatibility_level = 3.6
myhostname = localhost
mydomain = localdomain
mydestination = localhost, localhost.localdomain
inet_interfaces = loopback-only
mynetworks_style = host
default_transport = error: outside mail is not deliverable
alias_maps = texthash:$config_directory/aliases
transport_maps = inline:{ { retry.test = retry:4.3.0 later }, bad.test=nosuch:, disc.test=discard:quietly }
`;
const T0 = Date.UTC(2026, 10, 22, 12, 0, 0);

interface TestClock extends Clock {
  skip(ms: number): void;
}

function createTestClock(): TestClock {
  let now = T0;
  const waiting = new Set<{ at: number; run: () => void }>();
  return {
    now: () => now,
    schedule(at, run) {
      const entry = { at, run };
      waiting.add(entry);
      return () => waiting.delete(entry);
    },
    skip(ms) {
      now += ms;
      for (const entry of [...waiting].sort((a, b) => a.at - b.at)) {
        if (entry.at <= now && waiting.delete(entry)) entry.run();
      }
    },
  };
}

interface Kit {
  readonly store: Store;
  readonly qmgr: Qmgr;
  readonly clock: TestClock;
  readonly log: string[];
  readonly world: () => World;
  submit(
    options: Partial<Submission> & { to: readonly string[]; from?: string; text?: string },
  ): Promise<QueueId>;
  settled(): Promise<void>;
  /** Subjects of the user's mail, oldest first. */
  mailbox(name: string): Promise<readonly string[]>;
  restart(): Promise<Kit>;
}

const opened: { stop(): Promise<void> }[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface KitOptions {
  readonly main?: string;
  readonly aliases?: string;
  readonly folder?: string;
  readonly clock?: TestClock;
  readonly wrap?: (store: Store) => Store['queue'];
  readonly isPressed?: () => boolean;
}

async function openKit(options: KitOptions = {}): Promise<Kit> {
  const folder = options.folder ?? mkdtempSync(path.join(tmpdir(), 'sandpost-qmgr-'));
  const configDir = path.join(folder, 'config');
  if (options.folder === undefined) {
    folders.push(folder);
    mkdirSync(configDir);
    writeFileSync(path.join(configDir, 'main.cf'), MAIN + (options.main ?? ''));
    writeFileSync(path.join(configDir, 'master.cf'), MASTER);
    writeFileSync(path.join(configDir, 'aliases'), options.aliases ?? 'postmaster root\n');
  }
  const clock = options.clock ?? createTestClock();
  const log: string[] = [];
  const factory: LogFactory = (program, name = 'postfix') => {
    const line = (severity: string) => (text: string) => log.push(`${name}/${program}: ${severity}${text}`);
    return { info: line(''), warning: line('warning: '), error: line('error: '), fatal: line('fatal: ') };
  };
  const store = await createStore({ dataDir: path.join(folder, 'data'), log: factory, clock });
  for (const user of ['alice', 'bob', 'carol', 'root']) await store.users.add(user);
  const allocate = () => {
    const messageId = store.queue.allocate();
    return { messageId, arrivedAt: clock.now(), queueId: makeQueueId(clock.now(), messageId, false) };
  };
  const make = () =>
    createWorld({
      config: loadConfig(configDir),
      store,
      log: factory,
      clock,
      dns: createLocalhostDns(),
      allocate,
    });
  const current = make();
  const world = () => current;
  const queue = options.wrap?.(store) ?? store.queue;
  const qmgr = createQmgr({
    store: queue,
    world,
    intake: { allocate },
    log: factory,
    clock,
    onChange: () => undefined,
    isPressed: options.isPressed ?? (() => false),
  });
  qmgr.start();
  const stop = async () => {
    await qmgr.stop();
    await store.close();
  };
  opened.push({ stop });
  const kit: Kit = {
    store,
    qmgr,
    clock,
    log,
    world,
    async submit({ to, from = 'bob@localhost', text = 'Subject: hi\n\nhello\n', ...rest }) {
      const numbers = allocate();
      const outcome = await current.cleanup.prepare({
        ...numbers,
        origin: 'sendmail',
        client: null,
        sender: from,
        recipients: to.map((address) => ({ address, originalAddress: address, notify: [], orcpt: '' })),
        ret: '',
        envid: '',
        smtputf8: false,
        encoding: '',
        raw: Buffer.from(text),
        head: '',
        rewriteContext: 'local',
        skip: {},
        orders: {},
        journey: [],
        ...rest,
      });
      if (outcome.kind !== 'queued') throw new Error(JSON.stringify(outcome));
      const message: NewMessage = outcome.message;
      await store.queue.accept([message]);
      qmgr.notify([message]);
      return message.queueId;
    },
    async settled() {
      for (let i = 0; i < 400; i += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        if (qmgr.active().size === 0 && i > 20) return;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    async mailbox(name) {
      const folder = { kind: 'mailbox', name } as const;
      const { messages } = await store.mail.list({ folder, search: '', limit: 100 });
      return messages.map((row) => row.subject).reverse();
    },
    async restart() {
      opened.pop();
      await stop();
      return openKit({ ...options, folder, clock });
    },
  };
  return kit;
}

const about = (log: readonly string[], text: string) => log.filter((line) => line.includes(text));

describe('qmgr with the real store, resolver, cleanup and agents', () => {
  it('delivers to a mailbox and removes the message, with the lines of the log', async () => {
    const kit = await openKit();
    const id = await kit.submit({ to: ['alice'] });
    await kit.settled();
    expect(await kit.mailbox('alice')).toEqual(['hi']);
    expect(about(kit.log, id).filter((line) => !line.includes('cleanup'))).toEqual([
      `postfix/qmgr: ${id}: from=<bob@localhost>, size=139, nrcpt=1 (queue active)`,
      `postfix/local: ${id}: to=<alice@localhost>, orig_to=<alice>, relay=local, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to mailbox)`,
      `postfix/qmgr: ${id}: removed`,
    ]);
    expect(kit.qmgr.listQueue()).toEqual([]);
    expect(formatMailq([])).toBe('Mail queue is empty\n');
  });

  it('returns undeliverable mail to its sender and drops what cannot be returned', async () => {
    const kit = await openKit();
    const id = await kit.submit({ to: ['nosuchuser'] });
    await kit.settled();
    expect(await kit.mailbox('bob')).toEqual(['Undelivered Mail Returned to Sender']);
    expect(about(kit.log, 'sender non-delivery notification')).toHaveLength(1);
    expect(about(kit.log, id).at(-1)).toBe(`postfix/qmgr: ${id}: removed`);
    await kit.submit({ to: ['nosuchuser'], from: '' });
    await kit.settled();
    expect(await kit.mailbox('bob')).toHaveLength(1);
    expect(kit.qmgr.listQueue()).toEqual([]);
  });

  it('defers, shows why, and tries again when the time has come', async () => {
    const kit = await openKit();
    const id = await kit.submit({ to: ['bob@retry.test'] });
    await kit.settled();
    const [entry] = kit.qmgr.listQueue();
    expect(entry).toMatchObject({
      queue_name: 'deferred',
      queue_id: id,
      sender: 'bob@localhost',
      recipients: [{ address: 'bob@retry.test', delay_reason: 'later' }],
    });
    expect(formatMailq(kit.qmgr.listQueue())).toContain(`${' '.repeat(71)}(later)\n`);
    expect(formatJson(kit.qmgr.listQueue())).toContain('"delay_reason": "later"');
    kit.clock.skip(299_000);
    await kit.settled();
    expect(about(kit.log, 'status=deferred')).toHaveLength(1);
    kit.clock.skip(1_000);
    await kit.settled();
    expect(about(kit.log, 'status=deferred')).toHaveLength(2);
  });

  it('gives up after maximal_queue_lifetime, with the soft status, and when told to', async () => {
    const kit = await openKit();
    await kit.submit({ to: ['bob@retry.test'] });
    await kit.settled();
    kit.clock.skip(5 * 86_400_000);
    await kit.settled();
    expect(about(kit.log, 'status=expired, returned to sender')).toHaveLength(1);
    expect(await kit.mailbox('bob')).toEqual(['Undelivered Mail Returned to Sender']);
    const id = await kit.submit({ to: ['bob@retry.test'] });
    await kit.settled();
    expect(await kit.qmgr.expire([id])).toEqual([id]);
    expect(kit.qmgr.listQueue()[0]).toMatchObject({ forced_expire: true });
    const tries = about(kit.log, 'status=deferred').length;
    await kit.qmgr.flush('ALL');
    await kit.settled();
    expect(about(kit.log, 'status=deferred')).toHaveLength(tries);
    expect(await kit.mailbox('bob')).toHaveLength(2);
    expect(about(kit.log, 'status=force-expired, returned to sender')).toHaveLength(1);
    expect(kit.qmgr.listQueue()).toEqual([]);
  });

  it('means only active messages by the active queue', async () => {
    const kit = await openKit();
    const id = await kit.submit({ to: ['bob@retry.test'] });
    await kit.settled();
    for (const ids of ['ALL' as const, [id]]) {
      expect(await kit.qmgr.remove(ids, { from: 'active' })).toEqual([]);
      expect(await kit.qmgr.hold(ids, { from: 'active' })).toEqual([]);
      expect(await kit.qmgr.expire(ids, { from: 'active' })).toEqual([]);
      expect(await kit.qmgr.requeue(ids, { from: 'active' })).toEqual([]);
    }
    expect(kit.qmgr.listQueue()).toMatchObject([{ queue_name: 'deferred' }]);
  });

  it('holds defer_transports back until it is flushed', async () => {
    const kit = await openKit({ main: 'defer_transports = local\n' });
    await kit.submit({ to: ['alice'] });
    await kit.settled();
    expect(kit.qmgr.listQueue()[0]?.recipients).toEqual([
      { address: 'alice@localhost', delay_reason: 'deferred transport' },
    ]);
    await kit.qmgr.flush('ALL');
    await kit.settled();
    expect(await kit.mailbox('alice')).toEqual(['hi']);
  });

  it('stores what is delivered while another recipient waits for a program that does not start', async () => {
    const kit = await openKit({
      main: 'virtual_mailbox_domains = vm.test\nvirtual_mailbox_maps = static:x\n',
    });
    await kit.submit({ to: ['alice', 'x@vm.test', 'y@bad.test'] });
    for (let i = 0; i < 60; i += 1) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(await kit.mailbox('alice')).toEqual(['hi']);
    expect(kit.log).toContain('postfix/virtual: fatal: bad string length 0 < 1: virtual_mailbox_base = ');
    expect(kit.qmgr.listQueue()).toMatchObject([
      {
        queue_name: 'active',
        recipients: [
          { address: 'x@vm.test', delay_reason: '' },
          { address: 'y@bad.test', delay_reason: 'mail transport unavailable' },
        ],
      },
    ]);
  });

  it('holds, releases, requeues and deletes', async () => {
    const kit = await openKit();
    const id = await kit.submit({ to: ['bob@retry.test'] });
    await kit.settled();
    expect(await kit.qmgr.hold([id])).toEqual([id]);
    await kit.qmgr.flush('ALL');
    await kit.settled();
    expect(kit.qmgr.listQueue()[0]?.queue_name).toBe('hold');
    expect(await kit.qmgr.release('ALL')).toEqual([id]);
    expect(kit.qmgr.listQueue()[0]?.queue_name).toBe('deferred');
    expect(await kit.qmgr.requeue('ALL')).toEqual([id]);
    await kit.settled();
    const [entry] = kit.qmgr.listQueue();
    expect(entry?.queue_id).not.toBe(id);
    expect(entry?.recipients[0]?.delay_reason).toBe('later');
    const text = kit.qmgr.cat(entry?.queue_id as QueueId, { envelope: true, header: true, body: true });
    expect(text).toContain('recipient: bob@retry.test\n*** MESSAGE CONTENTS deferred/');
    expect(text).toContain('\n\nhello\n*** HEADER EXTRACTED');
    expect(await kit.qmgr.remove('ALL')).toEqual([entry?.queue_id]);
    expect(kit.qmgr.listQueue()).toEqual([]);
  });

  it('finds its mail again after a restart, and delivers each message once', async () => {
    const kit = await openKit();
    const message = { to: ['alice'] };
    await kit.qmgr.stop();
    for (let i = 0; i < 5; i += 1) await kit.submit({ ...message, text: `Subject: n${i}\n\nx\n` });
    const again = await kit.restart();
    await again.settled();
    expect(await again.mailbox('alice')).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
    expect(again.qmgr.listQueue()).toEqual([]);
  });

  it('keeps a message while the disk is full and delivers it once there is room', async () => {
    let isFull = true;
    const kit = await openKit({
      wrap: (store) => ({
        ...store.queue,
        settle: (settlement) =>
          isFull ? Promise.reject(new StoreFullError('full')) : store.queue.settle(settlement),
      }),
    });
    await kit.submit({ to: ['alice'] });
    for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(await kit.mailbox('alice')).toEqual([]);
    expect(kit.qmgr.listQueue()[0]?.queue_name).toBe('active');
    isFull = false;
    kit.clock.skip(1000);
    await kit.settled();
    expect(await kit.mailbox('alice')).toEqual(['hi']);
  });

  it('bounces what makes a mailbox larger than main.cf lets it be', async () => {
    const kit = await openKit({ main: 'message_size_limit = 1000\nmailbox_size_limit = 1000\n' });
    for (let i = 0; i < 6; i += 1) {
      await kit.submit({ to: ['alice'] });
      await kit.settled();
    }
    expect(await kit.mailbox('alice')).toHaveLength(4);
    expect(about(kit.log, 'dsn=5.2.2, status=bounced (cannot update mailbox')).toHaveLength(2);
  });

  it('forwards through an owner- alias with the owner as the sender', async () => {
    const kit = await openKit({ aliases: 'list alice, nosuch\nowner-list carol\n' });
    await kit.submit({ to: ['list'] });
    await kit.settled();
    expect(await kit.mailbox('alice')).toEqual(['hi']);
    expect(await kit.mailbox('carol')).toEqual(['Undelivered Mail Returned to Sender']);
    expect(await kit.mailbox('bob')).toEqual([]);
  });

  it('reports what sendmail -bv asks, and delivers nothing', async () => {
    const kit = await openKit();
    await kit.submit({ to: ['alice', 'nosuch', 'x@outside.example'], verify: true });
    await kit.settled();
    expect(await kit.mailbox('alice')).toEqual([]);
    expect(await kit.mailbox('bob')).toEqual(['Mail Delivery Status Report']);
    expect(about(kit.log, 'status=undeliverable (unknown user: "nosuch")')).toHaveLength(1);
  });

  it('reports the first attempt of sendmail -v, and no later one', async () => {
    const kit = await openKit();
    await kit.submit({ to: ['alice', 'x@retry.test'], wantsReport: true });
    await kit.settled();
    expect(await kit.mailbox('alice')).toEqual(['hi']);
    expect(await kit.mailbox('bob')).toEqual(['Mail Delivery Status Report']);
    kit.clock.skip(300_000);
    await kit.settled();
    expect(about(kit.log, 'status=deferred')).toHaveLength(2);
    expect(await kit.mailbox('bob')).toHaveLength(1);
  });

  it('tells each failed recipient’s own sender with VERP, the one sender without its bounces', async () => {
    const main = 'recipient_delimiter = +\n';
    const kit = await openKit({ main });
    await kit.submit({ to: ['x@outside.example', 'nosuch@localhost'], verp: '+=' });
    await kit.settled();
    await kit.settled();
    expect(await kit.mailbox('bob')).toHaveLength(2);
    expect(about(kit.log, 'to=<bob+x=outside.example@localhost>')).toHaveLength(1);
    expect(about(kit.log, 'to=<bob+nosuch=localhost@localhost>')).toHaveLength(1);
    const plain = await openKit({ main: `${main}disable_verp_bounces = yes\n` });
    await plain.submit({ to: ['x@outside.example', 'nosuch@localhost'], verp: '+=' });
    await plain.settled();
    await plain.settled();
    expect(await plain.mailbox('bob')).toHaveLength(1);
  });

  it('pauses behind each delivery to a destination with destination_rate_delay', async () => {
    const kit = await openKit({ main: 'discard_destination_rate_delay = 10s\n' });
    for (let i = 0; i < 3; i += 1) await kit.submit({ to: [`x${i}@disc.test`] });
    await kit.submit({ to: ['alice'] });
    await kit.settled();
    const sent = () => about(kit.log, 'status=sent (quietly)').length;
    expect([sent(), await kit.mailbox('alice')]).toEqual([1, ['hi']]);
    kit.clock.skip(9_000);
    await kit.settled();
    expect(sent()).toBe(1);
    kit.clock.skip(1_000);
    await kit.settled();
    expect(sent()).toBe(2);
    kit.clock.skip(10_000);
    await kit.settled();
    expect([sent(), kit.qmgr.active().size]).toEqual([3, 0]);
  });

  it('pauses before each delivery of a transport with transport_rate_delay', async () => {
    const kit = await openKit({ main: 'discard_transport_rate_delay = 10s\n' });
    for (const to of ['x@disc.test', 'y@disc.test']) await kit.submit({ to: [to] });
    await kit.settled();
    const sent = () => about(kit.log, 'status=sent (quietly)').length;
    expect(sent()).toBe(0);
    kit.clock.skip(10_000);
    await kit.settled();
    expect(sent()).toBe(1);
    kit.clock.skip(10_000);
    await kit.settled();
    expect(sent()).toBe(2);
  });

  it('does not let more messages in than qmgr_message_active_limit, and delivers all of them', async () => {
    const kit = await openKit({ main: 'qmgr_message_active_limit = 10\n' });
    let most = 0;
    for (let i = 0; i < 60; i += 1) {
      await kit.submit({ to: ['alice'], text: `Subject: n${i}\n\nx\n` });
      most = Math.max(most, kit.qmgr.active().size);
    }
    for (let i = 0; i < 5; i += 1) await kit.settled();
    expect(most).toBeLessThanOrEqual(10);
    expect(await kit.mailbox('alice')).toHaveLength(60);
  });

  it('delivers new mail from memory under pressure, what waits in the store five times a second, and all of it afterwards', async () => {
    let isPressed = true;
    let looks = 0;
    const wrap = ({ queue }: Store): Store['queue'] => ({
      ...queue,
      due(...args) {
        looks += 1;
        return queue.due(...args);
      },
    });
    const kit = await openKit({ wrap, isPressed: () => isPressed });
    const inMailbox = (name: string) =>
      kit.store.mail.folders().mailboxes.find((folder) => folder.name === name)?.total ?? 0;
    const began = looks;
    for (let i = 0; i < 150; i += 1) await kit.submit({ to: ['alice'], text: `Subject: n${i}\n\nx\n` });
    expect(kit.qmgr.active().size).toBeLessThanOrEqual(80);
    await kit.settled();
    const fromMemory = inMailbox('alice');
    expect(fromMemory).toBeGreaterThanOrEqual(80);
    expect(fromMemory).toBeLessThan(150);
    expect(looks).toBe(began);
    // Mail keeps coming and fills its room: what waits gets its own.
    for (let i = 0; i < 100; i += 1) await kit.submit({ to: ['bob'] });
    kit.clock.skip(200);
    expect(looks).toBe(began + 1);
    await kit.settled();
    expect(inMailbox('alice')).toBeGreaterThanOrEqual(fromMemory + 20);
    isPressed = false;
    for (let i = 0; i < 5; i += 1) {
      kit.clock.skip(1000);
      await kit.settled();
    }
    expect([inMailbox('alice'), inMailbox('bob')]).toEqual([150, 100]);
  });
});
