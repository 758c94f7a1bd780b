/** A literal-minded SMTP client: sends exactly what the scenario says and records every line that comes back. */
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import tls from 'node:tls';
import type { Exchange, SendItem, SendObject, SmtpRecord, SmtpStep, TlsRecord } from './types.ts';

const REPLY_TIMEOUT_MS = 15_000;
/** How long to look whether the server hangs up by itself after the last exchange; longer when it said that it will. */
const HANG_UP_GRACE_MS = 60;
const GOODBYE_GRACE_MS = 2_000;

class Connection {
  #socket: net.Socket;
  #buffer = '';
  #waiting: (() => void)[] = [];
  isClosed = false;

  constructor(socket: net.Socket) {
    this.#socket = socket;
    this.#attach(socket);
  }

  #attach(socket: net.Socket): void {
    this.#socket = socket;
    const closed = () => {
      if (this.#socket !== socket) return;
      this.isClosed = true;
      this.#wake();
    };
    socket.setEncoding('utf8');
    socket.on('data', (text: Buffer | string) => {
      this.#buffer += text.toString();
      this.#wake();
    });
    socket.on('error', closed);
    socket.on('close', closed);
    socket.on('end', closed);
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** One complete reply, or ["{closed}"], ["{timeout}"] when none came. */
  async reply(timeoutMs = REPLY_TIMEOUT_MS): Promise<string[]> {
    const lines: string[] = [];
    const end = Date.now() + timeoutMs;
    for (;;) {
      for (let at = this.#buffer.indexOf('\n'); at >= 0; at = this.#buffer.indexOf('\n')) {
        const line = this.#buffer.slice(0, at).replace(/\r$/, '');
        this.#buffer = this.#buffer.slice(at + 1);
        lines.push(line);
        if (!/^\d{3}-/.test(line)) return lines;
      }
      if (this.isClosed) return lines.length > 0 ? lines : ['{closed}'];
      const left = end - Date.now();
      if (left <= 0) return [...lines, '{timeout}'];
      await this.#awake(left);
    }
  }

  /** Resolves when something came, or after so many milliseconds. */
  #awake(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  write(data: Buffer | string): void {
    if (!this.isClosed) this.#socket.write(data);
  }

