/** For tests: decisions on the real configuration, tables and resolver, without a socket. */
import { onTestFinished } from 'vitest';
import { createLocalhostDns, createTableDns } from '../../dns/table-dns.ts';
import { parseZone } from '../../dns/zone-file.ts';
import type { Dns } from '../../util/dns.ts';
import { readSettings } from '../settings.ts';
import type { PolicyServices } from './context.ts';
import type { Facts, Ruling } from './facts.ts';
import { createTestWorld, type TestWorldOptions } from '../world.test-support.ts';
import { createPolicy, type Policy } from './policy.ts';

/** The zone file as the sandbox's DNS; anything else does not exist. */
function createZoneDns(zone: string): Dns {
  const parsed = parseZone(zone);
  if (parsed.kind === 'wrong') throw new Error(JSON.stringify(parsed.problems));
  return createTableDns({
    find: (name) => parsed.records.filter((record) => record.name === name),
    isEmpty: () => false,
  });
}

export interface PolicyBench {
  readonly policy: Policy;
  /** RCPT from this client with these facts; the decision as one line: the reply, or `permit`. */
  readonly rcpt: (recipient: string, facts?: Partial<Facts>) => Promise<string>;
  readonly facts: (more?: Partial<Facts>) => Facts;
}

export function policyBench(
  main: readonly string[],
  options: Pick<TestWorldOptions, 'files'> & {
    readonly zone?: string;
    readonly services?: Partial<PolicyServices>;
  } = {},
): PolicyBench {
  const world = createTestWorld({ main, ...options });
  onTestFinished(() => {
    world.remove();
  });
  const policy = createPolicy({
    ...world,
    settings: readSettings(world.config),
    services: {
      dns: options.zone === undefined ? createLocalhostDns() : createZoneDns(options.zone),
      sleep: () => Promise.resolve(),
      ...options.services,
    },
  });
  const facts = (more: Partial<Facts> = {}): Facts => ({ ...FACTS, resolutions: new Map(), ...more });
  return {
    policy,
    facts,
    rcpt: async (recipient, more) => show(await policy.recipient(facts(more), recipient)),
  };
}

export function show({ reply }: Ruling): string {
  return reply === undefined ? 'permit' : `${reply.code} ${reply.enhanced} ${reply.lines.join(' ')}`;
}

/** A client on the machine itself. */
export const LOCAL_CLIENT = {
  name: 'localhost',
  nameStatus: 'ok',
  reverseName: 'localhost',
  reverseStatus: 'ok',
  address: '127.0.0.1',
  socketAddress: '127.0.0.1',
  port: '4711',
  serverAddress: '127.0.0.1',
  serverPort: '25',
} as const;

/** A client elsewhere. */
export const STRANGER = {
  ...LOCAL_CLIENT,
  name: 'mail.client.example',
  reverseName: 'mail.client.example',
  address: '198.51.100.7',
  socketAddress: '198.51.100.7',
} as const;

/** Facts of a session with that client. */
export const OUTSIDE = { client: STRANGER, clientLabel: 'mail.client.example[198.51.100.7]' } as const;

const FACTS: Facts = {
  at: 0,
  where: 'RCPT',
  client: LOCAL_CLIENT,
  clientLabel: 'localhost[127.0.0.1]',
  helo: 'me.example',
  protocol: 'ESMTP',
  sender: 'carol@client.example',
  recipient: undefined,
  etrnDomain: undefined,
  recipientCount: 0,
  messageSize: 0,
  queueId: undefined,
  instance: '',
  smtputf8: false,
  hasPipelinedWrongly: false,
  isEncrypted: false,
  sasl: undefined,
  orders: {},
  deferrals: {},
  resolutions: new Map(),
};
