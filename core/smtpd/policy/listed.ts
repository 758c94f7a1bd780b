/**
 * Whether an address exists: local_recipient_maps, virtual_mailbox_maps, relay_recipient_maps, and what resolves to
 * error(8) or retry(8) (reject_unlisted_recipient, reject_unlisted_sender in postconf(5)). An address that a
 * canonical or virtual alias table knows counts as listed; what it becomes is not looked at here.
 */
import type { AddressClass, Resolution } from '../../address/resolution.ts';
import { splitDsn } from '../../mail/dsn.ts';
import type { Source } from '../../mail/journey.ts';
import { chain, type Maybe } from '../../tables/maybe.ts';
import { ABSENT, type LookupResult } from '../../tables/table.ts';
import { fitDsn } from './dsn-fix.ts';
import { NAME, note, reject, rejectLookupFailure, resolve, type Run, type Status } from './run.ts';

type Resolved = Extract<Resolution, { kind: 'resolved' }>;

export function checkListedRecipient(run: Run, recipient: string): Maybe<Status> {
  if (isOff(run) || run.hasCheckedRecipient) return 'dunno';
  if (run.warnIfReject === 0) run.hasCheckedRecipient = true;
  return checkListed(run, recipient, run.facts.sender ?? '', NAME.recipient);
}

export function checkListedSender(run: Run, sender: string): Maybe<Status> {
  if (isOff(run) || run.hasCheckedSender) return 'dunno';
  if (run.warnIfReject === 0) run.hasCheckedSender = true;
  return checkListed(run, sender, run.facts.recipient ?? '', NAME.sender);
}

/** receive_override_options = no_unknown_recipient_checks */
function isOff(run: Run): boolean {
  return run.context.settings.overrides.includes('no_unknown_recipient_checks');
}

const RECIPIENT_REWRITING = ['recipient_canonical_maps', 'canonical_maps', 'virtual_alias_maps'] as const;
const SENDER_REWRITING = ['sender_canonical_maps', ...RECIPIENT_REWRITING] as const;

async function checkListed(run: Run, address: string, other: string, replyClass: string): Promise<Status> {
  const resolution = await resolve(run, address, other);
  if (resolution.kind === 'unavailable') return rejectLookupFailure(run, address);
  if (resolution.kind === 'unresolvable') return 'dunno';
  for (const parameter of replyClass === NAME.sender ? SENDER_REWRITING : RECIPIENT_REWRITING) {
    if (run.context.parameterMaps(parameter).isEmpty) continue;
    const match = await find(run, parameter, resolution.recipient);
    if (match.kind === 'unavailable')
      return rejectLookupFailure(run, address, tableSource(match, resolution.recipient));
    if (match.kind === 'found') return listed(run, address, match);
  }
  if (resolution.transport === 'error' || resolution.transport === 'retry') {
    return rejectByTransport(run, address, replyClass, resolution);
  }
  return checkClass(run, address, replyClass, resolution);
}

function find(run: Run, parameter: string, address: string): Maybe<LookupResult> {
  const maps = run.context.parameterMaps(parameter);
  if (maps.isEmpty) return ABSENT;
  return chain(run.context.finder.find(maps, address), ({ result }) => result);
}

function tableSource(result: LookupResult, key: string): Source | undefined {
  switch (result.kind) {
    case 'absent':
      return undefined;
    case 'unavailable':
      return { kind: 'table', table: result.table, key, value: result.reason };
    case 'found': {
      const { table, value, line } = result;
      return { kind: 'table', table, key: result.key, value, ...(line === undefined ? {} : { line }) };
    }
  }
}

function listed(run: Run, address: string, match: LookupResult): Status {
  const source = tableSource(match, address);
  note(run, 'ok', `knows <${address}>`, source === undefined ? {} : { source });
  return 'dunno';
}

/** error: and retry: are final already now, with their text (`default_transport = error: ...`). */
function rejectByTransport(run: Run, address: string, replyClass: string, resolution: Resolved): Status {
  const isSoft = resolution.transport === 'retry';
  const split = splitDsn(resolution.nexthop);
  const fallback = `${isSoft ? '4' : '5'}.1.${replyClass === NAME.sender ? '0' : '1'}`;
  const reason = split === undefined ? resolution.nexthop : split.text;
  const hardCode =
    resolution.class === 'virtual-alias'
      ? run.context.config.integer('unknown_virtual_alias_reject_code')
      : 550;
  return reject(run, {
    errorClass: 'bounce',
    code: isSoft ? 450 : hardCode,
    dsn: fitDsn(split?.code ?? fallback, replyClass),
    text: `<${address}>: ${replyClass} rejected: ${reason}`,
    source: resolution.source,
  });
}

interface ClassTable {
  readonly parameter: string;
  readonly codeParameter: string;
  readonly name: string;
}

const CLASS_TABLES: Readonly<Partial<Record<AddressClass, ClassTable>>> = {
  local: {
    parameter: 'local_recipient_maps',
    codeParameter: 'unknown_local_recipient_reject_code',
    name: 'local recipient table',
  },
  'virtual-mailbox': {
    parameter: 'virtual_mailbox_maps',
    codeParameter: 'unknown_virtual_mailbox_reject_code',
    name: 'virtual mailbox table',
  },
  relay: {
    parameter: 'relay_recipient_maps',
    codeParameter: 'unknown_relay_recipient_reject_code',
    name: 'relay recipient table',
  },
};

async function checkClass(
  run: Run,
  address: string,
  replyClass: string,
  resolution: Resolved,
): Promise<Status> {
  const table = CLASS_TABLES[resolution.class];
  const { config } = run.context;
  if (table === undefined || config.get(table.parameter).trim() === '') return 'dunno';
  if (resolution.class === 'local' && isAlwaysLocal(run, resolution.recipient)) return 'dunno';
  const match = await find(run, table.parameter, resolution.recipient);
  switch (match.kind) {
    case 'found':
      return listed(run, address, match);
    case 'unavailable':
      return rejectLookupFailure(run, address, tableSource(match, resolution.recipient));
    case 'absent':
      return reject(run, {
        errorClass: 'bounce',
        code: config.integer(table.codeParameter),
        dsn: replyClass === NAME.sender ? '5.1.0' : '5.1.1',
        text:
          `<${address}>: ${replyClass} rejected: User unknown` +
          (config.boolean('show_user_unknown_table_name') ? ` in ${table.name}` : ''),
        source: {
          kind: 'parameter',
          name: table.parameter,
          value: config.get(table.parameter),
          ...config.setting(table.parameter)?.origin,
        },
      });
  }
}

/** These exist whatever the tables say: bounces come from them, and qmgr or local absorbs what goes to them. */
function isAlwaysLocal(run: Run, recipient: string): boolean {
  const local = recipient.slice(0, Math.max(0, recipient.lastIndexOf('@'))).toLowerCase();
  const doubleBounce = run.context.config.get('double_bounce_sender').toLowerCase();
  return local === doubleBounce || local === 'postmaster' || local === 'mailer-daemon';
}
