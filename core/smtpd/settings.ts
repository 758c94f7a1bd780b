/** The parameters of smtpd(8), read once for each service and configuration, so that a session asks for nothing twice. */
import { ConfigError, type Config } from '../config/config.ts';
import { unescape } from '../config/unescape.ts';
import { splitWords } from '../tables/words.ts';

/** A list of restrictions, or the definition of a restriction class, with the place where it was written. */
export interface RestrictionList {
  readonly name: string;
  readonly words: readonly string[];
  readonly file?: string;
  readonly line?: number;
}

export type RestrictionListName =
  | 'smtpd_client_restrictions'
  | 'smtpd_helo_restrictions'
  | 'smtpd_sender_restrictions'
  | 'smtpd_relay_restrictions'
  | 'smtpd_recipient_restrictions'
  | 'smtpd_data_restrictions'
  | 'smtpd_end_of_data_restrictions'
  | 'smtpd_etrn_restrictions';

/** smtpd_forbid_bare_newline: `standard` takes only CRLF.CRLF for the end, `reject` refuses the message as well. */
export type BareNewlinePolicy = 'allow' | 'standard' | 'reject';

export interface SmtpdSettings {
  readonly myhostname: string;
  readonly mailName: string;
  readonly banner: string;
  readonly messageSizeLimit: number;
  readonly lineLengthLimit: number;
  readonly recipientLimit: number;
  readonly recipientOvershootLimit: number;
  readonly softErrorLimit: number;
  readonly hardErrorLimit: number;
  readonly junkCommandLimit: number;
  readonly connectionCountLimit: number;
  readonly connectionRateLimit: number;
  readonly messageRateLimit: number;
  readonly recipientRateLimit: number;
  /** anvil_rate_time_unit */
  readonly rateUnitMs: number;
  readonly errorSleepMs: number;
  readonly timeoutMs: number;
  readonly historyThreshold: number;
  readonly isHeloRequired: boolean;
  readonly isVrfyDisabled: boolean;
  readonly isStrictEnvelope: boolean;
  readonly isUtf8Enabled: boolean;
  readonly isStrictUtf8: boolean;
  readonly delaysReject: boolean;
  readonly delaysOpen: boolean;
  readonly rejectsUnlistedRecipient: boolean;
  readonly rejectsUnlistedSender: boolean;
  readonly relayBeforeRecipient: boolean;
  readonly allowsUntrustedRouting: boolean;
  readonly forbidsUnauthPipelining: boolean;
  readonly isSoftBounce: boolean;
  readonly logsClientPort: boolean;
  readonly looksUpPeerName: boolean;
  readonly discardedKeywords: ReadonlySet<string>;
  readonly rejectFooter: string;
  /** The characters that values may have in reject footers and replies about lists. */
  readonly expansionFilter: string;
  readonly bareNewline: BareNewlinePolicy;
  readonly bareNewlineCode: number;
  /** receive_override_options */
  readonly overrides: readonly string[];
  /** `transport:nexthop`; ''. */
  readonly contentFilter: string;
  /** local_header_rewrite_clients */
  readonly rewriteClients: readonly string[];
  /** Client, HELO or sender restrictions wait for RCPT. */
  readonly hasDelayed: boolean;
  readonly notifyClasses: readonly string[];
  readonly logAddressInternal: boolean;
  readonly lists: Readonly<Record<RestrictionListName, RestrictionList>>;
  /** By name, exactly as written: restriction classes are case-sensitive. */
  readonly classes: ReadonlyMap<string, RestrictionList>;
}

const LIST_NAMES: readonly RestrictionListName[] = [
  'smtpd_client_restrictions',
  'smtpd_helo_restrictions',
  'smtpd_sender_restrictions',
  'smtpd_relay_restrictions',
  'smtpd_recipient_restrictions',
  'smtpd_data_restrictions',
  'smtpd_end_of_data_restrictions',
  'smtpd_etrn_restrictions',
];

