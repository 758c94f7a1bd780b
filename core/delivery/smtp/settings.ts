/** The parameters of smtp(8) and lmtp(8), read once for each service: `smtp_x` of the one is `lmtp_x` of the other. */
import { ConfigError, type Config } from '../../config/config.ts';
import type { Maps, Tables } from '../../tables/table.ts';
import { splitWords } from '../../tables/words.ts';

export type Mode = 'smtp' | 'lmtp';

/** A table with the parameter that names it, as warnings have it. */
export interface NamedMaps {
  readonly name: string;
  readonly maps: Maps;
}

/** Time limits in milliseconds. */
export interface Timeouts {
  readonly connect: number;
  readonly helo: number;
  readonly xforward: number;
  readonly mail: number;
  readonly rcpt: number;
  readonly dataInit: number;
  readonly dataXfer: number;
  readonly dataDone: number;
  readonly rset: number;
  readonly quit: number;
}

/** How a host's addresses are found. */
export type HostLookup = 'dns' | 'native';

export interface SmtpSettings {
  readonly mode: Mode;
  /** The parameter's name in this mode: `smtp_tls_wrappermode`. */
  readonly parameter: (name: string) => string;
  readonly timeouts: Timeouts;
  readonly perRequestDeadline: boolean;
  /** Bytes a second, for the deadline of a message's content. */
  readonly minDataRate: number;
  readonly myhostname: string;
  readonly heloName: string;
  readonly port: string;
  readonly knownPorts: string;
  readonly queueDirectory: string;
  readonly lineLimit: number;
  readonly lineLengthLimit: number;
  readonly headerSizeLimit: number;
  readonly mimeNestingLimit: number;
  readonly mimeBoundaryLimit: number;
  readonly isConversionDisabled: boolean;
  readonly softBounce: boolean;
  readonly helpfulWarnings: boolean;
  readonly smtputf8Enabled: boolean;
  readonly relayhost: string;
  readonly fallbackRelay: string;
  readonly bestMxTransport: string;
  readonly hostLookup: ReadonlySet<HostLookup>;
  /** False: no DNS at all, addresses come from the native name service. */
  readonly usesDns: boolean;
  readonly ignoresMxLookupError: boolean;
  readonly cnameOverridesServerName: boolean;
  readonly dnsReplyFilter: NamedMaps;
  readonly defersIfNoMxAddress: boolean;
  readonly randomizesAddresses: boolean;
  readonly addressPreference: 'any' | 'ipv4' | 'ipv6';
  readonly balancesProtocols: boolean;
  readonly addressLimit: number;
  readonly sessionLimit: number;
  readonly skips5xxGreeting: boolean;
  readonly skipsQuitResponse: boolean;
  readonly alwaysSendsEhlo: boolean;
  readonly neverSendsEhlo: boolean;
  readonly discardedKeywords: string;
  readonly discardedKeywordMaps: NamedMaps;
  readonly pixWorkarounds: string;
  readonly pixWorkaroundMaps: NamedMaps;
  readonly pixDelayMs: number;
  readonly pixThresholdMs: number;
  readonly sendsXforward: boolean;
  readonly quotesEnvelope: boolean;
  readonly verifyTarget: 'rcpt' | 'data';
  /** lmtp_assume_final, or flags=X: what is delivered has arrived. */
  readonly isFinal: boolean;
  readonly generic: NamedMaps;
  readonly propagatesGeneric: boolean;
  readonly headerChecks: Readonly<Record<'header' | 'mime' | 'nested', NamedMaps>>;
  readonly bodyChecks: NamedMaps;
  readonly replyFilter: NamedMaps;
  readonly statusFilter: NamedMaps;
  readonly bindAddress: string;
  readonly bindAddress6: string;
  readonly cacheDestinations: readonly string[];
  readonly cachesOnDemand: boolean;
  readonly cacheTimeMs: number;
  readonly reuseTimeMs: number;
  readonly reuseCount: number;
  /** flags=DOR of master.cf: headers that are put in front. */
  readonly flags: string;
  readonly tls: {
    readonly level: string;
    readonly isWrapped: boolean;
    readonly policyMaps: NamedMaps;
    readonly isDnssec: boolean;
  };
}

/** Where LMTP says LHLO. */
const LMTP_NAMES: Readonly<Record<string, string>> = {
  helo_name: 'lhlo_name',
  helo_timeout: 'lhlo_timeout',
  discard_ehlo_keywords: 'discard_lhlo_keywords',
  discard_ehlo_keyword_address_maps: 'discard_lhlo_keyword_address_maps',
};

function readTimeouts(milliseconds: (name: string) => number): Timeouts {
  return {
    connect: milliseconds('connect_timeout'),
    helo: milliseconds('helo_timeout'),
    xforward: milliseconds('xforward_timeout'),
    mail: milliseconds('mail_timeout'),
    rcpt: milliseconds('rcpt_timeout'),
    dataInit: milliseconds('data_init_timeout'),
    dataXfer: milliseconds('data_xfer_timeout'),
    dataDone: milliseconds('data_done_timeout'),
    rset: milliseconds('rset_timeout'),
    quit: milliseconds('quit_timeout'),
  };
}

/** The level of TLS that is asked for: security_level, else what the older parameters say. */
function tlsLevel(config: Config, name: (n: string) => string): string {
  const level = config.get(name('tls_security_level'));
  if (level !== '') return level;
  if (config.boolean(name('enforce_tls'))) {
    return config.boolean(name('tls_enforce_peername')) ? 'verify' : 'encrypt';
  }
  return config.boolean(name('use_tls')) ? 'may' : 'none';
}

