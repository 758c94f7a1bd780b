/** A word after check_policy_service: where the server is, and how it is asked (policy_client_register of smtpd_check(3)). */
import { ConfigError, type Config } from '../../config/config.ts';
import { splitNameValue } from '../../config/name-value.ts';
import { parseSeconds } from '../../config/values.ts';
import { splitWords, takeBraces } from '../../tables/words.ts';
import type { Endpoint } from '../../util/net-guard.ts';

export interface PolicyServer {
  /** The word as written: what stands for the server in replies and in the log. */
  readonly word: string;
  /** Without its transport: `127.0.0.1:10023`, `private/policy`. */
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly timeoutMs: number;
  readonly tryLimit: number;
  readonly retryDelayMs: number;
  readonly defaultAction: string;
  readonly maxIdleMs: number;
  readonly maxTtlMs: number;
  /** Requests that one connection is used for; 0: no limit. */
  readonly requestLimit: number;
  readonly context: string;
  /** The parameter `stress`. */
  readonly stress: string;
}

/** Those that `{ inet:host:port, name=value }` may set, and their unit where they are times. */
const SETTINGS: Readonly<Record<string, 'time' | 'integer' | 'string'>> = {
  default_action: 'string',
  max_idle: 'time',
  max_ttl: 'time',
  policy_context: 'string',
  request_limit: 'integer',
  retry_delay: 'time',
  timeout: 'time',
  try_limit: 'integer',
};

const fatal = (text: string): never => {
  throw new ConfigError(text);
};

/** `timeout=10s`, or `{ default_action = 451 4.3.5 later }` where the value has blanks. */
function readPair(word: string): readonly [name: string, value: string] {
  const group = word.startsWith('{') ? takeBraces(word) : undefined;
  if (group?.ok === false) return fatal(`policy service syntax error: ${group.reason}`);
  const pair = splitNameValue(group === undefined ? word : group.text);
  if (pair.kind === 'error') return fatal(`${pair.reason}: "${word}"`);
  if (!(pair.name in SETTINGS)) return fatal(`unknown attribute name: "${word}"`);
  return [pair.name, pair.value];
}

function readNumber(kind: 'time' | 'integer', name: string, value: string): number {
  const number = kind === 'time' ? parseSeconds(value, 's') : Number(/^\d+$/.exec(value)?.[0] ?? NaN);
  const least = name === 'request_limit' ? 0 : 1;
  if (number === undefined || !Number.isFinite(number))
    return fatal(`bad numerical configuration: ${name} = ${value}`);
  if (number < least) return fatal(`invalid ${name} parameter value ${number} < ${least}`);
  return number;
}

interface Numbers {
  readonly time: (name: string) => number;
  readonly integer: (name: string) => number;
  readonly string: (name: string) => string;
}

/** main.cf's value, or the word's own in its place. */
function settingsOf(config: Config, own: ReadonlyMap<string, string>): Numbers {
  const parameter = (name: string) =>
    name === 'policy_context' ? 'smtpd_policy_service_policy_context' : `smtpd_policy_service_${name}`;
  const number = (kind: 'time' | 'integer') => (name: string) => {
    const value = own.get(name);
    if (value !== undefined) return readNumber(kind, name, value);
    return kind === 'time' ? config.seconds(parameter(name)) : config.integer(parameter(name));
  };
  return {
    time: number('time'),
    integer: number('integer'),
    string: (name) => own.get(name) ?? config.get(parameter(name)),
  };
}

function endpointOf(service: string, config: Config): Pick<PolicyServer, 'name' | 'endpoint'> {
  const [, transport = '', name = ''] = /^([^:]*):([^]*)$/.exec(service) ?? [];
  if (transport === '' || name === '')
    return fatal(`need service transport:endpoint instead of "${service}"`);
  if (transport === 'unix' || transport === 'local') {
    const path = name.startsWith('/') ? name : `${config.get('queue_directory')}/${name}`;
    return { name, endpoint: { path } };
  }
  if (transport !== 'inet') return fatal(`invalid transport name: ${transport} in service: ${service}`);
  const [, host = '', port = ''] = /^(?:(.*):)?([^:]*)$/.exec(name) ?? [];
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return { name, endpoint: { host: bare === '' ? 'localhost' : bare, port: Number(port) } };
}

/** @throws ConfigError with what smtpd dies of */
export function readPolicyServer(word: string, config: Config): PolicyServer {
  let service = word;
  let own: ReadonlyMap<string, string> = new Map();
  if (word.startsWith('{')) {
    const group = takeBraces(word);
    if (!group.ok) return fatal(`policy service syntax error: ${group.reason}`);
    const [first, ...pairs] = splitWords(group.text);
    if (first === undefined) return fatal(`empty policy service: "${word}"`);
    service = first;
    own = new Map(pairs.map(readPair));
  }
  const { time, integer, string } = settingsOf(config, own);
  return {
    word,
    ...endpointOf(service, config),
    timeoutMs: time('timeout') * 1000,
    tryLimit: integer('try_limit'),
    retryDelayMs: time('retry_delay') * 1000,
    defaultAction: string('default_action'),
    maxIdleMs: time('max_idle') * 1000,
    maxTtlMs: time('max_ttl') * 1000,
    requestLimit: integer('request_limit'),
    context: string('policy_context'),
    stress: config.get('stress'),
  };
}
