import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createResolver } from '../../address/resolve.ts';
import { createRewriter } from '../../address/rewrite.ts';
import { loadConfig } from '../../config/load.ts';
import type { AgentResult, QueuedMessage } from '../../mail/message.ts';
import { makeQueueId } from '../../mail/queue-id.ts';
import type { CompiledTables, UserStore } from '../../store/store.ts';
import { createTables } from '../../tables/tables.ts';
import type { Clock } from '../../util/clock.ts';
import { createLocalhostDns } from '../../dns/table-dns.ts';
import type { LogFactory } from '../../util/log.ts';
import { createAgents } from '../agents.ts';

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);
const NO_TABLES: CompiledTables = {
  open: () => undefined,
  replace: () => Promise.reject(new Error('not here')),
  version: () => 0,
};
const USERS: UserStore = {
  list: () => [],
  find: (name) => (name === 'sandboxer' ? { name, home: '/' } : undefined),
  add: () => Promise.reject(new Error('not here')),
  remove: () => Promise.resolve(false),
};
const TEXT = 'Subject: x\n\nhello\n.dot\nFrom me\n';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Asked {
  readonly verify?: boolean;
  readonly sender?: string;
  readonly addresses?: readonly string[];
  readonly header?: string;
}

/** A transport `p` with these attributes. */
function openKit(attributes: string, main = 'sandpost_allow_commands = yes\n') {
  const folder = mkdtempSync(path.join(tmpdir(), 'sandpost-pipe-'));
  folders.push(folder);
  mkdirSync(path.join(folder, 'out'));
  // where the tests are root's, commands run as another user
  chmodSync(folder, 0o755);
  chmodSync(path.join(folder, 'out'), 0o777);
  writeFileSync(
    path.join(folder, 'main.cf'),
    `compatibility_level = 3.6\nmyhostname = mail.test\nqueue_directory = /\n${main.replaceAll('{folder}', folder)}`,
  );
  const line = `p unix - n n - - pipe\n  ${attributes.replaceAll('{folder}', folder)}\n`;
  writeFileSync(path.join(folder, 'master.cf'), line);
  const log: string[] = [];
  const factory: LogFactory = (program) => {
    const say = (severity: string) => (text: string) => void log.push(`${program}: ${severity}${text}`);
    return { info: say(''), warning: say('warning: '), error: say('error: '), fatal: say('fatal: ') };
  };
  const clock: Clock = { now: () => NOW, schedule: () => () => undefined };
  const config = loadConfig(folder);
  const shared = { users: USERS, log: factory, clock };
  const tables = createTables({ ...shared, config, compiled: NO_TABLES });
  const rewriter = createRewriter(config);
  const agents = createAgents({
    ...shared,
    config,
    tables,
    rewriter,
    resolver: createResolver({ config, tables, log: factory, rewriter }),
    allocate: () => ({ messageId: 9, arrivedAt: NOW, queueId: makeQueueId(NOW, 9, false) }),
    dns: createLocalhostDns(),
  });
  return {
    folder,
    log,
    deliver({ verify = false, sender = 'a@b', addresses = ['x@p.test'], header = '' }: Asked = {}) {
      const message = {
        queueId: makeQueueId(NOW, 1, false),
        arrivedAt: NOW,
        sender,
        size: 100,
        queueSize: 100,
        client: null,
      };
      const agent = agents('p');
      if (agent === undefined) throw new Error('no agent');
      return agent.deliver({
        message: { ...message, verify } as unknown as QueuedMessage,
        recipients: addresses.map((address, index) => ({
          index,
          address,
          originalAddress: address,
          notify: [],
          orcpt: '',
          attempts: 0,
          reason: '',
        })),
        transport: 'p',
        nexthop: 'p.test',
        read: () => Promise.resolve(Buffer.from(TEXT)),
        readHeader: () => Promise.resolve(Buffer.from(header)),
        activeAt: NOW,
      });
    },
  };
}

const brief = ({ outcomes }: AgentResult) => outcomes.map((o) => `${o.status} ${o.dsn} ${o.reason}`);
const sh = (script: string) => `user=sandboxer argv=/bin/sh -c {${script}}`;

