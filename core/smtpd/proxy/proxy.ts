/**
 * smtpd_proxy_filter: mail goes through a filter before it is accepted (SMTPD_PROXY_README). The filter hears MAIL and RCPT
 * as the client said them, then the content, and its answers are the client's; nothing is queued here: the filter hands on
 * what it lets through, usually to another smtpd. With `smtpd_proxy_options = speed_adjust` it hears nothing before the
 * message is whole.
 *
 * A filter that cannot be reached or hangs up is `451 4.3.0 Error: queue file write error`, as in Postfix. The guard
 * lets connections to this machine pass and no others.
 */
import type { Config } from '../../config/config.ts';
import type { Log } from '../../util/log.ts';
import type { Endpoint } from '../../util/net-guard.ts';
import { connectProxy, ProxyLostError, type ProxyConnection, type ProxyReply } from './connection.ts';

/** What one smtpd service says of its filter. */
export interface ProxyFilter {
  /** As in main.cf: what the log calls it. */
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly ehlo: string;
  readonly timeoutMs: number;
  readonly adjustsSpeed: boolean;
}

export function readProxyFilter(config: Config): ProxyFilter | undefined {
  const name = config.get('smtpd_proxy_filter');
  if (name === '') return undefined;
  return {
    name,
    endpoint: endpointOf(name, config),
    ehlo: config.get('smtpd_proxy_ehlo'),
    timeoutMs: config.seconds('smtpd_proxy_timeout') * 1000,
    adjustsSpeed: config.list('smtpd_proxy_options').includes('speed_adjust'),
  };
}

function endpointOf(name: string, config: Config): Endpoint {
  const [, type = '', rest = ''] = /^(?:(inet|unix):)?(.*)$/.exec(name) ?? [];
  if (type === 'unix') {
    return { path: rest.startsWith('/') ? rest : `${config.get('queue_directory')}/${rest}` };
  }
  const [, host = '', port = ''] = /^(?:(.*):)?([^:]*)$/.exec(rest) ?? [];
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return { host: bare === '' ? 'localhost' : bare, port: Number(port) };
}

/** XFORWARD attributes in their order; '' is not sent as such: it is `[UNAVAILABLE]`. */
export type ForwardedAttributes = readonly (readonly [name: string, value: string])[];

/** `unwilling`: the filter is there, and refuses us before it hears of the mail. */
export type ProxyAnswer =
  { readonly kind: 'reply'; readonly reply: ProxyReply } | { readonly kind: 'lost' | 'unwilling' };

export interface ProxyTransaction {
  /** A recipient that all else lets pass. Not ok: this is what the client is told. */
  recipient(line: string): Promise<ProxyAnswer | undefined>;
  data(): Promise<ProxyAnswer | undefined>;
  /** The whole message; the answer is the client's. */
  finish(content: Buffer): Promise<ProxyAnswer>;
  /** The transaction is over. `isRefused`: the content was refused here, the filter must not take it for whole. */
  end(isRefused?: boolean): void;
}

const isGood = ({ code }: ProxyReply): boolean => code >= 200 && code < 300;

function xtext(value: string): string {
  return [...Buffer.from(value)]
    .map((byte) => {
      const isPlain = byte > 32 && byte < 127 && byte !== 0x2b && byte !== 0x3d;
      return isPlain ? String.fromCharCode(byte) : `+${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

export function openTransaction(
  filter: ProxyFilter,
  about: { readonly mail: string; readonly forwarded: ForwardedAttributes; readonly log: Log },
): ProxyTransaction {
  const { log } = about;
  let connection: ProxyConnection | undefined;
  /** Commands that the filter has not heard yet. */
  const kept: string[] = [];

  function leave(isRefused = false): void {
    if (isRefused) connection?.drop();
    else connection?.quit();
    connection = undefined;
  }

  /** Undefined when it is as wanted; else it is over with the connection, or with this command. */
  function judge(command: string, reply: ProxyReply, isWanted = isGood): ProxyAnswer | undefined {
    if (isWanted(reply)) return undefined;
    log.warning(`proxy ${filter.name} rejected "${command}": "${reply.lines.at(-1) ?? ''}"`);
    return { kind: 'reply', reply };
  }

  async function guarded(work: () => Promise<ProxyAnswer | undefined>): Promise<ProxyAnswer | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ProxyLostError)) throw error;
      log.warning(error.message);
      connection = undefined;
      return { kind: 'lost' };
    }
  }

  /** Greeting, EHLO and XFORWARD: what is refused there is our own trouble, not the client's. */
  async function greet(opened: ProxyConnection): Promise<ProxyAnswer | undefined> {
    const greeting = await opened.reply();
    if (judge('connection request', greeting) !== undefined) return { kind: 'unwilling' };
    const hello = `EHLO ${filter.ehlo}`;
    const features = await opened.say(hello);
    if (judge(hello, features) !== undefined) return { kind: 'unwilling' };
    const offered = features.lines.map((line) => line.slice(4).trim().split(/\s+/));
    const names = offered.find(([keyword]) => keyword?.toUpperCase() === 'XFORWARD')?.slice(1) ?? [];
    const told = about.forwarded.filter(([name]) => names.includes(name));
    if (told.length === 0) return undefined;
    const words = told.map(([name, value]) => `${name}=${value === '' ? '[UNAVAILABLE]' : xtext(value)}`);
    const xforward = `XFORWARD ${words.join(' ')}`;
    return judge(xforward, await opened.say(xforward)) === undefined ? undefined : { kind: 'unwilling' };
  }

  async function begin(): Promise<ProxyAnswer | undefined> {
    connection = await connectProxy(filter.endpoint, filter);
    const refused = (await greet(connection)) ?? judge(about.mail, await connection.say(about.mail));
    if (refused !== undefined) leave();
    return refused;
  }

  function command(line: string, isWanted = isGood): Promise<ProxyAnswer | undefined> {
    return guarded(async () => {
      const refused = connection === undefined ? await begin() : undefined;
      if (refused !== undefined || connection === undefined) return refused ?? { kind: 'lost' };
      return judge(line, await connection.say(line), isWanted);
    });
  }

  const startsContent = ({ code }: ProxyReply) => code >= 300 && code < 400;

  async function replay(): Promise<ProxyAnswer | undefined> {
    for (const line of kept) {
      const refused = await command(line);
      if (refused !== undefined) return refused;
    }
    kept.length = 0;
    return undefined;
  }

  let isContentAwaited = false;
  async function data(): Promise<ProxyAnswer | undefined> {
    if (isContentAwaited) return undefined;
    const refused = await command('DATA', startsContent);
    isContentAwaited = refused === undefined;
    return refused;
  }

  return {
    recipient(line) {
      if (!filter.adjustsSpeed) return command(line);
      kept.push(line);
      return Promise.resolve(undefined);
    },
    data: () => (filter.adjustsSpeed ? Promise.resolve(undefined) : data()),
    async finish(content) {
      const refused = (await replay()) ?? (await data());
      if (refused !== undefined) return refused;
      let answer: ProxyAnswer = { kind: 'lost' };
      const lost = await guarded(async () => {
        if (connection !== undefined) answer = { kind: 'reply', reply: await connection.send(content) };
        return undefined;
      });
      return lost ?? answer;
    },
    end: leave,
  };
}