/** @throws ConfigError with the text of smtpd's fatal error. */
export function readSettings(config: Config): SmtpdSettings {
  const lists = Object.fromEntries(LIST_NAMES.map((name) => [name, readList(config, name)])) as Record<
    RestrictionListName,
    RestrictionList
  >;
  const classes = readClasses(config);
  requireRelayControl(lists, classes);
  requirePolicyNumbers(config);
  return {
    ...readLimits(config),
    ...readSwitches(config),
    myhostname: config.get('myhostname'),
    mailName: config.get('mail_name'),
    banner: config.get('smtpd_banner'),
    discardedKeywords: parseEhloKeywords(config.get('smtpd_discard_ehlo_keywords')),
    // Its names are expanded for each reply, not when main.cf is read.
    rejectFooter: config.setting('smtpd_reject_footer')?.value ?? '',
    expansionFilter: unescape(config.get('smtpd_expansion_filter')),
    bareNewline: readBareNewline(config),
    overrides: splitWords(config.get('receive_override_options')).map((word) => word.toLowerCase()),
    contentFilter: config.get('content_filter'),
    rewriteClients: splitWords(config.get('local_header_rewrite_clients')),
    hasDelayed: hasDelayed(config, lists),
    notifyClasses: splitWords(config.get('notify_classes')).map((word) => word.toLowerCase()),
    logAddressInternal: config.get('info_log_address_format') === 'internal',
    lists,
    classes,
  };
}

function hasDelayed(config: Config, lists: Readonly<Record<RestrictionListName, RestrictionList>>): boolean {
  if (!config.boolean('smtpd_delay_reject')) return false;
  if (config.boolean('smtpd_reject_unlisted_sender')) return true;
  const { smtpd_client_restrictions, smtpd_helo_restrictions, smtpd_sender_restrictions } = lists;
  return [smtpd_client_restrictions, smtpd_helo_restrictions, smtpd_sender_restrictions].some(
    (list) => list.words.length > 0,
  );
}

function readLimits(config: Config) {
  return {
    messageSizeLimit: config.integer('message_size_limit'),
    lineLengthLimit: config.integer('line_length_limit'),
    recipientLimit: config.integer('smtpd_recipient_limit'),
    recipientOvershootLimit: config.integer('smtpd_recipient_overshoot_limit'),
    softErrorLimit: config.integer('smtpd_soft_error_limit'),
    hardErrorLimit: config.integer('smtpd_hard_error_limit'),
    junkCommandLimit: config.integer('smtpd_junk_command_limit'),
    connectionCountLimit: config.integer('smtpd_client_connection_count_limit'),
    connectionRateLimit: config.integer('smtpd_client_connection_rate_limit'),
    messageRateLimit: config.integer('smtpd_client_message_rate_limit'),
    recipientRateLimit: config.integer('smtpd_client_recipient_rate_limit'),
    rateUnitMs: config.seconds('anvil_rate_time_unit') * 1000,
    errorSleepMs: config.seconds('smtpd_error_sleep_time') * 1000,
    timeoutMs: config.seconds('smtpd_timeout') * 1000,
    historyThreshold: config.integer('smtpd_history_flush_threshold'),
    bareNewlineCode: config.integer('smtpd_forbid_bare_newline_reject_code'),
  };
}

/** Read when a policy service is asked, but smtpd does not start when they are wrong. */
function requirePolicyNumbers(config: Config): void {
  for (const name of ['timeout', 'max_idle', 'max_ttl', 'retry_delay'])
    config.seconds(`smtpd_policy_service_${name}`);
  for (const name of ['try_limit', 'request_limit']) config.integer(`smtpd_policy_service_${name}`);
}

