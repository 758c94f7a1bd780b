import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createResolver } from '../../address/resolve.ts';
import { createRewriter } from '../../address/rewrite.ts';
import { loadConfig } from '../../config/load.ts';
import type { Notify } from '../../mail/dsn.ts';
import type { AgentResult, QueuedMessage, QueuedRecipient } from '../../mail/message.ts';
import { makeQueueId } from '../../mail/queue-id.ts';
import type { CompiledTables, UserStore } from '../../store/store.ts';
import { ABSENT, type LookupResult, type Tables } from '../../tables/table.ts';
import { createTables } from '../../tables/tables.ts';
import type { Clock } from '../../util/clock.ts';
import { createLocalhostDns } from '../../dns/table-dns.ts';
import type { LogFactory } from '../../util/log.ts';
import { createAgents } from '../agents.ts';
import { createLocalPlanner, type LocalPlan } from './local.ts';
import { readLocalSettings } from './settings.ts';

vi.setConfig({ testTimeout: 60_000 });

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);
const MASTER = ['error', 'retry:error', 'discard', 'local', 'virtual']
  .map((entry) => `${entry.split(':')[0] ?? ''} unix - n n - - ${entry.split(':').at(-1) ?? ''}\n`)
  .join('');
const MAIN = `compatibility_level = 3.6
myhostname = localhost
mydestination = localhost, localhost.localdomain
inet_interfaces = loopback-only
default_transport = error: outside mail is not deliverable
alias_maps = texthash:$config_directory/aliases
queue_directory = /
`;
const NO_TABLES: CompiledTables = {
  open: () => undefined,
  replace: () => Promise.reject(new Error('not here')),
  version: () => 0,
};
const HEADER = 'Subject: hi\nFrom: bob@localhost\n';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface KitOptions {
  readonly main?: string;
  readonly aliases?: string;
  /** .forward files by user. */
  readonly forward?: Readonly<Record<string, string>>;
  readonly users?: readonly string[];
  /** Aliases in memory, in place of alias_maps. */
  readonly table?: ReadonlyMap<string, string>;
}

/** alias_maps that answers from memory: what a test of many tables needs. */
function withAliases(real: Tables, table: ReadonlyMap<string, string>): Tables {
  const maps: Tables['maps'] = (value, title, options) => {
    if (title !== 'alias_maps') return real.maps(value, title, options);
    const lookup = (key: string): LookupResult => {
      const found = table.get(key.toLowerCase());
      return found === undefined ? ABSENT : { kind: 'found', value: found, table: 'inline:test', key };
    };
    return { tables: [], isEmpty: false, lookup };
  };
  const tables: Tables = { ...real, maps, forProgram: () => tables };
  return tables;
}

interface Asked {
  readonly header?: string;
  readonly notify?: readonly Notify[];
  readonly original?: string;
  readonly verify?: boolean;
  readonly mailboxBytes?: number;
}

