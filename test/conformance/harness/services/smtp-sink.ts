/**
 * An SMTP or LMTP sink. spec: banner, hostname, ehlo (keywords), starttls, cert (sink | untrusted), lmtp,
 * replies { MAIL|RCPT|DATA|EOD|EHLO|HELO|STARTTLS|QUIT|CONNECT|...: text | [one per occurrence] | [{ match, reply }] },
 * perRecipient [{ match, reply }] (after the dot), drop (hang up at that command), forwardTo (content filter: hand it on to that port), addHeader.
 */
import { readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import tls from 'node:tls';
import { promisify } from 'node:util';
import type { ServiceSpec } from '../types.ts';
import { listen, readLines, type HelperService, type ServiceEnvironment } from './service.ts';

/** A third of a second. */
const FAREWELL_TRIES = 16;

interface Match {
  readonly match: string;
  readonly reply: string;
}

interface SinkSpec extends ServiceSpec {
  readonly host?: string;
  readonly banner?: string;
  readonly hostname?: string;
  readonly ehlo?: readonly string[];
  readonly starttls?: boolean;
  readonly cert?: string;
  readonly lmtp?: boolean;
  readonly replies?: Readonly<Record<string, string | readonly string[] | readonly Match[]>>;
  readonly perRecipient?: readonly Match[];
  readonly drop?: string;
  readonly forwardTo?: string | number;
  readonly addHeader?: string;
}

interface Envelope {
  mail: string | null;
  rcpt: string[];
}

interface SessionRecord {
  readonly commands: string[];
  messages?: (Envelope & { readonly lines: readonly string[] })[];
  tls?: string | null;
  tlsError?: string;
}

const angle = (text: string) => text.replace(/^[^<]*(<[^>]*>).*$/, '$1');

/** A minimal SMTP client, for a sink that plays the content filter. */
function forward(port: number, envelope: Envelope, lines: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    const commands = [
      'EHLO filter.test',
      `MAIL FROM:${angle(envelope.mail ?? '')}`,
      ...envelope.rcpt.map((recipient) => `RCPT TO:${angle(recipient)}`),
      'DATA',
    ];
    let step = 0;
    readLines(socket, (line) => {
      if (/^\d{3}-/.test(line)) return;
      if (!/^[23]/.test(line)) {
        socket.end();
        resolve(line);
      } else if (step < commands.length) socket.write(`${commands[step] ?? ''}\r\n`);
      else if (step === commands.length) {
        const text = lines.map((l) => (l.startsWith('.') ? `.${l}` : l)).join('\r\n');
        socket.write(Buffer.from(`${text}\r\n.\r\n`, 'latin1'));
      } else {
        socket.end('QUIT\r\n');
        resolve('250 2.0.0 Ok: filtered');
      }
      step++;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(`451 4.3.0 filter cannot reinject: ${String(error.code)}`);
    });
  });
}