function readSwitches(config: Config) {
  return {
    isHeloRequired: config.boolean('smtpd_helo_required'),
    isVrfyDisabled: config.boolean('disable_vrfy_command'),
    isStrictEnvelope: config.boolean('strict_rfc821_envelopes'),
    isUtf8Enabled: config.boolean('smtputf8_enable'),
    isStrictUtf8: config.boolean('strict_smtputf8'),
    delaysReject: config.boolean('smtpd_delay_reject'),
    delaysOpen: config.boolean('smtpd_delay_open_until_valid_rcpt'),
    rejectsUnlistedRecipient: config.boolean('smtpd_reject_unlisted_recipient'),
    rejectsUnlistedSender: config.boolean('smtpd_reject_unlisted_sender'),
    relayBeforeRecipient: config.boolean('smtpd_relay_before_recipient_restrictions'),
    allowsUntrustedRouting: config.boolean('allow_untrusted_routing'),
    forbidsUnauthPipelining: config.boolean('smtpd_forbid_unauth_pipelining'),
    isSoftBounce: config.boolean('soft_bounce'),
    logsClientPort: config.boolean('smtpd_client_port_logging'),
    looksUpPeerName: config.boolean('smtpd_peername_lookup'),
  };
}

function readList(config: Config, name: string): RestrictionList {
  const origin = config.setting(name)?.origin;
  return { name, words: splitWords(config.get(name)), ...(origin ?? {}) };
}

function readClasses(config: Config): ReadonlyMap<string, RestrictionList> {
  const classes = new Map<string, RestrictionList>();
  for (const name of splitWords(config.get('smtpd_restriction_classes'))) {
    const list = readList(config, name);
    if (list.words.length === 0) throw new ConfigError(`restriction class \`${name}' needs a definition`);
    classes.set(name, list);
  }
  // What smtpd_check.c defines for itself.
  classes.set('reject_sender_login_mismatch', {
    name: 'reject_sender_login_mismatch',
    words: ['reject_authenticated_sender_login_mismatch', 'reject_unauthenticated_sender_login_mismatch'],
  });
  return classes;
}

function readBareNewline(config: Config): BareNewlinePolicy {
  const value = config.get('smtpd_forbid_bare_newline').toLowerCase();
  if (value === 'no') return 'allow';
  if (value === 'yes' || value === 'normalize') return 'standard';
  if (value === 'reject') return 'reject';
  throw new ConfigError(
    `bad parameter value: 'smtpd_forbid_bare_newline = ${config.get('smtpd_forbid_bare_newline')}'`,
  );
}

const RELAY_CONTROLS = [
  'reject_unauth_destination',
  'defer_unauth_destination',
  'reject',
  'defer',
  'defer_if_permit',
  'check_relay_domains',
];

/** People get relay restrictions wrong too often: without one that refuses by default smtpd does not run at all. */
function requireRelayControl(
  lists: Readonly<Record<RestrictionListName, RestrictionList>>,
  classes: ReadonlyMap<string, RestrictionList>,
): void {
  const guarded = [lists.smtpd_recipient_restrictions, lists.smtpd_relay_restrictions];
  if (guarded.some((list) => refusesByDefault(list, classes, 0))) return;
  const choices = `${RELAY_CONTROLS.slice(0, -1).join(', ')} or ${RELAY_CONTROLS.at(-1) ?? ''}`;
  throw new ConfigError(
    'in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, ' +
      `specify at least one working instance of: ${choices}`,
  );
}

function refusesByDefault(
  list: RestrictionList,
  classes: ReadonlyMap<string, RestrictionList>,
  depth: number,
): boolean {
  if (depth > 100) return false;
  for (let i = 0; i < list.words.length; i++) {
    const word = list.words[i] ?? '';
    const lower = word.toLowerCase();
    if (lower === 'warn_if_reject' && i + 1 < list.words.length) {
      i++;
      continue;
    }
    if (lower === 'permit') return false;
    if (RELAY_CONTROLS.includes(lower)) return true;
    const inner = classes.get(word);
    if (inner !== undefined && refusesByDefault(inner, classes, depth + 1)) return true;
  }
  return false;
}

/** The keywords of a value like `chunking, dsn silent-discard` (ehlo_mask(3)). */
export function parseEhloKeywords(value: string): ReadonlySet<string> {
  return new Set(splitWords(value).map((word) => word.toLowerCase()));
}