  /** Resolves when the server hung up, or after so many milliseconds. */
  async closed(timeoutMs: number): Promise<void> {
    const end = Date.now() + timeoutMs;
    while (!this.isClosed && Date.now() < end) await this.#awake(end - Date.now());
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async upgrade(options: tls.ConnectionOptions): Promise<TlsRecord> {
    const raw = this.#socket;
    for (const event of ['data', 'close', 'end', 'error']) raw.removeAllListeners(event);
    raw.on('error', () => undefined);
    const secure = tls.connect({
      socket: raw,
      rejectUnauthorized: false,
      servername: 'localhost',
      ...options,
    });
    return new Promise((resolve) => {
      secure.once('secureConnect', () => {
        this.#buffer = '';
        this.isClosed = false;
        this.#attach(secure);
        const subject = secure.getPeerCertificate().subject as { CN?: string } | undefined;
        resolve({ tls: secure.getProtocol(), cipher: secure.getCipher().name, peer: subject?.CN ?? null });
      });
      secure.once('error', (error: NodeJS.ErrnoException) => {
        this.isClosed = true;
        resolve({ tls: 'failed', error: error.code ?? error.message });
      });
    });
  }
}

/** A message as it goes on the wire after DATA: CRLF, dots stuffed, terminator. */
function wireData(text: string, isStuffed: boolean): string {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return `${lines.map((line) => `${isStuffed && line.startsWith('.') ? '.' : ''}${line}\r\n`).join('')}.\r\n`;
}

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');

async function login(
  connection: Connection,
  [mechanism, user, password]: readonly [string, string, string],
): Promise<Exchange[]> {
  if (mechanism === 'PLAIN') {
    connection.write(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}\r\n`);
    return [{ send: `AUTH PLAIN {${user}:${password}}`, reply: await connection.reply() }];
  }
  connection.write(`AUTH ${mechanism}\r\n`);
  const exchange: Exchange[] = [{ send: `AUTH ${mechanism}`, reply: await connection.reply() }];
  for (const value of [user, password]) {
    if (exchange.at(-1)?.reply?.at(-1)?.startsWith('334') !== true) break;
    connection.write(`${base64(value)}\r\n`);
    exchange.push({ send: `{base64 ${value}}`, reply: await connection.reply() });
  }
  return exchange;
}

function lastReply(exchange: Exchange | undefined): string {
  if (exchange?.reply !== undefined) return exchange.reply.at(-1) ?? '';
  const last = exchange?.replies?.at(-1);
  if (last === undefined) return '';
  return ('reply' in last ? last.reply : last).at(-1) ?? '';
}

/** The last reply to a command line, alone or in a pipeline: what is sent raw is not looked at, so the recordings have it. */
function promised(exchange: Exchange | undefined): string {
  const last = exchange?.replies?.at(-1);
  const raw = last !== undefined && !('reply' in last);
  return raw ? '' : lastReply(exchange);
}

async function sendCommand(connection: Connection, line: string): Promise<Exchange> {
  connection.write(`${line}\r\n`);
  const shown = line.length > 200 ? `${line.slice(0, 80)}...(${line.length} characters)` : line;
  return { send: shown, reply: await connection.reply() };
}

async function sendRaw(connection: Connection, item: SendObject, raw: string): Promise<Exchange> {
  connection.write(Buffer.from(raw, item.encoding ?? 'utf8'));
  const replies: string[][] = [];
  for (let i = 0; i < (item.replies ?? 1); i++) replies.push(await connection.reply(item.timeout));
  const shown =
    raw.length > 300
      ? `${JSON.stringify(raw.slice(0, 60))}...(${raw.length} characters)`
      : JSON.stringify(raw);
  return { send: item.label ?? shown, replies };
}

async function repeatLine(connection: Connection, times: number, line: string): Promise<Exchange> {
  const replies: string[][] = [];
  for (let i = 1; i <= times; i++) {
    connection.write(`${line.replaceAll('%d', String(i))}\r\n`);
    const reply = await connection.reply();
    replies.push(reply);
    if (reply[0] === '{closed}') break;
  }
  return { event: `repeat ${times}`, send: line, replies };
}

async function pipeline(connection: Connection, lines: readonly string[]): Promise<Exchange> {
  connection.write(lines.map((line) => `${line}\r\n`).join(''));
  const replies: { send: string; reply: string[] }[] = [];
  for (const send of lines) replies.push({ send, reply: await connection.reply() });
  return { event: 'pipeline', replies };
}

async function sendObject(
  connection: Connection,
  item: SendObject,
  previous: Exchange | undefined,
): Promise<Exchange[]> {
  if (item.data !== undefined) {
    // A client that was not told 354 does not send the message.
    if (!promised(previous).startsWith('354')) return [{ event: 'message not sent: no 354' }];
    connection.write(wireData(item.data, item.stuff ?? true));
    return [{ send: '{message}', reply: await connection.reply() }];
  }
  if (item.raw !== undefined) return [await sendRaw(connection, item, item.raw)];
  if (item.pipeline !== undefined) return [await pipeline(connection, item.pipeline)];
  if (item.repeat !== undefined) return [await repeatLine(connection, item.repeat, item.line ?? '')];
  if (item.auth !== undefined) return login(connection, item.auth);
  if (item.starttls !== undefined && item.starttls !== false) {
    const exchange = await sendCommand(connection, 'STARTTLS');
    if (!lastReply(exchange).startsWith('220')) return [exchange];
    return [
      { ...exchange, tls: await connection.upgrade(typeof item.starttls === 'object' ? item.starttls : {}) },
    ];
  }
  if (item.sleep !== undefined) {
    await delay(item.sleep);
    return [];
  }
  if (item.close === true) {
    connection.destroy();
    return [{ event: 'client closed the connection' }];
  }
  throw new Error(`unknown item ${JSON.stringify(item)}`);
}

const send = (connection: Connection, item: SendItem, previous: Exchange | undefined): Promise<Exchange[]> =>
  typeof item === 'string'
    ? sendCommand(connection, item).then((e) => [e])
    : sendObject(connection, item, previous);

export async function smtpStep(step: SmtpStep, ports: Readonly<Record<string, number>>): Promise<SmtpRecord> {
  const port = typeof step.port === 'number' ? step.port : (ports[step.port ?? 'smtp'] ?? 0);
  const record: SmtpRecord = { port: String(step.port ?? 'smtp'), exchange: [] };
  const from = step.from === undefined ? {} : { localAddress: step.from };
  const socket = net.connect({ host: step.host ?? '127.0.0.1', port, ...from });
  const connection = new Connection(socket);
  const failure = await new Promise<string | undefined>((resolve) => {
    socket.once('connect', () => {
      resolve(undefined);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(String(error.code));
    });
  });
  if (failure !== undefined) return { ...record, connect: failure };
  try {
    await converse(connection, step, record);
  } finally {
    connection.destroy();
  }
  return record;
}

async function converse(connection: Connection, step: SmtpStep, record: SmtpRecord): Promise<void> {
  if (step.tls === 'wrapper') {
    record.tls = await connection.upgrade(step.tlsOptions ?? {});
    if (record.tls.tls === 'failed') return;
  }
  if (step.noBanner !== true) {
    const reply = await connection.reply();
    record.exchange.push({ event: 'connect', reply });
    if (reply.at(-1)?.startsWith('{') === true) {
      record.serverClosed = connection.isClosed;
      return;
    }
  }
  const items = step.send ?? [];
  for (const item of items) {
    record.exchange.push(...(await send(connection, item, record.exchange.at(-1))));
    const reply = record.exchange.at(-1)?.reply;
    if (reply?.[0] === '{closed}' || reply?.includes('{timeout}') === true) break;
  }
  const isGoodbye = /^(221|421|521)/.test(lastReply(record.exchange.at(-1)));
  await connection.closed(isGoodbye ? GOODBYE_GRACE_MS : HANG_UP_GRACE_MS);
  const clientClosed = items.some((item) => typeof item !== 'string' && item.close === true);
  record.serverClosed = connection.isClosed && !clientClosed;
}
