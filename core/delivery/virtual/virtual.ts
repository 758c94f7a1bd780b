/**
 * virtual(8): delivery to the mailboxes of virtual_mailbox_maps, one domain's users that are nobody's account.
 *
 * A mailbox is in the store under the path the map gives, relative to virtual_mailbox_base (`example.com/info/`);
 * a path without a folder is written `./box`, so that it is never taken for a sandbox user's mailbox. The uid and
 * gid maps are asked as Postfix asks them, though nothing here is owned by those ids.
 *
 * Differs from Postfix: no file is written. A mailbox file whose folder is missing is still deferred, where
 * virtual_mailbox_base exists on this machine.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { splitRules, stripExtension, type SplitRules } from '../../address/parse.ts';
import { ConfigError, type Config } from '../../config/config.ts';
import type { JourneyEntry } from '../../mail/journey.ts';
import type {
  AgentResult,
  DeliveryAgent,
  DeliveryRequest,
  Outcome,
  QueuedRecipient,
} from '../../mail/message.ts';
import type { LookupResult, Maps } from '../../tables/table.ts';
import type { Log } from '../../util/log.ts';
import type { AgentDependencies } from '../delivery.ts';
import { deliveredToAddresses, isDeliveredTo } from '../delivered.ts';
import { deliveryHead } from '../prefix.ts';
import { createFilteredReport, type FilteredReport } from '../filtered-report.ts';
import { journeyOf, readReportSettings } from '../report.ts';
import { readStatusFilter } from '../status-filter.ts';

const SYSTEM_ERROR = { dsn: '4.3.5', reason: 'mail system configuration error' } as const;

interface VirtualSettings {
  readonly base: string;
  readonly minimumUid: number;
  readonly sizeLimit: number;
  /** enable_original_recipient: X-Original-To is put in front. */
  readonly prependsOriginal: boolean;
  readonly splitRules: SplitRules;
  readonly mailboxMaps: Maps;
  readonly uidMaps: Maps;
  readonly gidMaps: Maps;
}

function readSettings(config: Config, tables: AgentDependencies['tables']): VirtualSettings {
  const base = config.get('virtual_mailbox_base');
  if (base === '') throw new ConfigError('bad string length 0 < 1: virtual_mailbox_base = ');
  const sizeLimit = config.integer('virtual_mailbox_limit');
  if (sizeLimit !== 0) {
    const message = config.integer('message_size_limit');
    if (message === 0 || sizeLimit < message) {
      throw new ConfigError('configuration error: virtual_mailbox_limit is smaller than message_size_limit');
    }
  }
  const mine = tables.forProgram('virtual');
  const maps = (name: string) => mine.maps(config.get(name), name, { allowsSubstitution: false });
  return {
    base,
    minimumUid: config.integer('virtual_minimum_uid'),
    // the default does not count: a sandbox keeps what it catches
    sizeLimit: config.setting('virtual_mailbox_limit') === undefined ? 0 : sizeLimit,
    prependsOriginal: config.boolean('enable_original_recipient'),
    splitRules: splitRules(config),
    mailboxMaps: maps('virtual_mailbox_maps'),
    uidMaps: maps('virtual_uid_maps'),
    gidMaps: maps('virtual_gid_maps'),
  };
}

/** mail_addr_find: the address, the address without its extension, @domain. */
async function findAddress(maps: Maps, address: string, rules: SplitRules): Promise<LookupResult> {
  const whole = await maps.lookup(address);
  if (whole.kind !== 'absent') return whole;
  const stripped = stripExtension(address, rules);
  if (stripped !== undefined) {
    const bare = await maps.lookup(stripped.bare, { fixedOnly: true });
    if (bare.kind !== 'absent') return bare;
  }
  const at = address.lastIndexOf('@');
  return at < 0 ? whole : maps.lookup(address.slice(at), { fixedOnly: true });
}

type Decision =
  | {
      readonly kind: 'mailbox';
      readonly mailbox: string;
      readonly file: string;
      readonly found: JourneyEntry;
    }
  | { readonly kind: 'bounced' | 'deferred'; readonly dsn: string; readonly reason: string }
  | { readonly kind: 'deferred'; readonly dsn: string; readonly reason: string; readonly warning: string };

async function checkId(
  settings: VirtualSettings,
  parameter: 'virtual_uid_maps' | 'virtual_gid_maps',
  user: string,
): Promise<string | undefined> {
  const isUid = parameter === 'virtual_uid_maps';
  const result = await findAddress(isUid ? settings.uidMaps : settings.gidMaps, user, settings.splitRules);
  if (result.kind === 'unavailable') return `table ${parameter}: lookup ${user}: ${result.reason}`;
  if (result.kind === 'absent') return `recipient ${user}: not found in ${parameter}`;
  const value = Number(result.value.trim());
  const isGood = Number.isInteger(value) && value >= (isUid ? settings.minimumUid : 1);
  return isGood
    ? undefined
    : `recipient ${user}: bad ${isUid ? 'uid' : 'gid'} ${result.value} in ${parameter}`;
}

