/** For tests: a whole smtpd on real sockets with the real configuration, tables and resolver, and a store in memory. */
import { connect, type Socket } from 'node:net';
import type { Submission } from '../mail/message.ts';
import { makeQueueId } from '../mail/queue-id.ts';
import type { Refusal } from '../mail/refusal.ts';
import type { Clock } from '../util/clock.ts';
import type { LogFactory } from '../util/log.ts';
import { createSmtpd, type SmtpdDependencies, type SmtpdIntake } from './smtpd.ts';
import { createTestWorld, type TestWorldOptions } from './world.test-support.ts';

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
  open(options?: {
    readonly from?: string;
    readonly port?: number;
    readonly noGreeting?: boolean;
  }): Promise<Client>;
  /** Says the lines one by one and collects the replies; `{raw, replies}` sends bytes. */
  talk(...lines: readonly (string | Raw)[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

interface Raw {
  readonly raw: string | Buffer;
  readonly replies: number;
}

interface Client {
  readonly socket: Socket;
  write(data: string | Buffer): void;
  /** One reply, its lines joined by newlines; `{closed}` when the server hung up. */
  reply(): Promise<string>;
  say(line: string): Promise<string>;
  closed(): Promise<void>;
}

export async function startBench(
  options: TestWorldOptions & Partial<SmtpdDependencies> = {},
): Promise<Bench> {
  const world = createTestWorld(options);
  const { clock, log } = world;
  const submissions: Submission[] = [];
  const refusals: Refusal[] = [];
  const intake = createFakeIntake(clock, submissions);
  const smtpd = createSmtpd({
    flushSite: () => Promise.resolve('started'),
    world: () => world,
    intake,
    refuse: (refusal) => refusals.push(refusal),
    log: log.factory,
    clock,
    ...options,
  });
  const [listener, second] = await smtpd.listen(world.config.services);
  if (listener === undefined) throw new Error('nothing listens');
  const { port, host } = listener;

  async function open(how: { from?: string; port?: number; noGreeting?: boolean } = {}): Promise<Client> {
    const client = await openClient(host, how.port ?? port, how.from);
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
    directory: world.directory,
    answerWith: (result) => {
      intake.answer = result;
    },
    open,
    talk: async (...lines) => talk(await open(), lines),
    async close() {
      await smtpd.close(0);
      world.remove();
    },
  };
}

interface FakeIntake extends SmtpdIntake {
  answer: Awaited<ReturnType<SmtpdIntake['submit']>>;
}

function createFakeIntake(clock: Clock, submissions: Submission[]): FakeIntake {
  let number = 0;
  return {
    answer: { kind: 'queued' },
    allocate() {
      const arrivedAt = clock.now();
      return { messageId: ++number, arrivedAt, queueId: makeQueueId(arrivedAt, number, false) };
    },
    submit(submission) {
      submissions.push(submission);
      return Promise.resolve(this.answer);
    },
  };
}

async function talk(client: Client, lines: readonly (string | Raw)[]): Promise<readonly string[]> {
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
