/**
 * The parameters that every Postfix program reads when it starts (mail_params_init): with a bad one among them nothing
 * runs. Others are looked at only by the daemon that uses them.
 */
import { ConfigError } from './config.ts';
import { parseCompatibilityLevel } from './compatibility-level.ts';
import { hostnameProblem } from './hostname.ts';
import type { Scope } from './lookup.ts';
import { parseBoolean, parseInteger, parseSeconds } from './values.ts';
import { parseProtocols } from './networks.ts';
import { limitsOf, type Limits } from './parameters/ranges.ts';
import type { Settings } from './settings.ts';
import { join } from 'node:path';

/** Fewest and most characters; 0 for no limit. */
const STRINGS: readonly (readonly [name: string, min?: number, max?: number])[] = [
  ['mail_owner'],
  ['setgid_group'],
  ['mydestination', 0],
  ['myorigin'],
  ['relayhost', 0],
  ['daemon_directory'],
  ['data_directory'],
  ['command_directory'],
  ['meta_directory'],
  ['queue_directory'],
  ['process_id_directory'],
  ['inet_interfaces', 0],
  ['proxy_interfaces', 0],
  ['double_bounce_sender'],
  ['default_privs'],
  ['alias_database', 0],
  ['mail_release_date'],
  ['mail_version'],
  ['default_database_type'],
  ['hash_queue_names'],
  ['recipient_delimiter', 0],
  ['relay_domains', 0],
  ['fast_flush_domains', 0],
  ['export_environment', 0],
  ['import_environment', 0],
  ['mynetworks_style'],
  ['debug_peer_list', 0],
  ['default_verp_delimiters', 2, 2],
  ['verp_delimiter_filter'],
  ['parent_domain_matches_subdomains', 0],
  ['alternate_config_directories', 0],
  ['bounce_service_name'],
  ['cleanup_service_name'],
  ['defer_service_name'],
  ['pickup_service_name'],
  ['queue_service_name'],
  ['rewrite_service_name'],
  ['showq_service_name'],
  ['error_service_name'],
  ['flush_service_name'],
  ['address_verify_service_name'],
  ['trace_service_name'],
  ['proxymap_service_name'],
  ['proxywrite_service_name'],
  ['internal_mail_filter_classes', 0],
  ['default_delivery_status_filter', 0],
  ['smtputf8_autodetect_classes'],
  ['message_drop_headers', 0],
  ['postlog_service_name'],
  ['info_log_address_format'],
];

/** Smallest and largest value; 0 for no limit. */
const INTEGERS: readonly (readonly [name: string, ...Limits])[] = [
  ['default_process_limit', 1],
  ['max_use', 1],
  ['dont_remove'],
  ['line_length_limit', 512],
  ['hash_queue_depth', 1],
  ['fork_attempts', 1],
  ['deliver_lock_attempts', 1],
  ['debug_peer_level', 1],
  ['fault_injection_code'],
  ['berkeley_db_create_buffer_size', 1],
  ['berkeley_db_read_buffer_size', 1],
  ['header_size_limit', 1],
  ['header_address_token_limit', 1],
  ['mime_nesting_limit', 1],
  ['mime_boundary_length_limit', 1],
  ['delay_logging_resolution_limit', 0, 6],
  ['tcp_windowsize'],
  ['message_size_limit'],
  ['lmdb_map_size', 1],
];

const BOOLEANS: readonly string[] = [
  'disable_dns_lookups',
  'soft_bounce',
  'owner_request_special',
  'strict_8bitmime',
  'strict_7bit_headers',
  'strict_8bitmime_body',
  'strict_mime_encoding_domain',
  'disable_mime_input_processing',
  'disable_mime_output_conversion',
  'address_verify_negative_cache',
  'backwards_bounce_logfile_compatibility',
  'helpful_warnings',
  'send_cyrus_sasl_authzid',
  'multi_instance_enable',
  'enable_long_queue_ids',
  'strict_smtputf8',
  'enable_original_recipient',
  'daemon_table_open_error_is_fatal',
  'dns_ncache_ttl_fix_enable',
  'respectful_logging',
];

const TIMES: readonly (readonly [name: string, ...Limits])[] = [
  ['application_event_drain_time', 1],
  ['max_idle', 1],
  ['ipc_timeout', 1],
  ['ipc_idle', 1],
  ['ipc_ttl', 1],
  ['trigger_timeout', 1],
  ['fork_delay', 1],
  ['deliver_lock_delay', 1],
  ['stale_lock_time', 1],
  ['daemon_timeout', 1],
  ['in_flow_delay', 0, 10],
];

/** Throws ConfigError with Postfix's fatal text for the first parameter that is wrong, in Postfix's order. */
export function checkCommonParameters(scope: Scope, settings: Settings): void {
  checkLevel(scope);
  checkStrings(scope, [['syslog_name'], ['mail_name'], ['syslog_facility']]);
  for (const name of ['smtputf8_enable', 'enable_idna2003_compatibility']) checkBoolean(scope, name);
  checkFacility(scope, settings);
  checkProtocols(scope);
  checkStrings(scope, [['myhostname'], ['mydomain']]);
  for (const name of ['myhostname', 'mydomain']) checkHostname(scope, name, settings);
  checkStrings(scope, STRINGS);
  for (const [name, ...limits] of INTEGERS) readInteger(scope, name, limits);
  for (const name of BOOLEANS) checkBoolean(scope, name);
  for (const [name, ...limits] of TIMES) readTime(scope, name, limits);
  scope.expanded('mynetworks');
  scope.ownAddresses();
  checkOrigin(scope);
  checkVerpDelimiters(scope, settings);
}

