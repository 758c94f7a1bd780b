/** For tests: an SMTP or LMTP server on a free port of loopback that says what it is told to. */
import { once } from 'node:events';
import net from 'node:net';

/** What a command is answered with: reply lines, or DROP (hangs up) or SILENCE (says nothing). */
type Answer = string;
export const DROP = 'drop';
export const SILENCE = 'silence';
type Answers = Answer | ((line: string) => Answer | undefined);

export interface ServerScript {
  readonly greeting?: Answer;
  /** Keywords behind the host name. */
  readonly ehlo?: readonly string[];
  /** By verb; `EOD` is the final dot. */
  readonly replies?: Readonly<Record<string, Answers>>;
  /** LMTP: one answer for each accepted recipient after the dot. */
  readonly perRecipient?: (recipient: string) => string;
  /** A Unix socket in place of a port. */
  readonly path?: string;
}

export interface ServerSession {
  readonly commands: string[];
  /** The content of each message, LF line ends, dots as sent. */
  readonly contents: string[];
}

export interface TestServer {
  /** `[127.0.0.1]:PORT` */
  readonly nexthop: string;
  readonly port: number;
  readonly sessions: readonly ServerSession[];
  close(): Promise<void>;
}

const KEYWORDS = ['PIPELINING', 'SIZE 10000000', '8BITMIME', 'DSN', 'ENHANCEDSTATUSCODES'];
const DEFAULTS: Readonly<Record<string, Answer>> = {
  HELO: '250 server.test',
  MAIL: '250 2.1.0 Ok',
  RCPT: '250 2.1.5 Ok',
  DATA: '354 go',
  RSET: '250 2.0.0 Ok',
  XFORWARD: '250 2.0.0 Ok',
  QUIT: '221 2.0.0 Bye',
};

function greetingOf(keywords: readonly string[]): string {
  const lines = ['server.test', ...keywords];
  return lines.map((word, i) => `250${i === lines.length - 1 ? ' ' : '-'}${word}`).join('\r\n');
}

export async function startServer(script: ServerScript = {}): Promise<TestServer> {
  const sessions: ServerSession[] = [];
  const sockets = new Set<net.Socket>();

  function answerTo(verb: string, line: string): Answer {
    const given = script.replies?.[verb];
    const answer = typeof given === 'function' ? given(line) : given;
    if (answer !== undefined) return answer;
    if (verb === 'EHLO' || verb === 'LHLO') return greetingOf(script.ehlo ?? KEYWORDS);
    return DEFAULTS[verb] ?? '502 5.5.2 what';
  }

  const server = net.createServer((socket) => {
    const session: ServerSession = { commands: [], contents: [] };
    sessions.push(session);
    sockets.add(socket);
    let content: string[] | undefined;
    let accepted: string[] = [];
    let received = '';

    function say(answer: Answer): void {
      if (answer === DROP) socket.destroy();
      else if (answer !== SILENCE && !socket.destroyed) socket.write(`${answer}\r\n`);
    }

    function endOfData(lines: readonly string[]): void {
      session.contents.push(lines.map((line) => `${line}\n`).join(''));
      const { perRecipient } = script;
      if (perRecipient === undefined)
        say(script.replies?.['EOD'] === undefined ? '250 2.0.0 Ok' : answerTo('EOD', '.'));
      else for (const recipient of accepted) say(perRecipient(recipient));
      accepted = [];
    }

    function command(line: string): void {
      session.commands.push(line);
      const verb = (line.split(/[ :]/)[0] ?? '').toUpperCase();
      const answer = answerTo(verb, line);
      if (verb === 'RCPT' && answer.startsWith('2')) accepted.push(line);
      if (verb === 'DATA' && answer.startsWith('354')) content = [];
      say(answer);
      if (verb === 'QUIT' && answer !== SILENCE) socket.end();
    }

    function take(line: string): void {
      if (content === undefined) command(line);
      else if (line !== '.') content.push(line);
      else {
        const lines = content;
        content = undefined;
        endOfData(lines);
      }
    }

    socket.setEncoding('latin1');
    socket.on('error', () => undefined);
    socket.on('data', (chunk: string) => {
      received += chunk;
      for (let end = received.indexOf('\r\n'); end >= 0; end = received.indexOf('\r\n')) {
        const line = received.slice(0, end);
        received = received.slice(end + 2);
        take(line);
      }
    });
    say(script.greeting ?? '220 server.test ESMTP');
  });
  server.listen(script.path ?? { host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    nexthop: `[127.0.0.1]:${port}`,
    port,
    sessions,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = await startServer();
  await server.close();
  return server.port;
}
