/**
 * Every parameter Postfix 3.7 knows (postconf(5)), with kind and default, and those that exist because a service of
 * master.cf exists (`NAME_destination_recipient_limit`, `NAME_time_limit`). effects.ts says which ones work here.
 */
import type { ParameterKind } from './table.ts';
import { BUILTIN_PARAMETERS } from './table.ts';

export type { ParameterKind } from './table.ts';

export interface Parameter {
  readonly name: string;
  readonly kind: ParameterKind;
  /** Unexpanded; empty for the derived ones. */
  readonly value: string;
}

export const builtinParameters: ReadonlyMap<string, Parameter> = new Map(
  BUILTIN_PARAMETERS.map(([name, kind, value]) => [name, { name, kind, value }]),
);

/** What every delivery agent's transport has (qmgr(8)); the default is the parameter named here. */
const TRANSPORT_SUFFIXES: readonly (readonly [suffix: string, kind: ParameterKind, fallback: string])[] = [
  ['_delivery_slot_cost', 'integer', 'default_delivery_slot_cost'],
  ['_delivery_slot_discount', 'integer', 'default_delivery_slot_discount'],
  ['_delivery_slot_loan', 'integer', 'default_delivery_slot_loan'],
  [
    '_destination_concurrency_failed_cohort_limit',
    'integer',
    'default_destination_concurrency_failed_cohort_limit',
  ],
  ['_destination_concurrency_limit', 'integer', 'default_destination_concurrency_limit'],
  [
    '_destination_concurrency_negative_feedback',
    'string',
    'default_destination_concurrency_negative_feedback',
  ],
  [
    '_destination_concurrency_positive_feedback',
    'string',
    'default_destination_concurrency_positive_feedback',
  ],
  ['_destination_rate_delay', 'time', 'default_destination_rate_delay'],
  ['_destination_recipient_limit', 'integer', 'default_destination_recipient_limit'],
  ['_extra_recipient_limit', 'integer', 'default_extra_recipient_limit'],
  ['_initial_destination_concurrency', 'integer', 'initial_destination_concurrency'],
  ['_minimum_delivery_slots', 'integer', 'default_minimum_delivery_slots'],
  ['_recipient_limit', 'integer', 'default_recipient_limit'],
  ['_recipient_refill_delay', 'time', 'default_recipient_refill_delay'],
  ['_recipient_refill_limit', 'integer', 'default_recipient_refill_limit'],
  ['_transport_rate_delay', 'time', 'default_transport_rate_delay'],
];

/** Daemons whose services are transports (postconf(1)); discard is not among them. */
const TRANSPORT_DAEMONS = new Set(['error', 'lmtp', 'local', 'pipe', 'smtp', 'virtual']);

/** local(8)'s own defaults. */
const LOCAL_DEFAULTS: Readonly<Record<string, string>> = {
  local_destination_concurrency_limit: '2',
  local_destination_recipient_limit: '1',
};

/** The parameters that exist because a service of this name runs this daemon. */
export function serviceParameters(service: string, daemon: string): readonly Parameter[] {
  const program = daemon.slice(daemon.lastIndexOf('/') + 1);
  const found: Parameter[] = [];
  if (TRANSPORT_DAEMONS.has(program))
    for (const [suffix, kind, fallback] of TRANSPORT_SUFFIXES)
      found.push(transportParameter(`${service}${suffix}`, kind, fallback));
  if (program === 'pipe' || program === 'spawn')
    found.push({ name: `${service}_time_limit`, kind: 'time', value: '$command_time_limit' });
  return found;
}

function transportParameter(name: string, kind: ParameterKind, fallback: string): Parameter {
  return { name, kind, value: LOCAL_DEFAULTS[name] ?? `$${fallback}` };
}

/**
 * A name with a transport's suffix, whatever the transport: the queue manager asks for these by the name of any transport
 * that a message has.
 */
export function transportParameterByName(name: string): Parameter | undefined {
  if (name.endsWith('_time_limit')) return { name, kind: 'time', value: '$command_time_limit' };
  // `x_destination_recipient_limit` also ends in `_recipient_limit`: the longest suffix is meant.
  const suffixes = TRANSPORT_SUFFIXES.filter(([suffix]) => name.endsWith(suffix) && name !== suffix);
  const [longest] = suffixes.sort((a, b) => b[0].length - a[0].length);
  return longest === undefined ? undefined : transportParameter(name, longest[1], longest[2]);
}

/** Parameters that only a sandbox has; main.cf may set them, `postconf -d` does not list them. */
export const OWN_PARAMETERS: ReadonlySet<string> = new Set(['sandpost_allow_commands']);

/** Parameters of the past that the defaults of others still fall back on: known by name, listed only when set. */
export const LEGACY_PARAMETERS: ReadonlySet<string> = new Set([
  'fallback_relay',
  'virtual_maps',
  'authorized_verp_clients',
  'lmtp_per_record_deadline',
  'postscreen_blacklist_action',
  'postscreen_dnsbl_ttl',
  'postscreen_dnsbl_whitelist_threshold',
  'postscreen_whitelist_interfaces',
  'smtp_per_record_deadline',
  'smtpd_client_connection_limit_exceptions',
  'smtpd_per_record_deadline',
  'tlsproxy_client_level',
  'tlsproxy_client_policy',
]);

/** What a parameter's value is; undefined: there is no such parameter. */
export const parameterKind = (name: string): ParameterKind | undefined =>
  (builtinParameters.get(name) ?? transportParameterByName(name))?.kind;

/** Those that differ from process to process, and those whose default only lists the values of others. */
export const SAYS_NOTHING_NEW: ReadonlySet<string> = new Set([
  'process_id',
  'process_name',
  'service_name',
  'proxy_read_maps',
  'proxy_write_maps',
]);