describe.skipIf(process.platform === 'win32')('pipe(8) with real commands', () => {
  it.each([
    ['true', 'sent 2.0.0 delivered via p service'],
    ['echo some words', 'sent 2.0.0 delivered via p service (some words)'],
    ['exit 75', 'deferred 4.3.0 temporary failure'],
    ['echo who; exit 67', 'bounced 5.1.1 user unknown. Command output: who '],
    ['echo odd; exit 1', 'bounced 5.3.0 Command died with status 1: "/bin/sh". Command output: odd '],
    ['echo 4.2.2 full; exit 67', 'deferred 4.2.2 full '],
    ['echo 5.2.1 gone; exit 75', 'bounced 5.2.1 gone '],
    ['kill -9 $$$$', 'deferred 4.3.0 Command died with signal 9: "/bin/sh"'],
  ])('%s: %s', async (script, answer) => {
    expect(brief(await openKit(sh(script)).deliver())).toEqual([answer]);
  });

  it('kills a command and what it has started when its time is over', async () => {
    const kit = openKit(sh('sleep 60 | cat'), 'sandpost_allow_commands = yes\np_time_limit = 1s\n');
    expect(brief(await kit.deliver())).toEqual(['bounced 5.3.0 Command time limit exceeded: "/bin/sh"']);
  });

  it('gives the message with the lines and changes of its flags', async () => {
    const kit = openKit(`flags=BFDOR.> eol=\\r\\n ${sh('cat >{folder}/out/got')}`);
    await kit.deliver();
    expect(readFileSync(path.join(kit.folder, 'out/got'), 'utf8')).toBe(
      [
        'From a@b  Sun Nov 22 12:00:00 2026',
        'Return-Path: <a@b>',
        'X-Original-To: x@p.test',
        'Delivered-To: x@p.test',
        'Subject: x',
        '',
        'hello',
        '..dot',
        '>From me',
        '',
        '',
      ].join('\r\n'),
    );
  });

  it('has the environment that export_environment names, and nothing of its own', async () => {
    const kit = openKit(
      sh('env | grep -Ev "^(PWD|SHLVL|_|OLDPWD)=" >{folder}/out/env'),
      'sandpost_allow_commands = yes\nexport_environment = COLOUR=blue NOSUCHNAME\n',
    );
    await kit.deliver();
    const lines = readFileSync(path.join(kit.folder, 'out/env'), 'utf8').trim().split('\n').sort();
    expect(lines).toEqual(['COLOUR=blue', `MAIL_CONFIG=${kit.folder}`, 'PATH=/usr/bin:/bin']);
  });

  it('runs in its directory, or waits where there is none', async () => {
    expect(brief(await openKit(`directory=/usr ${sh('pwd')}`).deliver())).toEqual([
      'sent 2.0.0 delivered via p service (/usr)',
    ]);
    const kit = openKit(`directory=/no/where ${sh('pwd')}`);
    expect(brief(await kit.deliver())).toEqual(['deferred 4.3.0 temporary failure']);
    expect(kit.log[0]).toMatch(/^pipe: fatal: cannot change directory to "\/no\/where"/);
  });

  it('says so when there is no such program', async () => {
    expect(brief(await openKit('user=sandboxer argv=/no/such').deliver())).toEqual([
      'deferred 4.3.0 temporary failure. Command output: ' +
        'pipe: fatal: pipe_command: execvp /no/such: No such file or directory ',
    ]);
  });

  it('puts other words in place of a status', async () => {
    const filter = 'pipe_delivery_status_filter = static:{4.9.9 not yet}\n';
    const kit = openKit(sh('exit 67'), `sandpost_allow_commands = yes\n${filter}`);
    expect(brief(await kit.deliver())).toEqual(['deferred 4.9.9 not yet']);
  });
});

describe('pipe(8) without running anything', () => {
  it('refuses commands unless the sandbox allows them', async () => {
    expect(brief(await openKit(sh('true'), '').deliver())).toEqual([
      'bounced 5.7.1 this sandbox runs no commands (sandpost_allow_commands = no): /bin/sh',
    ]);
  });

  it('says what it would do, and checks that first', async () => {
    expect(brief(await openKit(sh('true'), '').deliver({ verify: true }))).toEqual([
      'deliverable 2.0.0 delivers to command: /bin/sh',
    ]);
    expect(brief(await openKit(`size=99 ${sh('true')}`).deliver({ verify: true }))).toEqual([
      'undeliverable 5.2.3 message too large',
    ]);
  });

  it('does not put a Delivered-To of one recipient before the mail of several', async () => {
    const kit = openKit(`flags=D ${sh('true')}`);
    const answer = 'deferred 4.3.5 mail system configuration error';
    expect(brief(await kit.deliver({ addresses: ['x@p.test', 'y@p.test'] }))).toEqual([answer, answer]);
    expect(kit.log[0]).toBe("pipe: warning: pipe flag `D' requires p_destination_recipient_limit = 1");
  });

  it('notices a loop', async () => {
    const kit = openKit(`flags=D ${sh('true')}`);
    expect(brief(await kit.deliver({ header: 'Delivered-To: X@p.test\n' }))).toEqual([
      'bounced 5.4.6 mail forwarding loop for x@p.test',
    ]);
  });

  it('waits rather than run in another root', async () => {
    expect(brief(await openKit(`chroot=/jail ${sh('true')}`).deliver())).toEqual([
      'deferred 4.3.5 this sandbox runs no command in another root (chroot=/jail)',
    ]);
  });

  const FATAL: readonly (readonly [attributes: string, text: string])[] = [
    ['user=nobody-of-this-name argv=/bin/true', 'get_service_attr: unknown username: nobody-of-this-name'],
    ['argv=/bin/true', 'missing user= command-line attribute'],
    ['user=sandboxer', 'missing argv= command-line attribute'],
    ['user=sandboxer colour=blue argv=/bin/true', 'unknown attribute name: colour=blue'],
    ['user=sandboxer flags=DZ argv=/bin/true', 'unknown flag: Z (ignored)'],
    ['user=sandboxer size=1k argv=/bin/true', 'get_service_attr: bad size= value: 1k'],
    ['user=root argv=/bin/true', 'user= command-line attribute specifies root privileges'],
  ];
  it.each(FATAL)('dies of %s', async (attributes, text) => {
    const kit = openKit(attributes);
    const result = await kit.deliver();
    expect(brief(result)).toEqual(['deferred 4.3.0 ']);
    expect(result.hasDied).toBe(true);
    expect(result.journey.map(({ what }) => what)).toEqual([`fatal: ${text}`]);
    expect(kit.log).toEqual([`pipe: fatal: ${text}`]);
  });
});