function checkOrigin(scope: Scope): void {
  const origin = scope.expanded('myorigin') ?? '';
  if (/[, \t\r\n]/.test(origin))
    refuse(scope, 'myorigin', `myorigin parameter setting must not contain multiple values: ${origin}`);
}

const FACILITIES = new Set(
  'auth authpriv cron daemon ftp kern lpr mail news security syslog user uucp local0 local1 local2 local3 local4 local5 local6 local7'.split(
    ' ',
  ),
);

function checkFacility(scope: Scope, settings: Settings): void {
  const facility = scope.expanded('syslog_facility') ?? '';
  if (FACILITIES.has(facility)) return;
  const path = join(settings.directory, 'main.cf');
  refuse(
    scope,
    'syslog_facility',
    `file ${path}: parameter syslog_facility: unrecognized value: ${facility}`,
  );
}

/** Both characters of default_verp_delimiters must be allowed ones (verp_delims_verify(3)). */
function checkVerpDelimiters(scope: Scope, settings: Settings): void {
  const allowed = Buffer.from(scope.expanded('verp_delimiter_filter') ?? '');
  const [first = 0, second = 0] = Buffer.from(scope.expanded('default_verp_delimiters') ?? '');
  const which = !allowed.includes(first) ? 'first' : !allowed.includes(second) ? 'second' : undefined;
  if (which === undefined) return;
  const names = 'parameters default_verp_delimiters and verp_delimiter_filter';
  const path = join(settings.directory, 'main.cf');
  refuse(scope, 'default_verp_delimiters', `file ${path}: ${names}: bad ${which} VERP delimiter character`);
}

function checkStrings(scope: Scope, table: typeof STRINGS): void {
  for (const [name, min = 1, max = 0] of table) checkString(scope, name, min, max);
}

/** Where a default comes from that is made of another parameter. */
const MADE_FROM: Readonly<Record<string, string>> = { mydomain: 'myhostname', myhostname: 'mydomain' };

function refuse(scope: Scope, name: string, message: string, warnings: readonly string[] = []): never {
  const setting = scope.setting(name) ?? scope.setting(MADE_FROM[name] ?? name);
  throw new ConfigError(message, setting?.origin, warnings);
}

function checkLevel(scope: Scope): void {
  const level = parseCompatibilityLevel(scope.expanded('compatibility_level') ?? '');
  if (typeof level !== 'number') refuse(scope, 'compatibility_level', level.problem);
}

function checkProtocols(scope: Scope): void {
  const families = parseProtocols(scope.expanded('inet_protocols') ?? '');
  if ('problem' in families) refuse(scope, 'inet_protocols', families.problem);
}

function checkHostname(scope: Scope, name: string, settings: Settings): void {
  const value = scope.expanded(name) ?? '';
  const problem = hostnameProblem(value);
  if (problem === undefined) return;
  const path = join(settings.directory, 'main.cf');
  refuse(scope, name, `file ${path}: parameter ${name}: bad parameter value: ${value}`, [problem]);
}

function checkString(scope: Scope, name: string, min: number, max: number): void {
  const value = scope.expanded(name) ?? '';
  const length = Buffer.byteLength(value);
  if (length < min) refuse(scope, name, `bad string length ${length} < ${min}: ${name} = ${value}`);
  if (max > 0 && length > max)
    refuse(scope, name, `bad string length ${length} > ${max}: ${name} = ${value}`);
}

/** Throws ConfigError unless the value is a number within the limits. */
export function readInteger(scope: Scope, name: string, [min = 0, max = 0]: Limits = limitsOf(name)): number {
  const text = scope.expanded(name) ?? '';
  const value = parseInteger(
    text,
    scope.parameter(name)?.kind === 'long' ? Number.MAX_SAFE_INTEGER : undefined,
  );
  if (value === undefined) return refuse(scope, name, `bad numerical configuration: ${name} = ${text}`);
  if (min > 0 && value < min) refuse(scope, name, `invalid ${name} parameter value ${value} < ${min}`);
  if (max > 0 && value > max) refuse(scope, name, `invalid ${name} parameter value ${value} > ${max}`);
  return value;
}

/** Throws ConfigError unless the value is yes or no. */
export function checkBoolean(scope: Scope, name: string): void {
  const text = scope.expanded(name) ?? '';
  if (parseBoolean(text) === undefined) refuse(scope, name, `bad boolean configuration: ${name} = ${text}`);
}

/** Seconds. Throws ConfigError unless the value is a time within the limits. */
export function readTime(scope: Scope, name: string, [min = 0, max = 0]: Limits = limitsOf(name)): number {
  const text = scope.expanded(name) ?? '';
  const value = parseSeconds(text, defaultUnit(scope, name));
  if (value === undefined) return refuse(scope, name, `parameter ${name}: bad time value or unit: ${text}`);
  if (min > 0 && value < min) refuse(scope, name, `invalid ${name}: ${value} (min ${min})`);
  if (max > 0 && value > max) refuse(scope, name, `invalid ${name}: ${value} (max ${max})`);
  return value;
}

/** The unit of a time without one is that of the parameter's default. */
export function defaultUnit(scope: Scope, name: string): string {
  const fallback = scope.parameter(name)?.value ?? '';
  return /[a-z]/i.exec(scope.expand(fallback))?.[0] ?? 's';
}
