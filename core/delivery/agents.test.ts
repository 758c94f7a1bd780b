import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createResolver } from '../address/resolve.ts';
import { createRewriter } from '../address/rewrite.ts';
import { ConfigError } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import type { AgentResult, QueuedMessage } from '../mail/message.ts';
import { makeQueueId } from '../mail/queue-id.ts';
import type { CompiledTables, UserStore } from '../store/store.ts';
import { createTables } from '../tables/tables.ts';
import type { Clock } from '../util/clock.ts';
import { createLocalhostDns } from '../dns/table-dns.ts';
import type { LogFactory } from '../util/log.ts';
import { createAgents } from './agents.ts';
import { formatDelay, formatDelays } from '../mail/outcome-line.ts';
import { fromLine, mboxEntry } from './prefix.ts';

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);
const MASTER = `error unix - - n - - error
retry unix - - n - - error
wrong unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
later unix - n n - - spaceship
`;
const MAIN = `compatibility_level = 3.6
myhostname = mail.example.test
virtual_mailbox_domains = vm.test
virtual_uid_maps = static:1001
virtual_gid_maps = static:1001
recipient_delimiter = +
`;
const NO_TABLES: CompiledTables = {
  open: () => undefined,
  replace: () => Promise.reject(new Error('not here')),
  version: () => 0,
};
const NO_USERS: UserStore = {
  list: () => [],
  find: () => undefined,
  add: () => Promise.reject(new Error('not here')),
  remove: () => Promise.resolve(false),
};

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function openKit(main = '') {
  const folder = mkdtempSync(path.join(tmpdir(), 'sandpost-agents-'));
  folders.push(folder);
  mkdirSync(path.join(folder, 'base'));
  writeFileSync(path.join(folder, 'main.cf'), MAIN + main.replaceAll('{folder}', folder));
  writeFileSync(path.join(folder, 'master.cf'), MASTER);
  const clock: Clock = { now: () => NOW, schedule: () => () => undefined };
  const log: string[] = [];
  const factory: LogFactory = (program) => {
    const line = (severity: string) => (text: string) => log.push(`${program}: ${severity}${text}`);
    return { info: line(''), warning: line('warning: '), error: line('error: '), fatal: line('fatal: ') };
  };
  const config = loadConfig(folder);
  const shared = { users: NO_USERS, log: factory, clock };
  const tables = createTables({ ...shared, config, compiled: NO_TABLES });
  const rewriter = createRewriter(config);
  const resolver = createResolver({ config, tables, log: factory, rewriter });
  const allocate = () => ({ messageId: 9, arrivedAt: NOW, queueId: makeQueueId(NOW, 9, false) });
  const agents = createAgents({
    ...shared,
    config,
    tables,
    rewriter,
    resolver,
    allocate,
    dns: createLocalhostDns(),
  });
  const message = { queueId: makeQueueId(NOW, 1, false), arrivedAt: NOW, sender: 'a@b', size: 100 };
  return {
    folder,
    log,
    agents,
    deliver(transport: string, nexthop: string, ...addresses: readonly string[]): Promise<AgentResult> {
      const agent = agents(transport);
      if (agent === undefined) throw new Error(`no ${transport}`);
      return agent.deliver({
        message: { verify: false, ...message } as unknown as QueuedMessage,
        recipients: addresses.map((address, index) => ({
          index,
          address,
          originalAddress: address,
          notify: [],
          orcpt: '',
          attempts: 0,
          reason: '',
        })),
        transport,
        nexthop,
        read: () => Promise.resolve(Buffer.from('Subject: x\n\nx\n')),
        readHeader: () => Promise.resolve(Buffer.from('Subject: x\n')),
        activeAt: NOW,
      });
    },
  };
}

const brief = (result: AgentResult) => result.outcomes.map((o) => `${o.status} ${o.dsn} ${o.reason}`);

describe('createAgents', () => {
  it('finds agents by their line in master.cf, and none for what it does not have', () => {
    const { agents } = openKit();
    expect(agents('error')).toBeDefined();
    expect(agents('error')).toBe(agents('error'));
    expect(agents('nosuch')).toBeUndefined();
    expect(agents('later')).toBeUndefined();
  });

  it('answers with a ConfigError for a program that cannot start', async () => {
    await expect(openKit().deliver('wrong', 'x', 'a@b')).rejects.toThrow(ConfigError);
  });
});

