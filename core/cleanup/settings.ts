/** The parameters of cleanup(8), read once for each configuration. */
import type { Config } from '../config/config.ts';
import { unescape } from '../config/unescape.ts';
import type { WalkSettings } from '../mail/mime-walk.ts';
import type { Maps, Tables } from '../tables/table.ts';

/** A list of tables with the parameter that names it, as warnings have it. */
export interface NamedMaps {
  readonly name: string;
  readonly maps: Maps;
}

export interface CanonicalRule extends NamedMaps {
  readonly classes: ReadonlySet<string>;
}

interface CheckMaps {
  readonly header: NamedMaps;
  readonly mime: NamedMaps;
  readonly nested: NamedMaps;
  readonly body: NamedMaps;
  /** None of them is set. */
  readonly isEmpty: boolean;
}

type MimeSettings = Omit<WalkSettings, 'isReporting' | 'headerSizeLimit'>;

export interface CleanupSettings {
  readonly myhostname: string;
  readonly mailName: string;
  readonly isLongQueueId: boolean;
  readonly headerSizeLimit: number;
  readonly lineLengthLimit: number;
  readonly tokenLimit: number;
  readonly hopcountLimit: number;
  readonly messageSizeLimit: number;
  readonly addsMissingAlways: boolean;
  /** remote_header_rewrite_domain is set: headers of strangers are rewritten, too. */
  readonly rewritesRemote: boolean;
  readonly droppedHeaders: ReadonlySet<string>;
  readonly undisclosedHeader: string;
  readonly isObsoleteFrom: boolean;
  readonly readsEncodingHeader: boolean;
  readonly replacesStrayCr: boolean;
  /** As byte strings. */
  readonly stripCharacters: string;
  readonly rejectCharacters: string;
  readonly autodetectUtf8: ReadonlySet<string>;
  readonly smtputf8Enabled: boolean;
  readonly bodyChecksSizeLimit: number;
  readonly mime: MimeSettings;
  readonly checks: CheckMaps;
  readonly emptyRecipient: string;
  readonly keepsOriginalRecipient: boolean;
  readonly duplicateLimit: number;
  /** In the order they are applied: the sender's or recipient's own, then the common one. */
  readonly senderCanonical: readonly CanonicalRule[];
  readonly recipientCanonical: readonly CanonicalRule[];
  readonly propagatesCanonical: boolean;
  readonly propagatesVirtual: boolean;
  readonly masqueradeDomains: readonly string[];
  readonly masqueradeClasses: ReadonlySet<string>;
  readonly virtualAliases: NamedMaps;
  readonly virtualExpansionLimit: number;
  readonly virtualRecursionLimit: number;
  readonly virtualAddressLengthLimit: number;
  readonly alwaysBcc: string;
  readonly senderBcc: NamedMaps;
  readonly recipientBcc: NamedMaps;
}

const wordSet = (config: Config, name: string): ReadonlySet<string> =>
  new Set(config.list(name).map((word) => word.toLowerCase()));

function checkMaps(named: (name: string) => NamedMaps): CheckMaps {
  const [header, mime, nested, body] = [
    named('header_checks'),
    named('mime_header_checks'),
    named('nested_header_checks'),
    named('body_checks'),
  ];
  const isEmpty = [header, mime, nested, body].every(({ maps }) => maps.isEmpty);
  return { header, mime, nested, body, isEmpty };
}

function mimeSettings(config: Config): MimeSettings {
  const isStrict = config.boolean('strict_8bitmime');
  return {
    isDisabled: config.boolean('disable_mime_input_processing'),
    nestingLimit: config.integer('mime_nesting_limit'),
    boundaryLimit: config.integer('mime_boundary_length_limit'),
    strictHeaders: isStrict || config.boolean('strict_7bit_headers'),
    strictBody: isStrict || config.boolean('strict_8bitmime_body'),
    strictEncodingDomain: config.boolean('strict_mime_encoding_domain'),
  };
}

export function readSettings(config: Config, tables: Tables): CleanupSettings {
  const named = (name: string): NamedMaps => ({ name, maps: tables.maps(config.get(name)) });
  const canonical = (prefix: string): CanonicalRule => ({
    ...named(`${prefix}canonical_maps`),
    classes: wordSet(config, `${prefix}canonical_classes`),
  });
  const common = canonical('');
  const isUsed = (rule: CanonicalRule): boolean => !rule.maps.isEmpty;
  const propagated = wordSet(config, 'propagate_unmatched_extensions');
  return {
    myhostname: config.get('myhostname'),
    mailName: config.get('mail_name'),
    isLongQueueId: config.boolean('enable_long_queue_ids'),
    headerSizeLimit: config.integer('header_size_limit'),
    lineLengthLimit: config.integer('line_length_limit'),
    tokenLimit: config.integer('header_address_token_limit'),
    hopcountLimit: config.integer('hopcount_limit'),
    messageSizeLimit: config.integer('message_size_limit'),
    addsMissingAlways: config.boolean('always_add_missing_headers'),
    rewritesRemote: config.get('remote_header_rewrite_domain') !== '',
    droppedHeaders: wordSet(config, 'message_drop_headers'),
    undisclosedHeader: config.get('undisclosed_recipients_header'),
    isObsoleteFrom: config.get('header_from_format') === 'obsolete',
    readsEncodingHeader: config.boolean('detect_8bit_encoding_header'),
    replacesStrayCr: config.boolean('cleanup_replace_stray_cr_lf'),
    stripCharacters: unescape(config.get('message_strip_characters')),
    rejectCharacters: unescape(config.get('message_reject_characters')),
    autodetectUtf8: wordSet(config, 'smtputf8_autodetect_classes'),
    smtputf8Enabled: config.boolean('smtputf8_enable'),
    bodyChecksSizeLimit: config.integer('body_checks_size_limit'),
    mime: mimeSettings(config),
    checks: checkMaps(named),
    emptyRecipient: config.get('empty_address_recipient'),
    keepsOriginalRecipient: config.boolean('enable_original_recipient'),
    duplicateLimit: config.integer('duplicate_filter_limit'),
    senderCanonical: [canonical('sender_'), common].filter(isUsed),
    recipientCanonical: [canonical('recipient_'), common].filter(isUsed),
    propagatesCanonical: propagated.has('canonical'),
    propagatesVirtual: propagated.has('virtual'),
    masqueradeDomains: config.list('masquerade_domains'),
    masqueradeClasses: wordSet(config, 'masquerade_classes'),
    virtualAliases: named('virtual_alias_maps'),
    virtualExpansionLimit: config.integer('virtual_alias_expansion_limit'),
    virtualRecursionLimit: config.integer('virtual_alias_recursion_limit'),
    virtualAddressLengthLimit: config.integer('virtual_alias_address_length_limit'),
    alwaysBcc: config.get('always_bcc'),
    senderBcc: named('sender_bcc_maps'),
    recipientBcc: named('recipient_bcc_maps'),
  };
}
