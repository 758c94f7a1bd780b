/**
 * smtp(8) and lmtp(8): delivery to a server by SMTP (RFC 5321) or LMTP (RFC 2033), over loopback TCP or a Unix socket.
 *
 * Next hops are `domain`, `[host]`, `domain:port`, `[address]:port`, lists of these, and for LMTP `inet:...` and
 * `unix:path` (a relative path is below queue_directory). Names are looked up in the sandbox's own DNS table: MX by
 * preference, then addresses. PIPELINING, SIZE, 8BITMIME (or quoted-printable), DSN, SMTPUTF8, XFORWARD, header and
 * body checks, generic addresses, kept connections.
 *
 * Failure: a server that does not answer, refuses or breaks off leaves the recipients to the next server; the last
 * one's answer is theirs. What is wrong with a next hop or a generic table kills the program, as in Postfix: the
 * queue manager then says `unknown mail transport error`.
 *
 * Differs from Postfix: an address that is not this machine's is never connected (`not a loopback address`). There
 * is no TLS and no SASL: opportunistic TLS goes plain, where TLS is required the mail waits. Postmaster is not told
 * of protocol errors.
 */
import { createMatchList } from '../../tables/match-list.ts';
import { ConfigError, type Config } from '../../config/config.ts';
import type { AgentResult, DeliveryAgent, DeliveryRequest } from '../../mail/message.ts';
import type { AgentDependencies } from '../delivery.ts';
import { createDnsLookup } from '../../dns/lookup.ts';
import { deliveredToAddresses } from '../delivered.ts';
import { quoteAddress } from '../address-text.ts';
import { createReport, readReportSettings } from '../report.ts';
import { createTargetFinder } from './addresses.ts';
import { failAll, note, sweep, type Attempt } from './attempt.ts';
import { createConnectionCache } from './connection-cache.ts';
import { deliver, type CachePolicy } from './deliver.ts';
import { createGeneric, type Generic } from './generic.ts';
import { createOriginTest } from './origin.ts';
import { readSmtpSettings, type Mode, type SmtpSettings } from './settings.ts';
import { createStatusFilter } from '../status-filter.ts';

/** `flags=DOR` behind the program in master.cf. */
function flagsOf(config: Config, service: string): string {
  const found = config.services.findLast(({ name, type }) => name === service && type === 'unix');
  const word = found?.arguments.find((argument) => argument.startsWith('flags='));
  const flags = word?.slice('flags='.length) ?? '';
  const wrong = /[^DORX]/.exec(flags)?.[0];
  if (wrong !== undefined) throw new ConfigError(`unknown flag: ${wrong}`);
  return flags;
}

/** The header lines of flags=DOR, in the order of mail_copy(3). */
async function headOf(
  { flags }: SmtpSettings,
  { message, recipients }: DeliveryRequest,
  generic: Generic | undefined,
): Promise<string> {
  const [first] = recipients;
  const quoted = async (address: string) => quoteAddress((await generic?.map(address)) ?? address);
  const lines: string[] = [];
  if (flags.includes('R')) lines.push(`Return-Path: <${await quoted(message.sender)}>\n`);
  if (flags.includes('O')) lines.push(`X-Original-To: ${await quoted(first?.originalAddress ?? '')}\n`);
  if (flags.includes('D')) lines.push(`Delivered-To: ${await quoted(first?.address ?? '')}\n`);
  return lines.join('');
}