export function createSmtpSink(service: ServiceSpec, environment: ServiceEnvironment): HelperService {
  const spec = service as SinkSpec;
  const sessions: SessionRecord[] = [];
  const asked: Record<string, number> = {};

  function pick(verb: string, line: string): string | undefined {
    const replies = spec.replies?.[verb];
    if (replies === undefined || typeof replies === 'string') return replies;
    if (typeof replies[0] === 'string') {
      const count = (asked[verb] = (asked[verb] ?? 0) + 1);
      return replies[Math.min(count, replies.length) - 1] as string;
    }
    return (replies as readonly Match[]).find(({ match }) => line.includes(match))?.reply;
  }

  function hello(verb: string): string[] {
    const defaults = ['PIPELINING', 'SIZE 10240000', '8BITMIME', 'DSN', 'ENHANCEDSTATUSCODES'];
    return [spec.hostname ?? 'sink.test', ...(verb === 'HELO' ? [] : (spec.ehlo ?? defaults))];
  }

  function session(socket: net.Socket): void {
    const record: SessionRecord = { commands: [] };
    sessions.push(record);
    let current: net.Socket = socket;
    let envelope: Envelope = { mail: null, rcpt: [] };
    let lines: string[] | undefined;
    const say = (reply: string | readonly string[]) => {
      for (const line of [reply].flat()) current.write(`${line}\r\n`);
    };

    async function endOfData(content: readonly string[]): Promise<void> {
      (record.messages ??= []).push({ ...envelope, lines: content });
      let reply = pick('EOD', '') ?? '250 2.0.0 Ok: sink has it';
      if (spec.forwardTo !== undefined && reply.startsWith('2')) {
        const port = environment.ports[String(spec.forwardTo)] ?? Number(spec.forwardTo);
        reply = await forward(
          port,
          envelope,
          spec.addHeader === undefined ? content : [spec.addHeader, ...content],
        );
      }
      // LMTP answers once for each accepted recipient (RFC 2033 section 4.2).
      const one = (recipient: string) =>
        spec.perRecipient?.find(({ match }) => recipient.includes(match))?.reply ?? reply;
      say(spec.lmtp === true ? envelope.rcpt.map(one) : reply);
      envelope = { mail: null, rcpt: [] };
    }

    function upgrade(line: string): void {
      const reply =
        pick('STARTTLS', line) ??
        (spec.starttls === true ? '220 2.0.0 Ready to start TLS' : '502 5.5.1 not here');
      say(reply);
      if (!reply.startsWith('220')) return;
      const certificate = path.join(environment.certs, spec.cert ?? 'sink');
      current.removeAllListeners('data');
      current.setEncoding();
      const secure = new tls.TLSSocket(current, {
        isServer: true,
        key: readFileSync(`${certificate}.key`),
        cert: readFileSync(`${certificate}.pem`),
      });
      secure.on('secure', () => {
        record.tls = secure.getProtocol();
      });
      secure.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE')
          record.tlsError = error.code ?? error.message;
      });
      current = secure;
      readLines(secure, enqueue);
    }

    function envelopeCommand(verb: string, line: string): void {
      const dataReply = envelope.rcpt.length > 0 ? '354 go' : '554 5.5.1 no valid recipients';
      const defaults: Record<string, string> = {
        MAIL: '250 2.1.0 Ok',
        RCPT: '250 2.1.5 Ok',
        DATA: dataReply,
        RSET: '250 2.0.0 Ok',
      };
      const reply = pick(verb, line) ?? defaults[verb] ?? '';
      if (verb === 'MAIL' && reply.startsWith('2')) envelope.mail = line.slice(10);
      if (verb === 'RCPT' && reply.startsWith('2')) envelope.rcpt.push(line.slice(8));
      if (verb === 'DATA' && reply.startsWith('354')) lines = [];
      if (verb === 'RSET') envelope = { mail: null, rcpt: [] };
      say(reply);
    }

    function sessionCommand(verb: string, line: string): void {
      const fixed: Record<string, string> = {
        NOOP: '250 2.0.0 Ok',
        XFORWARD: '250 2.0.0 Ok',
        XCLIENT: '250 2.0.0 Ok',
        AUTH: '235 2.7.0 Authentication successful',
        QUIT: '221 2.0.0 Bye',
      };
      say(pick(verb, line) ?? fixed[verb] ?? '502 5.5.2 what');
      if (verb === 'QUIT') current.end();
    }

    async function handle(line: string): Promise<void> {
      if (lines !== undefined) {
        if (line !== '.') {
          lines.push(line.startsWith('.') ? line.slice(1) : line);
          return;
        }
        const content = lines;
        lines = undefined;
        await endOfData(content);
        return;
      }
      record.commands.push(line);
      const verb = (line.split(/[ :]/)[0] ?? '').toUpperCase();
      if (spec.drop === verb) current.destroy();
      else if (['LHLO', 'EHLO', 'HELO'].includes(verb)) {
        const keywords = [
          ...hello(verb),
          ...(spec.starttls === true && record.tls === undefined ? ['STARTTLS'] : []),
        ];
        say(pick(verb, line) ?? keywords.map((k, i) => `250${i === keywords.length - 1 ? ' ' : '-'}${k}`));
      } else if (verb === 'STARTTLS') upgrade(line);
      else if (['MAIL', 'RCPT', 'DATA', 'RSET'].includes(verb)) envelopeCommand(verb, line);
      else sessionCommand(verb, line);
    }

    // Lines stay in order although a handler may wait.
    let chain = Promise.resolve();
    const enqueue = (line: string) => {
      chain = chain.then(() => handle(line));
    };
    readLines(current, enqueue);
    say(pick('CONNECT', '') ?? spec.banner ?? '220 sink.test ESMTP');
  }

  const server = net.createServer(session);
  const countConnections = promisify(server.getConnections.bind(server));

  /** The queue is empty before the last QUIT is read; who keeps a connection open for later is not waited for. */
  async function farewells(): Promise<void> {
    for (let tries = 0; tries < FAREWELL_TRIES && (await countConnections()) > 0; tries++) await delay(20);
  }
  return {
    start: () => listen(server, { port: environment.ports[spec.name ?? ''], host: spec.host }),
    stop: () => server.close(),
    async transcript() {
      await farewells();
      return sessions;
    },
  };
}