/** Decides where mail for an address goes. `at` is the time for its journey entry. */
async function decide(settings: VirtualSettings, address: string, at: number): Promise<Decision> {
  const user = address.toLowerCase();
  const found = await findAddress(settings.mailboxMaps, user, settings.splitRules);
  if (found.kind === 'unavailable') {
    return {
      ...SYSTEM_ERROR,
      kind: 'deferred',
      warning: `table virtual_mailbox_maps: lookup ${user}: ${found.reason}`,
    };
  }
  if (found.kind === 'absent') return { kind: 'bounced', dsn: '5.1.1', reason: `unknown user: "${user}"` };
  for (const parameter of ['virtual_uid_maps', 'virtual_gid_maps'] as const) {
    const warning = await checkId(settings, parameter, user);
    if (warning !== undefined) return { ...SYSTEM_ERROR, kind: 'deferred', warning };
  }
  const { value, table, key, line } = found;
  const file = `${settings.base}/${value}`;
  const isFolderMissing =
    !value.endsWith('/') && existsSync(settings.base) && !existsSync(path.posix.dirname(file));
  if (isFolderMissing) {
    const trouble = `unable to create lock file ${file}.lock: No such file or directory`;
    return { kind: 'deferred', dsn: '4.2.0', reason: `delivery failed to mailbox ${file}: ${trouble}` };
  }
  return {
    kind: 'mailbox',
    mailbox: value.includes('/') ? value : `./${value}`,
    file,
    found: {
      at,
      program: 'virtual',
      verdict: 'info',
      what: `mailbox of ${user} is ${value}`,
      recipient: address,
      source: { kind: 'table', table, key, value, ...(line === undefined ? {} : { line }) },
    },
  };
}

interface Virtual {
  readonly settings: VirtualSettings;
  readonly logger: Log;
  readonly dependencies: AgentDependencies;
}

interface Task {
  readonly request: DeliveryRequest;
  readonly recipient: QueuedRecipient;
  readonly report: FilteredReport;
}

/** An answer without a delivery. */
function answer(outcome: Outcome, ...before: readonly JourneyEntry[]): AgentResult {
  const journey = [...before, journeyOf('virtual', outcome)];
  return { outcomes: [outcome], mailboxDeliveries: [], forwards: [], journey };
}

async function place(
  { settings, dependencies }: Virtual,
  { request, recipient, report }: Task,
  { mailbox, file, found }: Decision & { kind: 'mailbox' },
): Promise<AgentResult> {
  const isMaildir = mailbox.endsWith('/');
  const { sender, size } = request.message;
  const { originalAddress, address, index } = recipient;
  const head = deliveryHead({
    sender,
    originalAddress: settings.prependsOriginal ? originalAddress : '',
    deliveredTo: address,
  });
  const isLimited = settings.sizeLimit !== 0 && !isMaildir;
  const used = isLimited ? (dependencies.mailboxBytes?.(mailbox) ?? 0) : 0;
  if (isLimited && used + head.length + size > settings.sizeLimit) {
    const reason = `delivery failed to mailbox ${file}: error writing message: File too large`;
    return answer(await report.bounced(recipient, { dsn: '5.2.2', reason }), found);
  }
  const reason = `delivered to ${isMaildir ? 'maildir' : 'mailbox'}`;
  const outcome = await report.sent(recipient, { dsn: '2.0.0', reason });
  return {
    outcomes: [outcome],
    mailboxDeliveries: [{ recipientIndex: index, mailbox, address, head }],
    forwards: [],
    journey: [found, journeyOf('virtual', outcome, `delivered to ${mailbox}`)],
  };
}

async function deliverOne(virtual: Virtual, task: Task, loops: ReadonlySet<string>): Promise<AgentResult> {
  const { recipient, report, request } = task;
  if (isDeliveredTo(loops, recipient.address)) {
    const reason = `mail forwarding loop for ${recipient.address}`;
    return answer(await report.bounced(recipient, { dsn: '5.4.6', reason }));
  }
  const decision = await decide(virtual.settings, recipient.address, virtual.dependencies.clock.now());
  if (decision.kind !== 'mailbox') {
    if ('warning' in decision) virtual.logger.warning(decision.warning);
    return answer(await report[decision.kind](recipient, { dsn: decision.dsn, reason: decision.reason }));
  }
  if (request.message.verify) {
    return answer(
      await report.sent(recipient, { dsn: '2.0.0', reason: 'delivers to mailbox' }),
      decision.found,
    );
  }
  return place(virtual, task, decision);
}

/** @throws ConfigError when virtual_mailbox_base or the size limits keep the program from starting. */
export function createVirtual(service: string, dependencies: AgentDependencies): DeliveryAgent {
  const { config, log, clock, tables } = dependencies;
  const settings = readSettings(config, tables);
  const reporting = readReportSettings(config);
  const logger: Log = log('virtual', config.get('syslog_name'));
  const statusFilter = readStatusFilter('virtual', dependencies, logger);
  const virtual: Virtual = { settings, logger, dependencies };
  return {
    async deliver(request) {
      const about = { log: logger, clock, request, relay: service, settings: reporting };
      const report = createFilteredReport(about, statusFilter);
      const loops = deliveredToAddresses(await request.readHeader());
      const results: AgentResult[] = [];
      for (const recipient of request.recipients) {
        results.push(await deliverOne(virtual, { request, recipient, report }, loops));
      }
      return {
        outcomes: results.flatMap((r) => r.outcomes),
        mailboxDeliveries: results.flatMap((r) => r.mailboxDeliveries),
        forwards: [],
        journey: results.flatMap((r) => r.journey),
      };
    },
  };
}
