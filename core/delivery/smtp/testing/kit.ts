/** For tests: smtp(8) or lmtp(8) with a configuration in a folder of its own, and servers to talk to. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createResolver } from '../../../address/resolve.ts';
import { createRewriter } from '../../../address/rewrite.ts';
import { loadConfig } from '../../../config/load.ts';
import type { AgentResult, DeliveryRequest, QueuedMessage, QueuedRecipient } from '../../../mail/message.ts';
import { makeQueueId } from '../../../mail/queue-id.ts';
import { createMemoryTables, createRecordedLog } from '../../../tables/fakes.ts';
import { createTables } from '../../../tables/tables.ts';
import { createClock } from '../../../util/clock.ts';
import { createLocalhostDns } from '../../../dns/table-dns.ts';
import type { Dns } from '../../../util/dns.ts';
import type { AgentDependencies } from '../../delivery.ts';
import { createLmtp, createSmtp } from '../smtp.ts';
import { startServer, type ServerScript, type TestServer } from './server.ts';

const MAIN = `compatibility_level = 3.6
myhostname = mail.example.test
inet_interfaces = loopback-only
`;
const HEADER = 'From: alice@example.test\nTo: x@remote.test\nSubject: hi\n';

export interface Asked {
  readonly to?: readonly string[];
  readonly from?: string;
  /** Header and body, LF line ends, as a byte string. */
  readonly content?: string;
  readonly message?: Partial<QueuedMessage>;
  readonly recipient?: Partial<QueuedRecipient>;
  readonly connections?: DeliveryRequest['connections'];
}

export interface SmtpKit {
  readonly folder: string;
  readonly log: readonly string[];
  readonly skip: (milliseconds: number) => void;
  /** What the skipped time made due has happened. */
  untilDue(): Promise<void>;
  serve(script?: ServerScript): Promise<TestServer>;
  /** Delivers, and answers `address status dsn reason` for each recipient. */
  deliver(nexthop: string, asked?: Asked): Promise<readonly string[]>;
  request(nexthop: string, asked?: Asked): Promise<AgentResult>;
  close(): Promise<void>;
}

export interface KitOptions {
  readonly main?: string;
  readonly mode?: 'smtp' | 'lmtp';
  readonly dns?: Partial<Dns>;
}

export function openSmtpKit({ main = '', mode = 'smtp', dns }: KitOptions = {}): SmtpKit {
  const folder = mkdtempSync(path.join(tmpdir(), 'sandpost-smtp-'));
  writeFileSync(path.join(folder, 'main.cf'), `${MAIN}queue_directory = ${folder}\n${main}`);
  writeFileSync(path.join(folder, 'master.cf'), `${mode} unix - - n - - ${mode}\n`);
  const clock = createClock();
  const { factory: log, lines } = createRecordedLog();
  const config = loadConfig(folder);
  const users: AgentDependencies['users'] = {
    list: () => [],
    find: () => undefined,
    add: () => Promise.reject(new Error('not here')),
    remove: () => Promise.resolve(false),
  };
  const tables = createTables({ config, compiled: createMemoryTables(), users, log, clock });
  const rewriter = createRewriter(config);
  let number = 1;
  const allocate = () => {
    number += 1;
    return { messageId: number, arrivedAt: clock.now(), queueId: makeQueueId(clock.now(), number, false) };
  };
  const create = mode === 'smtp' ? createSmtp : createLmtp;
  const agent = create(mode, {
    config,
    tables,
    users,
    rewriter,
    resolver: createResolver({ config, tables, log, rewriter }),
    log,
    clock,
    dns: { ...createLocalhostDns(), ...dns },
    random: () => 0,
    allocate,
    agentOf: () => undefined,
  });
  const servers: TestServer[] = [];

  function requestOf(nexthop: string, asked: Asked): DeliveryRequest {
    const content = Buffer.from(asked.content ?? `${HEADER}\nHello.\n`, 'latin1');
    const headerEnd = content.indexOf('\n\n') + 1;
    const message = {
      ...allocate(),
      sender: asked.from ?? 'alice@example.test',
      size: content.length,
      queueSize: content.length,
      wantsReport: false,
      verp: '',
      origin: 'smtpd',
      client: null,
      ret: '',
      envid: '',
      smtputf8: false,
      encoding: '',
      verify: false,
      ...asked.message,
    } as unknown as QueuedMessage;
    return {
      message,
      recipients: (asked.to ?? ['x@remote.test']).map((address, index) => ({
        index,
        address,
        originalAddress: address,
        orcpt: `rfc822;${address}`,
        notify: [],
        attempts: 0,
        reason: '',
        ...asked.recipient,
      })),
      transport: mode,
      nexthop,
      read: () => Promise.resolve(content),
      readHeader: () => Promise.resolve(content.subarray(0, headerEnd)),
      activeAt: clock.now(),
      ...(asked.connections === undefined ? {} : { connections: asked.connections }),
    };
  }

  const request = (nexthop: string, asked: Asked = {}) => agent.deliver(requestOf(nexthop, asked));
  return {
    folder,
    log: lines,
    skip: (milliseconds) => {
      clock.skip(milliseconds);
    },
    untilDue: () =>
      new Promise((resolve) => {
        clock.schedule(clock.now(), resolve);
      }),
    async serve(script) {
      const server = await startServer(script);
      servers.push(server);
      return server;
    },
    request,
    async deliver(nexthop, asked) {
      const { outcomes } = await request(nexthop, asked);
      return outcomes.map(({ address, status, dsn, reason }) => `${address} ${status} ${dsn} ${reason}`);
    },
    async close() {
      await Promise.all(servers.map((server) => server.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
