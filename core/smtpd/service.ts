/** One smtpd service of master.cf under one configuration: everything its sessions share. */
import { completingResolver } from '../address/resolve.ts';
import type { AddressResolver, AddressRewriter } from '../address/resolution.ts';
import { ConfigError, type Config, type MasterService } from '../config/config.ts';
import type { Submission } from '../mail/message.ts';
import type { QueueId } from '../mail/queue-id.ts';
import type { Refusal, TranscriptLine } from '../mail/refusal.ts';
import type { Reply } from '../mail/reply.ts';
import { createMatchList, type MatchList } from '../tables/match-list.ts';
import type { Maps, Tables } from '../tables/table.ts';
import type { Clock } from '../util/clock.ts';
import type { Log, LogFactory } from '../util/log.ts';
import type { Anvil } from './anvil.ts';
import { createClientLookup, type LookupClient, type SmtpClient } from './client.ts';
import type { PolicyServices } from './policy/context.ts';
import type { ErrorClass } from './policy/facts.ts';
import { createPolicy, type Policy } from './policy/policy.ts';
import { readProxyFilter, type ProxyFilter } from './proxy/proxy.ts';
import { replies } from './replies.ts';
import { shared } from './reply-text.ts';
import { readSettings, type SmtpdSettings } from './settings.ts';

/** What is replaced at a reload; a session keeps the one it began with. */
export interface SmtpdWorld {
  readonly config: Config;
  readonly tables: Tables;
  readonly rewriter: AddressRewriter;
  readonly resolver: AddressResolver;
}

/** Where accepted messages go (cleanup and the queue, as `Intake` of core/cleanup). */
export interface SmtpdIntake {
  /** Resolves when the message is on disk, or with the reason why not. */
  submit(
    submission: Submission,
  ): Promise<
    | { readonly kind: 'queued' }
    | { readonly kind: 'discarded' }
    | { readonly kind: 'refused'; readonly reply: Reply; readonly errorClass: ErrorClass }
    | { readonly kind: 'storage-failed'; readonly full: boolean; readonly reason: string }
  >;
  allocate(): Pick<Submission, 'queueId' | 'messageId' | 'arrivedAt'>;
}

/** ETRN: asks for the delivery of what waits for a site (flush(8)). */
export type FlushSite = (domain: string) => Promise<'started' | 'failed'>;

/** What is kept of one session as long as it is remembered. */
export interface SessionRecord {
  /** The number in brackets in its log lines. */
  readonly number: number;
  readonly add: (line: TranscriptLine) => void;
  accepted(queueId: QueueId): void;
  end(): void;
}

/** Begins the record of a session. */
export type RecordSession = (session: {
  readonly service: string;
  readonly client: SmtpClient;
}) => SessionRecord;

export interface ServiceDependencies {
  readonly intake: SmtpdIntake;
  readonly refuse: (refusal: Refusal) => void;
  readonly log: LogFactory;
  readonly clock: Clock;
  readonly anvil: Anvil;
  readonly lookupClient: LookupClient;
  readonly policyServices: PolicyServices;
  readonly flushSite?: FlushSite;
  readonly recordSession?: RecordSession;
}

export interface SmtpService extends ServiceDependencies {
  /** First column of master.cf. */
  readonly name: string;
  /** Of the session that this copy was made for. */
  readonly record?: SessionRecord;
  readonly config: Config;
  readonly world: SmtpdWorld;
  readonly settings: SmtpdSettings;
  readonly banner: Reply;
  /** The few answers to EHLO that its clients get, by what they may do. */
  readonly offers: Map<string, Reply>;
  readonly policy: Policy;
  readonly logger: Log;
  readonly xclientHosts: MatchList;
  readonly xforwardHosts: MatchList;
  readonly verpClients: MatchList;
  /** smtpd_proxy_filter */
  readonly proxy: ProxyFilter | undefined;
  /** Clients without connection and rate limits. */
  readonly eventExceptions: MatchList;
  readonly bareNewlineExclusions: MatchList;
  readonly fastFlushDomains: MatchList;
  readonly noopCommands: MatchList;
  readonly forbiddenCommands: MatchList;
  readonly commandFilter: Maps;
  readonly discardKeywordMaps: Maps;
  readonly rejectFooterMaps: Maps;
}

/** @throws ConfigError when smtpd could not run with this configuration; the text is that of its fatal error. */
export function createService(
  service: MasterService,
  given: SmtpdWorld,
  dependencies: ServiceDependencies,
): SmtpService {
  const world = { ...given, resolver: completingResolver(given) };
  if (service.startupError !== undefined) throw new ConfigError(service.startupError, service.origin);
  const config = world.config.forService(service);
  const tables = world.tables.forProgram('smtpd');
  const settings = readSettings(config);
  const hosts = (parameter: string) => createMatchList({ config, tables, parameter, kind: 'namadr' });
  const words = (parameter: string) => createMatchList({ config, tables, parameter, kind: 'string' });
  const maps = (parameter: string) => tables.maps(config.get(parameter), parameter);
  const { policyServices, lookupClient } = dependencies;
  const jailed =
    service.chroot === 'y' ? policyServices.dns.jailed?.(config.get('queue_directory')) : undefined;
  return {
    ...dependencies,
    lookupClient: jailed === undefined ? lookupClient : createClientLookup(jailed),
    name: service.name,
    config,
    world,
    settings,
    banner: shared(replies.greeting(settings.banner)),
    offers: new Map(),
    policy: createPolicy({
      config,
      settings,
      tables,
      resolver: world.resolver,
      services: jailed === undefined ? policyServices : { ...policyServices, dns: jailed },
    }),
    proxy: readProxyFilter(config),
    logger: dependencies.log('smtpd', config.get('syslog_name')),
    xclientHosts: hosts('smtpd_authorized_xclient_hosts'),
    xforwardHosts: hosts('smtpd_authorized_xforward_hosts'),
    verpClients: hosts('smtpd_authorized_verp_clients'),
    eventExceptions: hosts('smtpd_client_event_limit_exceptions'),
    bareNewlineExclusions: hosts('smtpd_forbid_bare_newline_exclusions'),
    fastFlushDomains: createMatchList({ config, tables, parameter: 'fast_flush_domains', kind: 'domain' }),
    noopCommands: words('smtpd_noop_commands'),
    forbiddenCommands: words('smtpd_forbidden_commands'),
    commandFilter: maps('smtpd_command_filter'),
    discardKeywordMaps: maps('smtpd_discard_ehlo_keyword_address_maps'),
    rejectFooterMaps: maps('smtpd_reject_footer_maps'),
  };
}

/** The service as one session has it: logged under the session's own number, with its record. */
export function forSession(service: SmtpService, client: SmtpClient): SmtpService {
  const record = service.recordSession?.({ service: service.name, client });
  if (record === undefined) return service;
  const logger = service.log('smtpd', service.config.get('syslog_name'), record.number);
  return { ...service, record, logger };
}
