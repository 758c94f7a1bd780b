/**
 * A probe of address verification: cleanup, the resolver and the delivery agents decide about a message that does not
 * exist. Agents log what they would do (`deliverable`, `undeliverable`); nothing is stored, nothing is delivered.
 */
import { createResolver } from '../address/resolve.ts';
import { ConfigError } from '../config/config.ts';
import { deliveredForm } from '../mail/delivered-form.ts';
import { mailDate } from '../mail/header-date.ts';
import { quoteLocal } from '../mail/quote.ts';
import type { NewMessage, Outcome, QueuedMessage, QueuedRecipient, Submission } from '../mail/message.ts';
import { formatDelays, formatOutcomeLine } from '../mail/outcome-line.ts';
import { queuedMessageOf } from '../queue/active-message.ts';
import { readRouteRules, routeRecipient } from '../queue/route.ts';
import type { Clock } from '../util/clock.ts';
import type { LogFactory } from '../util/log.ts';
import type { AddressStatus, Probe, ProbeResult } from '../verify/verify.ts';
import { probeRouting } from '../verify/routing.ts';
import { verifySender } from '../verify/sender.ts';
import type { World } from './world.ts';

export interface ProbeDependencies {
  readonly world: () => World;
  readonly allocate: () => Pick<Submission, 'queueId' | 'messageId' | 'arrivedAt'>;
  readonly clock: Clock;
  readonly log: LogFactory;
}

/** A message from double-bounce with a Received header and nothing else (post_mail_fopen of verify(8)). */
function probeMessage({ world, allocate, clock }: ProbeDependencies, address: string): Submission {
  const { config } = world();
  const numbers = allocate();
  const by = `${config.get('myhostname')} (${config.get('mail_name')})`;
  return {
    ...numbers,
    origin: 'bounce',
    client: null,
    sender: verifySender(config, clock.now()),
    recipients: [{ address, originalAddress: address, notify: [], orcpt: '' }],
    ret: '',
    envid: '',
    smtputf8: false,
    encoding: '',
    raw: Buffer.alloc(0),
    head: `Received: by ${by}\n\tid ${numbers.queueId}; ${mailDate(numbers.arrivedAt)}\n`,
    rewriteContext: 'local',
    skip: { checks: true, bcc: true },
    orders: {},
    verify: true,
    journey: [],
  };
}

interface Asked {
  readonly message: NewMessage;
  readonly recipient: QueuedRecipient;
  readonly transport: string;
  readonly nexthop: string;
}

type Said = Pick<Outcome, 'dsn' | 'reason'>;

/** As the queue manager says it: through the retry service, where there is one. */
async function putOff(dependencies: ProbeDependencies, asked: Asked, said: Said): Promise<readonly Said[]> {
  const retry = { ...asked, transport: 'retry', nexthop: `${said.dsn} ${said.reason}` };
  const isThere = asked.transport !== 'retry' && dependencies.world().agents('retry') !== undefined;
  return (isThere ? await askAgent(dependencies, retry) : undefined) ?? [said];
}

/** undefined: a program that does not start; the queue would wait for it. */
async function askAgent(dependencies: ProbeDependencies, asked: Asked): Promise<readonly Said[] | undefined> {
  const { world, clock, log } = dependencies;
  const { message, recipient, transport, nexthop } = asked;
  const agent = world().agents(transport);
  if (agent === undefined) {
    log('qmgr').warning(`connect to transport private/${transport}: No such file or directory`);
    return putOff(dependencies, asked, { dsn: '4.3.0', reason: 'mail transport unavailable' });
  }
  try {
    const { outcomes } = await agent.deliver({
      message: queuedMessageOf(message),
      recipients: [recipient],
      transport,
      nexthop,
      read: () => Promise.resolve(deliveredForm(message.content)),
      readHeader: () => Promise.resolve(message.content.header),
      activeAt: clock.now(),
    });
    return outcomes;
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    const text = error instanceof Error ? error.message : String(error);
    log('qmgr').warning(`transport ${transport} failure: ${text}`);
    return putOff(dependencies, asked, { dsn: '4.3.0', reason: 'unknown mail transport error' });
  }
}

const STATUS: Readonly<Record<string, AddressStatus>> = {
  '2': 'deliverable',
  '4': 'deferred',
  '5': 'undeliverable',
};

/** Both the address that was asked about and what it became are known from now on (verify_append). */
function resultsOf({ recipient }: Asked, { dsn, reason }: Said): readonly ProbeResult[] {
  const kind = STATUS[dsn.charAt(0)] ?? 'deferred';
  const addresses = new Set([recipient.originalAddress, recipient.address]);
  return [...addresses].filter((address) => address !== '').map((address) => ({ address, kind, reason }));
}

/** Who is many is somebody: cleanup answers, and nobody else is asked (cleanup_envelope_process). */
function sayAliased(
  { world, clock, log }: ProbeDependencies,
  { queueId, arrivedAt }: QueuedMessage,
  address: string,
): ProbeResult {
  const now = clock.now();
  const reason = 'aliased to multiple recipients';
  const outcome: Outcome = {
    recipientIndex: 0,
    address,
    originalAddress: address,
    status: 'deliverable',
    dsn: '2.0.0',
    reason,
    relay: 'none',
    action: 'deliverable',
    startedAt: now,
    finishedAt: now,
  };
  const { config } = world();
  const times = { arrivedAt, activeAt: now, startedAt: now, finishedAt: now };
  const delays = formatDelays(times, config.integer('delay_logging_resolution_limit'));
  const line = { queueId, outcome, delays, statusWord: 'deliverable', quote: quoteLocal };
  log('cleanup', config.get('syslog_name')).info(formatOutcomeLine(line));
  return { address, kind: 'deliverable', reason };
}

export function createProbe(dependencies: ProbeDependencies): Probe {
  const { world, clock, log } = dependencies;
  return async (address) => {
    const present = world();
    const { config, tables, rewriter, cleanup } = present;
    const prepared = await cleanup.prepare(probeMessage(dependencies, address));
    if (prepared.kind !== 'queued') return [];
    const { message } = prepared;
    const queued = queuedMessageOf(message);
    if (queued.recipients.length > 1) return [sayAliased(dependencies, queued, address)];
    const from = message.sender === '' ? '' : quoteLocal(message.sender);
    const qmgr = log('qmgr', config.get('syslog_name'));
    qmgr.info(
      `${message.queueId}: from=<${from}>, size=${message.queueSize}, nrcpt=${queued.recipients.length} (queue active)`,
    );
    const resolver = createResolver({ config: probeRouting(config), tables, log, rewriter });
    const rules = readRouteRules(config);
    const results: ProbeResult[] = [];
    for (const recipient of queued.recipients) {
      const question = { message: queued, recipient, isFlushed: false, at: clock.now() };
      const route = await routeRecipient({ resolver }, rules, question);
      if (route.kind === 'discard') {
        const said = { dsn: '2.0.0', reason: 'undeliverable postmaster notification discarded' };
        results.push(...resultsOf({ message, recipient, transport: '', nexthop: '' }, said));
        continue;
      }
      const asked = {
        message,
        recipient: route.recipient,
        transport: route.transport,
        nexthop: route.nexthop,
      };
      for (const said of (await askAgent({ ...dependencies, world: () => present }, asked)) ?? []) {
        results.push(...resultsOf(asked, said));
      }
    }
    qmgr.info(`${message.queueId}: removed`);
    return results;
  };
}