function openKit(options: KitOptions = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'sandpost-local-'));
  folders.push(folder);
  chmodSync(folder, 0o755);
  const configDir = path.join(folder, 'config');
  mkdirSync(configDir);
  writeFileSync(path.join(configDir, 'main.cf'), MAIN + (options.main ?? '').replaceAll('{folder}', folder));
  writeFileSync(path.join(configDir, 'master.cf'), MASTER);
  writeFileSync(path.join(configDir, 'aliases'), (options.aliases ?? '').replaceAll('{folder}', folder));
  const names = options.users ?? ['alice', 'bob', 'carol'];
  const homes = new Map(names.map((name) => [name, path.join(folder, 'home', name)]));
  for (const [name, home] of homes) {
    mkdirSync(home, { recursive: true });
    const text = options.forward?.[name];
    if (text !== undefined) writeFileSync(path.join(home, '.forward'), text.replaceAll('{folder}', folder));
  }
  const users: UserStore = {
    list: () => [...homes].map(([name, home]) => ({ name, home })),
    find: (name) => {
      const home = homes.get(name.toLowerCase());
      return home === undefined ? undefined : { name: name.toLowerCase(), home };
    },
    add: () => Promise.reject(new Error('not here')),
    remove: () => Promise.resolve(false),
  };
  const clock: Clock = { now: () => NOW, schedule: () => () => undefined };
  const log: string[] = [];
  const factory: LogFactory = (program) => {
    const line = (severity: string) => (text: string) => log.push(`${program}: ${severity}${text}`);
    return { info: line(''), warning: line('warning: '), error: line('error: '), fatal: line('fatal: ') };
  };
  const config = loadConfig(configDir);
  const made = createTables({ config, compiled: NO_TABLES, users, log: factory, clock });
  const tables = options.table === undefined ? made : withAliases(made, options.table);
  const rewriter = createRewriter(config);
  const resolver = createResolver({ config, tables, log: factory, rewriter });
  let number = 100;
  const allocate = () => {
    number += 1;
    return { messageId: number, arrivedAt: NOW, queueId: makeQueueId(NOW, number, false) };
  };
  const shared = { tables, users, rewriter, resolver, log: factory, clock };
  let used = 0;
  const agents = createAgents({
    ...shared,
    config,
    allocate,
    dns: createLocalhostDns(),
    mailboxBytes: () => used,
  });
  const settings = readLocalSettings(config);
  const planner = createLocalPlanner('local', { ...shared, config }, settings);

  const message = (verify: boolean): QueuedMessage => ({
    queueId: makeQueueId(NOW, 1, false),
    messageId: 1,
    arrivedAt: NOW,
    origin: 'sendmail',
    client: null,
    sender: 'bob@localhost',
    ret: '',
    envid: '',
    smtputf8: false,
    encoding: '7bit',
    size: HEADER.length + 7,
    queueSize: HEADER.length + 12,
    wantsReport: false,
    verp: '',
    filter: '',
    verify,
    queue: 'incoming',
    holdReason: '',
    recipients: [],
    nextAttemptAt: NOW,
    attempts: 0,
    warnedAt: null,
    forcedExpire: false,
  });
  const recipient = (address: string, asked: Asked): QueuedRecipient => ({
    index: 0,
    address,
    originalAddress: asked.original ?? address,
    notify: asked.notify ?? [],
    orcpt: '',
    attempts: 0,
    reason: '',
  });
  return {
    folder,
    log,
    plan: (address: string): Promise<LocalPlan> => planner(message(false), recipient(address, {}), new Set()),
    deliver(address: string, asked: Asked = {}): Promise<AgentResult> {
      used = asked.mailboxBytes ?? 0;
      const agent = agents('local');
      if (agent === undefined) throw new Error('no local in master.cf');
      const header = Buffer.from(asked.header ?? HEADER);
      return agent.deliver({
        message: message(asked.verify ?? false),
        recipients: [recipient(address, asked)],
        transport: 'local',
        nexthop: 'localhost',
        read: () => Promise.resolve(Buffer.concat([header, Buffer.from('\nHello.\n')])),
        readHeader: () => Promise.resolve(header),
        activeAt: NOW,
      });
    },
  };
}

const brief = (result: AgentResult) =>
  result.outcomes.map((o) => `${o.address} ${o.status} ${o.dsn} ${o.reason}`);
const boxes = (result: AgentResult) => result.mailboxDeliveries.map((d) => d.mailbox);

