/** A cleanup on a configuration of a few lines, for tests: real configuration, tables and addresses; fake clock and log. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createResolver } from '../../address/resolve.ts';
import { createRewriter } from '../../address/rewrite.ts';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/config.ts';
import type { ClientIdentity, NewMessage, Submission } from '../../mail/message.ts';
import type { QueueId } from '../../mail/queue-id.ts';
import type { CompiledTables } from '../../store/store.ts';
import { createTables } from '../../tables/tables.ts';
import type { Clock } from '../../util/clock.ts';
import type { LogFactory } from '../../util/log.ts';
import { createCleanup } from '../cleanup.ts';
import type { CleanupOutcome } from '../outcome.ts';

export const NOW = Date.UTC(2026, 10, 22, 21, 0, 0);
const clock: Clock = { now: () => NOW, schedule: () => () => undefined };
export const QUEUE_ID = '4F2A1000C1' as QueueId;
/** How `NOW` stands in headers. */
export const DATE = 'Sun, 22 Nov 2026 21:00:00 +0000 (UTC)';

const BASE = [
  'compatibility_level = 3.6',
  'myhostname = localhost',
  'mydomain = localdomain',
  'mydestination = $myhostname, localhost.$mydomain, localhost',
  'inet_interfaces = loopback-only',
  'mynetworks_style = host',
];

const noTables: CompiledTables = {
  open: () => undefined,
  replace: () => Promise.resolve(),
  version: () => 0,
};

const CLIENT: ClientIdentity = {
  name: 'localhost',
  address: '127.0.0.1',
  port: 4025,
  helo: 'client.test',
  protocol: 'ESMTP',
  saslMethod: '',
  saslUsername: '',
  service: 'smtp',
};

export interface Kitchen {
  readonly config: Config;
  readonly directory: string;
  readonly lines: string[];
  /** Prepares a message that differs from the usual one in these respects. */
  readonly prepare: (
    changes: Omit<Partial<Submission>, 'raw'> & { readonly raw?: string | Uint8Array },
  ) => Promise<CleanupOutcome>;
}

/** @param files tables beside main.cf; `DIR` in values stands for their folder */
export function kitchen(main: readonly string[] = [], files: Readonly<Record<string, string>> = {}): Kitchen {
  process.env.TZ = 'UTC';
  const directory = mkdtempSync(join(tmpdir(), 'cleanup-'));
  const names = new Set(main.map((line) => line.split(/\s*=/)[0]));
  const base = BASE.filter((line) => !names.has(line.split(/\s*=/)[0] ?? ''));
  writeFileSync(
    join(directory, 'main.cf'),
    `${[...base, ...main].join('\n').replaceAll('DIR', directory)}\n`,
  );
  writeFileSync(join(directory, 'master.cf'), 'smtp inet n - n - - smtpd\n');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const lines: string[] = [];
  const say =
    (prefix: string) =>
    (text: string): void =>
      void lines.push((prefix + text).replaceAll(directory, 'DIR'));
  const log: LogFactory = () => ({
    info: say(''),
    warning: say('warning: '),
    error: say('error: '),
    fatal: say('fatal: '),
  });
  const config = loadConfig(directory);
  const users = { list: () => [], find: () => undefined };
  const tables = createTables({ config, compiled: noTables, users, log, clock });
  const rewriter = createRewriter(config);
  const resolver = createResolver({ config, tables, log, rewriter });
  const cleanup = createCleanup({ config, tables, rewriter, resolver, log, clock });
  return {
    config,
    directory,
    lines,
    async prepare(changes) {
      const { raw = 'Subject: test\r\n\r\nHello.\r\n', ...rest } = changes;
      return cleanup.prepare({ ...usual(rest), raw: typeof raw === 'string' ? Buffer.from(raw) : raw });
    },
  };
}

function usual(changes: Omit<Partial<Submission>, 'raw'>): Omit<Submission, 'raw'> {
  return {
    queueId: QUEUE_ID,
    messageId: 193,
    arrivedAt: NOW,
    origin: 'smtpd',
    client: CLIENT,
    sender: 'bob@localhost',
    recipients: [to('alice@localhost')],
    ret: '',
    envid: '',
    smtputf8: false,
    encoding: '',
    head: `Received: from client.test (localhost [127.0.0.1])\n\tby localhost (Postfix) with ESMTP id ${QUEUE_ID}\n\tfor <alice@localhost>; ${DATE}\n`,
    rewriteContext: 'local',
    skip: {},
    orders: {},
    journey: [],
    ...changes,
  };
}

export const to = (address: string): Submission['recipients'][number] => ({
  address,
  originalAddress: address,
  notify: [],
  orcpt: `rfc822;${address}`,
});

/** The message of an outcome that has one. */
export function queued(outcome: CleanupOutcome): NewMessage {
  if (outcome.kind !== 'queued') throw new Error(`not queued: ${JSON.stringify(outcome)}`);
  return outcome.message;
}

/** Header, empty line, body: as a mailbox will have it. */
export function delivered(message: NewMessage): string {
  const { header, body, raw, bodyOffset } = message.content;
  const text =
    body ?? Buffer.from(Buffer.from(raw).toString('latin1', bodyOffset).replaceAll('\r\n', '\n'), 'latin1');
  return `${Buffer.from(header).toString()}\n${Buffer.from(text).toString()}`;
}

/** The headers below the Received header. */
export function headersOf(message: NewMessage): readonly string[] {
  const header = Buffer.from(message.content.header).toString();
  const all = header.replace(/\n$/, '').split(/\n(?![ \t])/);
  return all.filter((line) => !line.startsWith('Received:'));
}