function hostLookup(config: Config, parameter: string): ReadonlySet<HostLookup> {
  const words = splitWords(config.get(parameter).toLowerCase());
  const wrong = words.find((word) => word !== 'dns' && word !== 'native');
  if (wrong !== undefined) {
    throw new ConfigError(`unknown ${parameter} value "${wrong}" in "${config.get(parameter)}"`);
  }
  return new Set(words as HostLookup[]);
}

function oneOf<Value extends string>(config: Config, parameter: string, values: readonly Value[]): Value {
  const value = config.get(parameter);
  const found = values.find((known) => known === value.toLowerCase());
  if (found === undefined) throw new ConfigError(`bad ${parameter} value: ${value}`);
  return found;
}

/** @throws ConfigError for a value that keeps the program from starting. */
export function readSmtpSettings(config: Config, tables: Tables, mode: Mode, flags: string): SmtpSettings {
  const name = (n: string) => `${mode}_${mode === 'lmtp' ? (LMTP_NAMES[n] ?? n) : n}`;
  const text = (n: string) => config.get(name(n));
  const flag = (n: string) => config.boolean(name(n));
  const count = (n: string) => config.integer(name(n));
  const milliseconds = (n: string) => config.seconds(name(n)) * 1000;
  const maps = (parameter: string): NamedMaps => ({
    name: parameter,
    maps: tables.maps(config.get(parameter), parameter),
  });
  const isSmtp = mode === 'smtp';
  const support = text('dns_support_level').toLowerCase();
  const usesDns = support === '' ? !config.boolean('disable_dns_lookups') : support !== 'disabled';
  return {
    mode,
    parameter: name,
    timeouts: readTimeouts(milliseconds),
    perRequestDeadline: flag('per_request_deadline'),
    minDataRate: count('min_data_rate'),
    myhostname: config.get('myhostname'),
    heloName: text('helo_name'),
    port: text('tcp_port'),
    knownPorts: config.get('known_tcp_ports'),
    queueDirectory: config.get('queue_directory'),
    lineLimit: config.integer('line_length_limit'),
    lineLengthLimit: count('line_length_limit'),
    headerSizeLimit: config.integer('header_size_limit'),
    mimeNestingLimit: config.integer('mime_nesting_limit'),
    mimeBoundaryLimit: config.integer('mime_boundary_length_limit'),
    isConversionDisabled: config.boolean('disable_mime_output_conversion'),
    softBounce: config.boolean('soft_bounce'),
    helpfulWarnings: config.boolean('helpful_warnings'),
    smtputf8Enabled: config.boolean('smtputf8_enable'),
    relayhost: config.get('relayhost'),
    fallbackRelay: text('fallback_relay'),
    bestMxTransport: config.get('best_mx_transport'),
    hostLookup: usesDns ? hostLookup(config, name('host_lookup')) : new Set(['native']),
    usesDns,
    cnameOverridesServerName: flag('cname_overrides_servername'),
    dnsReplyFilter: maps(name('dns_reply_filter')),
    ignoresMxLookupError: config.boolean('ignore_mx_lookup_error'),
    defersIfNoMxAddress: flag('defer_if_no_mx_address_found'),
    randomizesAddresses: flag('randomize_addresses'),
    addressPreference: oneOf(config, name('address_preference'), ['any', 'ipv4', 'ipv6']),
    balancesProtocols: flag('balance_inet_protocols'),
    addressLimit: count('mx_address_limit'),
    sessionLimit: count('mx_session_limit'),
    skips5xxGreeting: flag('skip_5xx_greeting'),
    skipsQuitResponse: flag('skip_quit_response'),
    alwaysSendsEhlo: !isSmtp || config.boolean('smtp_always_send_ehlo'),
    neverSendsEhlo: isSmtp && config.boolean('smtp_never_send_ehlo'),
    discardedKeywords: text('discard_ehlo_keywords'),
    discardedKeywordMaps: maps(name('discard_ehlo_keyword_address_maps')),
    pixWorkarounds: text('pix_workarounds'),
    pixWorkaroundMaps: maps(name('pix_workaround_maps')),
    pixDelayMs: milliseconds('pix_workaround_delay_time'),
    pixThresholdMs: milliseconds('pix_workaround_threshold_time'),
    sendsXforward: flag('send_xforward_command'),
    quotesEnvelope: flag('quote_rfc821_envelope'),
    verifyTarget: oneOf(config, name('address_verify_target'), ['rcpt', 'data']),
    isFinal: flags.includes('X') || (!isSmtp && config.boolean('lmtp_assume_final')),
    generic: maps(name('generic_maps')),
    propagatesGeneric: splitWords(config.get('propagate_unmatched_extensions')).includes('generic'),
    headerChecks: {
      header: maps(name('header_checks')),
      mime: maps(name('mime_header_checks')),
      nested: maps(name('nested_header_checks')),
    },
    bodyChecks: maps(name('body_checks')),
    replyFilter: maps(name('reply_filter')),
    statusFilter: maps(name('delivery_status_filter')),
    bindAddress: text('bind_address'),
    bindAddress6: text('bind_address6'),
    cacheDestinations: splitWords(text('connection_cache_destinations')),
    cachesOnDemand: flag('connection_cache_on_demand'),
    cacheTimeMs: milliseconds('connection_cache_time_limit'),
    reuseTimeMs: milliseconds('connection_reuse_time_limit'),
    reuseCount: count('connection_reuse_count_limit'),
    flags,
    tls: {
      level: tlsLevel(config, name),
      isWrapped: flag('tls_wrappermode'),
      policyMaps: maps(name('tls_policy_maps')),
      isDnssec: support === 'dnssec',
    },
  };
}