/** Makes the agent of one service. @throws ConfigError for settings that keep it from starting */
function createClient(mode: Mode, service: string, dependencies: AgentDependencies): DeliveryAgent {
  const { config, clock, dns, agentOf } = dependencies;
  const tables = dependencies.tables.forProgram(mode);
  const settings = readSmtpSettings(config, tables, mode, flagsOf(config, service));
  const reporting = readReportSettings(config);
  const log = dependencies.log(mode, config.get('syslog_name'));
  const random = dependencies.random ?? Math.random;
  const findTargets = createTargetFinder({
    config,
    settings,
    dns: createDnsLookup({ dns, log, filter: settings.dnsReplyFilter }),
    nativeDns: dns,
    log,
    random,
  });
  const genericFor = createGeneric({ config, tables, settings, log });
  const statusFilter = createStatusFilter(settings.statusFilter, log);
  const originOf = createOriginTest(config, tables);
  const cache = createConnectionCache(clock, settings.cacheTimeMs);
  const cached = createMatchList({
    config,
    tables,
    parameter: settings.parameter('connection_cache_destinations'),
    kind: 'string',
  });

  function beginAttempt(request: DeliveryRequest): Attempt {
    return {
      request,
      settings,
      log,
      clock,
      report: createReport({ log, clock, request, relay: 'none', settings: reporting }),
      statusFilter,
      left: request.recipients.map((recipient) => ({ recipient, mark: 'none' })),
      outcomes: [],
      journey: [],
      session: undefined,
      why: undefined,
      isFinalServer: false,
      hasCompleted: false,
      unreachable: undefined,
      connectedAt: undefined,
      hasLoggedLongLine: false,
    };
  }

  async function cachePolicy(request: DeliveryRequest, destination: string): Promise<CachePolicy> {
    const match = await cached.match(destination);
    if (match.kind === 'found') return { loads: true, stores: true };
    const wanted = settings.cachesOnDemand ? request.connections : undefined;
    return { loads: wanted !== undefined, stores: wanted === 'keep' };
  }

  /** best_mx_transport: mail that would come back is handed to another agent. */
  async function passOn(attempt: Attempt): Promise<AgentResult> {
    const [, transport = '', nexthop = ''] = /^([^:]*):?(.*)$/.exec(settings.bestMxTransport) ?? [];
    const { request } = attempt;
    const recipients = attempt.left.map(({ recipient }) => recipient);
    const agent = agentOf(transport);
    if (agent === undefined) throw new Error(`best_mx_transport: no such transport: ${transport}`);
    const result = await agent.deliver({
      ...request,
      recipients,
      transport,
      nexthop: nexthop || request.nexthop,
    });
    return {
      ...result,
      outcomes: [...attempt.outcomes, ...result.outcomes],
      journey: [...attempt.journey, ...result.journey],
    };
  }

  return {
    async deliver(request) {
      const attempt = beginAttempt(request);
      const generic = genericFor?.(({ from, to, source }) => {
        note(attempt, 'info', `${from} is ${to} to the world`, { source });
      });
      const loop = settings.flags.includes('D') ? await deliveredLoop(request) : undefined;
      if (loop !== undefined) {
        await failAll(attempt, { dsn: '5.4.6', reason: `mail forwarding loop for ${loop}` }, false);
        sweep(attempt);
      } else {
        const parcel = {
          origin: await originOf(request.message.client),
          generic,
          head: await headOf(settings, request, generic),
        };
        const policy = (destination: string) => cachePolicy(request, destination);
        const courier = { attempt, parcel, cache, cachePolicy: policy, findTargets };
        if (await deliver(courier, request.nexthop)) return passOn(attempt);
      }
      const { outcomes, journey, unreachable } = attempt;
      return {
        outcomes,
        mailboxDeliveries: [],
        forwards: [],
        journey,
        ...(unreachable === undefined ? {} : { unreachable }),
      };
    },
  };
}

/** The recipient, when the message was delivered to it before (flags=D). */
async function deliveredLoop(request: DeliveryRequest): Promise<string | undefined> {
  const before = deliveredToAddresses(await request.readHeader());
  return request.recipients.find(({ address }) => before.has(address.toLowerCase()))?.address;
}

export const createSmtp = (service: string, dependencies: AgentDependencies): DeliveryAgent =>
  createClient('smtp', service, dependencies);

export const createLmtp = (service: string, dependencies: AgentDependencies): DeliveryAgent =>
  createClient('lmtp', service, dependencies);