describe('local(8)', () => {
  it('puts mail into a user’s mailbox with what Postfix puts in front', async () => {
    const kit = openKit();
    const result = await kit.deliver('Alice@localhost', { original: 'Alice' });
    expect(result.mailboxDeliveries).toEqual([
      {
        recipientIndex: 0,
        mailbox: 'alice',
        address: 'Alice@localhost',
        head: 'Return-Path: <bob@localhost>\nX-Original-To: Alice\nDelivered-To: Alice@localhost\n',
      },
    ]);
    expect(brief(result)).toEqual(['Alice@localhost sent 2.0.0 delivered to mailbox']);
  });

  it.each([
    ['nosuch@localhost', 'nosuch@localhost bounced 5.1.1 unknown user: "nosuch"'],
    ['postmaster@localhost', 'postmaster@localhost sent 2.0.0 discarded'],
    ['MAILER-DAEMON@localhost', 'MAILER-DAEMON@localhost sent 2.0.0 discarded'],
    ['alice+tag@localhost', 'alice+tag@localhost bounced 5.1.1 unknown user: "alice+tag"'],
  ])('answers for %s: %s', async (address, expected) => {
    expect(brief(await openKit().deliver(address))).toEqual([expected]);
  });

  it('expands aliases in place: headers keep the alias, the log has the member', async () => {
    const kit = openKit({ aliases: 'list team, carol\nteam alice, bob\n' });
    const result = await kit.deliver('list@localhost');
    expect(boxes(result)).toEqual(['alice', 'bob', 'carol']);
    expect(result.mailboxDeliveries[0]?.head).toContain('X-Original-To: list@localhost\n');
    expect(result.outcomes.map((o) => [o.address, o.originalAddress])).toContainEqual([
      'alice@localhost',
      'list@localhost',
    ]);
    expect(result.journey.map((entry) => entry.what)).toContain('alias team -> alice, bob');
  });

  it('sees an alias that lists itself as the user, and ends a circle', async () => {
    const kit = openKit({ aliases: 'alice alice, bob\nself self\na b\nb a\n' });
    expect(boxes(await kit.deliver('alice@localhost'))).toEqual(['alice', 'bob']);
    expect(brief(await kit.deliver('self@localhost'))).toEqual([
      'self@localhost bounced 5.1.1 unknown user: "self"',
    ]);
    expect(brief(await kit.deliver('a@localhost'))).toEqual([
      'b@localhost bounced 5.4.6 alias database loop for b',
    ]);
  });

  it('forwards what is not local, and members of a list with an owner, as new messages', async () => {
    const kit = openKit({ aliases: 'ext y@outside.example, alice\nlist alice, bob\nowner-list carol\n' });
    const outside = await kit.deliver('ext@localhost');
    expect(boxes(outside)).toEqual(['alice']);
    expect(outside.forwards).toHaveLength(1);
    expect(outside.forwards[0]).toMatchObject({
      sender: 'bob@localhost',
      recipients: [{ address: 'y@outside.example', originalAddress: 'ext@localhost' }],
    });
    expect(outside.forwards[0]?.head).toMatch(
      /^Received: by localhost \(Postfix\)\n\tid \w+; .*\nDelivered-To: ext@localhost\n$/,
    );
    const list = await kit.deliver('list@localhost');
    expect(boxes(list)).toEqual([]);
    expect(list.forwards).toMatchObject([
      {
        sender: 'owner-list@localhost',
        recipients: [{ originalAddress: 'alice@localhost' }, { originalAddress: 'bob@localhost' }],
      },
    ]);
    expect(brief(list)).toEqual([
      `list@localhost sent 2.0.0 forwarded as ${list.forwards[0]?.queueId ?? ''}`,
    ]);
  });

  it('expands an owner- alias where it is asked to', async () => {
    const kit = openKit({ main: 'expand_owner_alias = yes\n', aliases: 'list alice\nowner-list carol\n' });
    expect((await kit.deliver('list@localhost')).forwards[0]?.sender).toBe('carol@localhost');
  });

  it('reads an :include: list, and refuses one that is missing or relative', async () => {
    const kit = openKit({
      aliases: 'all :include:{folder}/members\ngone :include:{folder}/none\nrel :include:x\n',
    });
    writeFileSync(path.join(kit.folder, 'members'), '# people\nalice, bob\n\n|/bin/true\n', { mode: 0o644 });
    const all = await kit.deliver('all@localhost');
    expect(all.forwards[0]?.recipients.map((r) => r.address)).toEqual(['alice@localhost', 'bob@localhost']);
    expect(brief(all)[0]).toBe('all@localhost bounced 5.7.1 mail to command is restricted');
    for (const name of ['gone', 'rel']) {
      expect(brief(await kit.deliver(`${name}@localhost`))).toEqual([
        `${name}@localhost bounced 5.3.5 mail system configuration error`,
      ]);
    }
    expect(kit.log).toContain('local: warning: :include:x uses a relative path');
  });

  it('follows .forward: to oneself and others, not at all when it is empty or may not be trusted', async () => {
    const kit = openKit({
      forward: { alice: '\\alice, bob\n', bob: '# nothing\n', carol: 'alice\n' },
    });
    const alice = await kit.deliver('alice@localhost');
    expect(boxes(alice)).toEqual(['alice']);
    expect(alice.forwards[0]?.recipients.map((r) => r.address)).toEqual(['bob@localhost']);
    expect(boxes(await kit.deliver('bob@localhost'))).toEqual(['bob']);
    chmodSync(path.join(kit.folder, 'home/carol/.forward'), 0o666);
    expect(boxes(await kit.deliver('carol@localhost'))).toEqual(['carol']);
    expect(kit.log.at(-2)).toMatch(/^local: warning: file .*\/carol\/\.forward is world writable$/);
  });

  it('tries .forward+extension first', async () => {
    const kit = openKit({ main: 'recipient_delimiter = +\n', forward: { alice: 'bob\n' } });
    writeFileSync(path.join(kit.folder, 'home/alice/.forward+news'), 'carol\n');
    const to = async (address: string) => (await kit.deliver(address)).forwards[0]?.recipients[0]?.address;
    expect(await to('alice+news@localhost')).toBe('carol@localhost');
    expect(await to('alice+other@localhost')).toBe('bob@localhost');
  });

  it('ends a loop at Delivered-To, without regard to case', async () => {
    const kit = openKit();
    const header = `Delivered-To: ALICE@localhost\n${HEADER}`;
    expect(brief(await kit.deliver('alice@localhost', { header }))).toEqual([
      'alice@localhost bounced 5.4.6 mail forwarding loop for alice@localhost',
    ]);
    expect(boxes(await kit.deliver('alice@localhost.localdomain', { header }))).toEqual(['alice']);
  });

  it('passes on to mailbox_transport_maps and fallback_transport', async () => {
    const kit = openKit({
      main: 'mailbox_transport_maps = inline:{alice=error:for_alice}\nfallback_transport = discard:fallback\n',
    });
    expect(brief(await kit.deliver('alice@localhost'))).toEqual(['alice@localhost bounced 5.0.0 for_alice']);
    expect(brief(await kit.deliver('nosuch@localhost'))).toEqual(['nosuch@localhost sent 2.0.0 fallback']);
    expect(boxes(await kit.deliver('bob@localhost'))).toEqual(['bob']);
    expect(kit.log.filter((line) => line.includes('passing'))).toHaveLength(2);
  });

  it('gives unknown users to luser_relay', async () => {
    const kit = openKit({ main: 'luser_relay = alice+$local\nrecipient_delimiter = +\n' });
    const result = await kit.deliver('nosuch@localhost');
    expect(boxes(result)).toEqual(['alice']);
    expect(result.mailboxDeliveries[0]?.address).toBe('alice+nosuch@localhost');
  });

  it.each(['$user@localhost', 'nobody-else'])(
    'returns what luser_relay = %s leads nowhere',
    async (relay) => {
      const kit = openKit({ main: `luser_relay = ${relay}\nrecipient_delimiter = +\n` });
      const result = await kit.deliver('nosuch+x@localhost');
      const name = relay.replace('$user@localhost', 'nosuch');
      expect(brief(result)).toEqual([`${name}@localhost bounced 5.1.1 unknown user: "${name}"`]);
    },
  );

  it('tells the owner- alias of a file that cannot be written', async () => {
    const kit = openKit({ aliases: 'f {folder}/none/box\nowner-f bob\n' });
    const [outcome] = (await kit.deliver('f@localhost')).outcomes;
    expect(outcome).toMatchObject({ status: 'bounced', returnTo: 'owner-f@localhost' });
  });

  it('writes to real files and folders, and says why it cannot', async () => {
    const kit = openKit({
      aliases: 'file {folder}/out/box\nmdir {folder}/out/md/\nnone {folder}/no/box\nnull /dev/null\n',
    });
    mkdirSync(path.join(kit.folder, 'out'), { mode: 0o777 });
    chmodSync(path.join(kit.folder, 'out'), 0o777);
    await kit.deliver('file@localhost', { header: 'Subject: a\nFrom : b\n' });
    const result = await kit.deliver('file@localhost');
    expect(brief(result)).toEqual([`file@localhost sent 2.0.0 delivered to file: ${kit.folder}/out/box`]);
    const text = readFileSync(path.join(kit.folder, 'out/box'), 'utf8');
    expect(text).toMatch(
      /^From bob@localhost {2}\w{3} \w{3} .*\nReturn-Path: <bob@localhost>\nX-Original-To: file@localhost\nDelivered-To: file@localhost\nSubject: a\n/,
    );
    expect(text.match(/^From /gm)).toHaveLength(2);
    expect(text.endsWith('\n\nHello.\n\n')).toBe(true);
    expect(brief(await kit.deliver('mdir@localhost'))).toEqual([
      'mdir@localhost sent 2.0.0 delivered to maildir',
    ]);
    expect(readdirSync(path.join(kit.folder, 'out/md/new'))).toHaveLength(1);
    expect(brief(await kit.deliver('none@localhost'))[0]).toMatch(
      /none@localhost bounced 5\.2\.0 cannot append message to file .*: cannot create file exclusively: No such file or directory$/,
    );
    expect(brief(await kit.deliver('null@localhost'))).toEqual([
      'null@localhost sent 2.0.0 delivered to file: /dev/null',
    ]);
  });

  it('runs no command unless the sandbox allows it, then with Postfix’s environment', async () => {
    const aliases = 'prog |"{folder}/prog.sh one"\nbad |"/no/such/program"\nexit |"exit 67"\n';
    const refused = openKit({ aliases });
    expect(brief(await refused.deliver('prog@localhost'))[0]).toContain(
      'bounced 5.7.1 this sandbox runs no commands (sandpost_allow_commands = no)',
    );
    const kit = openKit({ aliases, main: 'sandpost_allow_commands = yes\n' });
    const script = path.join(kit.folder, 'prog.sh');
    writeFileSync(script, '#!/bin/sh\necho "$1 $USER $RECIPIENT $SENDER"; cat; exit 69\n', { mode: 0o755 });
    expect(brief(await kit.deliver('prog@localhost'))[0]).toMatch(
      /^prog@localhost bounced 5\.3\.0 service unavailable\. Command output: one prog prog@localhost bob@localhost From bob@localhost {2}.* Return-Path: <bob@localhost> X-Original-To: prog@localhost Delivered-To: prog@localhost Subject: hi/,
    );
    expect(brief(await kit.deliver('bad@localhost'))[0]).toContain(
      'deferred 4.3.0 temporary failure. Command output: local: fatal: execvp /no/such/program: No such file or directory',
    );
    expect(brief(await kit.deliver('exit@localhost'))).toEqual(['exit@localhost bounced 5.1.1 user unknown']);
  });

  it('refuses commands and files where allow_mail_to_ is empty', async () => {
    const kit = openKit({
      main: 'allow_mail_to_commands =\nallow_mail_to_files =\n',
      aliases: 'prog |/bin/true\nfile /tmp/x\n',
    });
    expect(brief(await kit.deliver('prog@localhost'))[0]).toContain('5.7.1 mail to command is restricted');
    expect(brief(await kit.deliver('file@localhost'))[0]).toContain('5.7.1 mail to file is restricted');
  });

  it('bounces what makes a mailbox too large', async () => {
    const kit = openKit({ main: 'mailbox_size_limit = 1000\nmessage_size_limit = 1000\n' });
    const result = await kit.deliver('alice@localhost', { mailboxBytes: 990 });
    expect(brief(result)).toEqual([
      'alice@localhost bounced 5.2.2 cannot update mailbox /var/mail/alice for user alice. error writing message: File too large',
    ]);
    expect(result.outcomes[0]?.diagnostic).toEqual({ type: 'x-unix', text: 'input/output error' });
  });

  it('does not start with a mailbox limit below the message limit', async () => {
    const kit = openKit({ main: 'mailbox_size_limit = 1000\n' });
    await expect(kit.deliver('alice@localhost')).rejects.toThrow(
      'configuration error: mailbox_size_limit is smaller than message_size_limit',
    );
  });

  it('defers while the alias database is away', async () => {
    const kit = openKit({ main: 'alias_maps = hash:/nowhere/aliases\n' });
    expect(brief(await kit.deliver('alice@localhost'))).toEqual([
      'alice@localhost deferred 4.3.0 alias database unavailable',
    ]);
    expect(kit.log).toContain("local: warning: hash:/nowhere/aliases: lookup of 'alice' failed");
  });

  it('keeps mail with soft_bounce', async () => {
    const kit = openKit({ main: 'soft_bounce = yes\n' });
    expect(brief(await kit.deliver('nosuch@localhost'))).toEqual([
      'nosuch@localhost deferred 4.1.1 unknown user: "nosuch"',
    ]);
    expect(kit.log.at(-1)).toContain('dsn=4.1.1, status=SOFTBOUNCE (unknown user: "nosuch")');
  });

  it('lets local_delivery_status_filter have the last word, but never on whether mail arrived', async () => {
    const rules = '{/^5\\.1\\.1 (.*)/ 4.1.9 softened: $$1}, {/^2\\.0\\.0 delivered/ 4.5.6 not yet}';
    const kit = openKit({ main: `local_delivery_status_filter = regexp:{${rules}}\n` });
    expect(brief(await kit.deliver('nosuch@localhost'))).toEqual([
      'nosuch@localhost deferred 4.1.9 softened: unknown user: "nosuch"',
    ]);
    const delivered = await kit.deliver('alice@localhost');
    expect(brief(delivered)).toEqual(['alice@localhost sent 2.0.0 delivered to mailbox']);
    expect(delivered.mailboxDeliveries).toHaveLength(1);
    expect(kit.log.join('\n')).toContain(
      'warning: local_delivery_status_filter: bad status code: 4.5.6 not yet',
    );
  });

  it('reports the alias, not its members, to a sender who asked for success', async () => {
    const kit = openKit({ aliases: 'list alice, bob\n' });
    const result = await kit.deliver('list@localhost', { notify: ['SUCCESS'] });
    expect(result.outcomes.map((o) => [o.address, o.action, o.notify])).toEqual([
      ['alice@localhost', 'delivered', ['NEVER']],
      ['bob@localhost', 'delivered', ['NEVER']],
      ['list@localhost', 'expanded', undefined],
    ]);
  });

  it('does nothing for sendmail -bv but say what it would do', async () => {
    const kit = openKit({ aliases: 'list alice, y@outside.example\n' });
    const result = await kit.deliver('list@localhost', { verify: true });
    expect(brief(result)).toEqual([
      'alice@localhost deliverable 2.0.0 delivers to mailbox',
      'y@outside.example deliverable 2.0.0 forwards to y@outside.example',
    ]);
    expect(result.mailboxDeliveries).toEqual([]);
    expect(result.forwards).toEqual([]);
  });

  it('ends for every graph of aliases, and puts a message into a mailbox at most once', async () => {
    const names = ['alice', 'bob', 'carol', 'a', 'b', 'c', 'd', 'owner-a', 'nobody'];
    const member = fc.constantFrom(...names, 'x@outside.example', '"|/bin/true"', '/dev/null');
    const graph = fc.dictionary(fc.constantFrom(...names), fc.array(member, { minLength: 1, maxLength: 4 }));
    const table = new Map<string, string>();
    const kit = openKit({ table });
    await fc.assert(
      fc.asyncProperty(graph, fc.constantFrom(...names), async (aliases, start) => {
        table.clear();
        for (const [name, to] of Object.entries(aliases)) table.set(name, to.join(', '));
        const plan = await kit.plan(`${start}@localhost`);
        const users = plan.actions.flatMap((a) => (a.kind === 'mailbox' ? [a.mailbox] : []));
        expect(new Set(users).size).toBe(users.length);
        expect(plan.actions.length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });
});
