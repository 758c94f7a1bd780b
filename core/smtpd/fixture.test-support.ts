/** For tests: a whole smtpd on real sockets with the real configuration, tables and resolver, and a store in memory. */
import { connect, type Socket } from 'node:net';
import { createResolver } from '../address/resolve.ts';
import { createRewriter } from '../address/rewrite.ts';
import { loadConfig } from '../config/load.ts';
import type { Submission } from '../mail/message.ts';
import { makeQueueId } from '../mail/queue-id.ts';
import type { Refusal } from '../mail/refusal.ts';
import type { CompiledTables } from '../store/store.ts';
import {
  createConfigFolder,
  createFakeUsers,
  createMemoryTables,
  createRecordedLog,
} from '../tables/fakes.ts';
import { createTables } from '../tables/tables.ts';
import { createClock } from '../util/clock.ts';
import type { LogFactory } from '../util/log.ts';
import { createSmtpd, type SmtpdDependencies, type SmtpdIntake, type SmtpdWorld } from './smtpd.ts';

/** The first six lines of a machine that only talks to itself. */
export const LOCAL_MAIN_CF = [
  'compatibility_level = 3.6',
  'myhostname = localhost',
  'mydomain = localdomain',
  'mydestination = $myhostname, localhost.$mydomain, localhost',
  'inet_interfaces = $myhostname, localhost',
  'mynetworks_style = host',
  'default_transport = error: outside mail is not deliverable',
  'alias_maps =',
  'local_recipient_maps = unix:passwd.byname $alias_maps',
];

export interface Bench {
  readonly port: number;
  /** Of the second service in master.cf; 0 without. */
  readonly secondPort: number;
  readonly logFactory: LogFactory;
  readonly log: readonly string[];
  readonly submissions: readonly Submission[];
  readonly refusals: readonly Refusal[];
  readonly directory: string;
  /** What the intake answers from now on. */
  answerWith(result: Awaited<ReturnType<SmtpdIntake['submit']>>): void;
  open(options?: { readonly from?: string; readonly noGreeting?: boolean }): Promise<Client>;
  /** Says the lines one by one and collects the replies; `{raw, replies}` sends bytes. */
  talk(...lines: readonly (string | Raw)[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface Raw {
  readonly raw: string | Buffer;
  readonly replies: number;
}

export interface Client {
  readonly socket: Socket;
  write(data: string | Buffer): void;
  /** One reply, its lines joined by newlines; `{closed}` when the server hung up. */
  reply(): Promise<string>;
  say(line: string): Promise<string>;
  closed(): Promise<void>;
}

export async function startBench(
  options: {
    readonly main?: readonly string[];
    readonly master?: string;
    readonly files?: Readonly<Record<string, string>>;
    readonly users?: readonly string[];
    readonly compiled?: CompiledTables;
  } & Partial<SmtpdDependencies> = {},
): Promise<Bench> {
  const given = options.main ?? [];
  const names = new Set(given.map((line) => line.split('=', 1)[0]?.trim()));
  const base = LOCAL_MAIN_CF.filter((line) => !names.has(line.split('=', 1)[0]?.trim()));
  const folder = createConfigFolder(`${[...base, ...given].join('\n')}\n`, {
    'master.cf': options.master ?? '127.0.0.1:0 inet n - n - - smtpd\n',
    ...options.files,
  });
  const clock = options.clock ?? createClock();
  const log = createRecordedLog();
  const config = loadConfig(folder.directory);
  const users = createFakeUsers(options.users ?? ['alice', 'bob', 'carol', 'root']);
  const tables = createTables({
    config,
    compiled: options.compiled ?? createMemoryTables(),
    users,
    log: log.factory,
    clock,
  });
  const rewriter = createRewriter(config);
  const resolver = createResolver({ config, tables, log: log.factory, rewriter });
  const world: SmtpdWorld = { config, tables, rewriter, resolver };
  const submissions: Submission[] = [];
  const refusals: Refusal[] = [];
  let answer: Awaited<ReturnType<SmtpdIntake['submit']>> = { kind: 'queued' };
  let number = 0;
  const smtpd = createSmtpd({
    world: () => world,
    intake: {
      allocate() {
        const arrivedAt = clock.now();
        return { messageId: ++number, arrivedAt, queueId: makeQueueId(arrivedAt, number, false) };
      },
      submit(submission) {
        submissions.push(submission);
        return Promise.resolve(answer);
      },
    },
    refuse: (refusal) => refusals.push(refusal),
    log: log.factory,
    clock,
    ...options,
  });
  const [listener, second] = await smtpd.listen(config.services);
  if (listener === undefined) throw new Error('nothing listens');
  const { port, host } = listener;

  async function open(how: { from?: string; noGreeting?: boolean } = {}): Promise<Client> {
    const client = await openClient(host, port, how.from);
    if (how.noGreeting !== true) await client.reply();
    return client;
  }

  return {
    port,
    secondPort: second?.port ?? 0,
    logFactory: log.factory,
    log: log.lines,
    submissions,
    refusals,
    directory: folder.directory,
    answerWith(result) {
      answer = result;
    },
    open,
    async talk(...lines) {
      const client = await open();
      const replies: string[] = [];
      for (const line of lines) {
        if (typeof line === 'string') {
          replies.push(await client.say(line));
          continue;
        }
        client.write(line.raw);
        for (let i = 0; i < line.replies; i++) replies.push(await client.reply());
      }
      client.socket.destroy();
      await client.closed();
      return replies;
    },
    async close() {
      await smtpd.close(0);
      tables.close();
      folder.remove();
    },
  };
}

function openClient(host: string, port: number, from?: string): Promise<Client> {
  const socket = connect({ host, port, ...(from === undefined ? {} : { localAddress: from }) });
  let received = '';
  let isClosed = false;
  let wake = () => {
    // Nobody waits yet.
  };
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    received += text;
    wake();
  });
  const end = () => {
    isClosed = true;
    wake();
  };
  socket.on('end', end).on('close', end).on('error', end);
  const more = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });

  async function reply(): Promise<string> {
    const lines: string[] = [];
    for (;;) {
      const newline = received.indexOf('\r\n');
      if (newline >= 0) {
        const line = received.slice(0, newline);
        received = received.slice(newline + 2);
        lines.push(line);
        if (line[3] !== '-') return lines.join('\n');
      } else if (isClosed) {
        return [...lines, '{closed}'].join('\n');
      } else {
        await more();
      }
    }
  }

  const client: Client = {
    socket,
    write: (data) => void socket.write(data),
    reply,
    say(line) {
      socket.write(`${line}\r\n`);
      return reply();
    },
    async closed() {
      while (!isClosed) await more();
    },
  };
  return new Promise((resolve, reject) => {
    socket.once('connect', () => {
      resolve(client);
    });
    socket.once('error', reject);
  });
}