describe('error(8), retry and discard(8)', () => {
  it.each([
    ['error', 'outside mail is not deliverable', 'bounced 5.0.0 outside mail is not deliverable'],
    ['error', '5.7.9 go away', 'bounced 5.7.9 go away'],
    ['error', '4.1.1 soft code in error', 'bounced 5.0.0 soft code in error'],
    ['error', '', 'bounced 5.0.0 Address is undeliverable'],
    ['retry', 'later', 'deferred 4.0.0 later'],
    ['retry', '4.3.9 try later', 'deferred 4.3.9 try later'],
    ['retry', '5.3.9 not a soft code', 'deferred 4.0.0 not a soft code'],
    ['discard', 'quietly', 'sent 2.0.0 quietly'],
    ['discard', 'disc2.test', 'sent 2.0.0 disc2.test'],
  ])('%s:%s is %s', async (transport, nexthop, expected) => {
    const kit = openKit();
    expect(brief(await kit.deliver(transport, nexthop, 'a@x.test', 'b@x.test'))).toEqual([
      expected,
      expected,
    ]);
  });

  it('warns of a code of the wrong class', async () => {
    const kit = openKit();
    await kit.deliver('error', '4.1.1 soft', 'a@x.test');
    await kit.deliver('retry', '5.3.9 hard', 'a@x.test');
    expect(kit.log.filter((line) => line.includes('warning'))).toEqual([
      'error: warning: bounce_append: ignoring dsn code "4.1.1"',
      'error: warning: defer_append: ignoring dsn code "5.3.9"',
    ]);
  });
});

describe('virtual(8)', () => {
  const MAPS =
    'virtual_mailbox_base = {folder}/base\nvirtual_mailbox_maps = inline:{info@vm.test=vm.test/info/, box@vm.test=box, deep@vm.test=a/b/c, @all.test=all}\n';

  it('puts mail into the mailbox of the map, also without the extension and by domain', async () => {
    const kit = openKit(MAPS);
    const result = await kit.deliver('virtual', 'vm.test', 'Info+ext@vm.test', 'box@vm.test', 'who@all.test');
    expect(result.mailboxDeliveries).toEqual([
      {
        recipientIndex: 0,
        mailbox: 'vm.test/info/',
        address: 'Info+ext@vm.test',
        head: 'Return-Path: <a@b>\nX-Original-To: Info+ext@vm.test\nDelivered-To: Info+ext@vm.test\n',
      },
      expect.objectContaining({ mailbox: './box' }),
      expect.objectContaining({ mailbox: './all' }),
    ]);
    expect(brief(result)).toEqual([
      'sent 2.0.0 delivered to maildir',
      'sent 2.0.0 delivered to mailbox',
      'sent 2.0.0 delivered to mailbox',
    ]);
  });

  it('bounces unknown users and defers what has no folder or no uid', async () => {
    const kit = openKit(MAPS);
    expect(brief(await kit.deliver('virtual', 'vm.test', 'NoSuch@vm.test', 'deep@vm.test'))).toEqual([
      'bounced 5.1.1 unknown user: "nosuch@vm.test"',
      `deferred 4.2.0 delivery failed to mailbox ${kit.folder}/base/a/b/c: unable to create lock file ${kit.folder}/base/a/b/c.lock: No such file or directory`,
    ]);
    const small = openKit(`${MAPS}virtual_uid_maps = static:5\n`);
    expect(brief(await small.deliver('virtual', 'vm.test', 'box@vm.test'))).toEqual([
      'deferred 4.3.5 mail system configuration error',
    ]);
    expect(small.log).toContain('virtual: warning: recipient box@vm.test: bad uid 5 in virtual_uid_maps');
  });

  it('does not start without virtual_mailbox_base', async () => {
    await expect(openKit().deliver('virtual', 'vm.test', 'a@vm.test')).rejects.toThrow(
      'bad string length 0 < 1: virtual_mailbox_base = ',
    );
  });
});

describe('words', () => {
  it.each([
    [0, '0'],
    [4, '0'],
    [50, '0.05'],
    [123, '0.12'],
    [300, '0.3'],
    [1040, '1'],
    [1260, '1.3'],
    [12_340, '12'],
    [123_400, '123'],
  ])('%d ms are %s s in the log', (ms, expected) => {
    expect(formatDelay(ms)).toBe(expected);
  });

  it('splits the delay into its stages', () => {
    const times = { arrivedAt: 0, activeAt: 30, startedAt: 40, connectedAt: 60, finishedAt: 100 };
    expect(formatDelays(times, 2)).toBe('delay=0.1, delays=0.03/0.01/0.02/0.04');
  });

  it('quotes From lines in an mbox and ends each message with an empty line', () => {
    const parts = { sender: '', originalAddress: '' };
    const text = mboxEntry(parts, NOW, Buffer.from('A: b\n\nFrom here\n>From x\n From y\nno end')).toString();
    expect(text.split('\n').slice(1)).toEqual([
      'Return-Path: <>',
      'A: b',
      '',
      '>From here',
      '>From x',
      ' From y',
      'no end',
      '',
      '',
    ]);
    expect(fromLine('', NOW)).toMatch(/^From MAILER-DAEMON {2}Sun Nov 22 \d\d:00:00 2026$/);
  });
});
