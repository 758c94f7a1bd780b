/** The parameters of local(8), read once: postconf(5). */
import { splitRules, type SplitRules } from '../../address/parse.ts';
import type { Config } from '../../config/config.ts';

export type ExpansionKind = 'alias' | 'forward' | 'include';

export interface LocalSettings {
  readonly splitRules: SplitRules;
  readonly ownerRequestSpecial: boolean;
  readonly expandOwnerAlias: boolean;
  readonly resetOwnerAlias: boolean;
  readonly frozenDeliveredTo: boolean;
  /** forward_path, unexpanded, each path apart. */
  readonly forwardPath: readonly string[];
  readonly forwardFilter: string;
  readonly requireHome: boolean;
  readonly commandFilter: string;
  readonly commandDirectory: string;
  readonly commandDirectoryFilter: string;
  readonly commandTimeLimitSeconds: number;
  readonly commandShell: string;
  readonly exportEnvironment: readonly string[];
  readonly defaultRights: string;
  readonly luserRelay: string;
  readonly mailboxTransport: string;
  readonly fallbackTransport: string;
  readonly mailboxCommand: string;
  readonly homeMailbox: string;
  readonly mailSpoolDirectory: string;
  /** 0: none. The default does not count: a sandbox keeps what it catches, and 50 MB are soon full. */
  readonly mailboxSizeLimit: number;
  /** prepend_delivered_header: where Delivered-To is put in front. */
  readonly prependDelivered: ReadonlySet<string>;
  /** enable_original_recipient: X-Original-To is put in front. */
  readonly prependsOriginal: boolean;
  readonly propagateExtension: ReadonlySet<string>;
  readonly commandsAllowedIn: ReadonlySet<string>;
  readonly filesAllowedIn: ReadonlySet<string>;
  /** sandpost_allow_commands: a sandbox runs no commands unless it is told to. */
  readonly allowCommands: boolean;
  readonly duplicateFilterLimit: number;
  readonly lineLengthLimit: number;
}

/** Parameters whose `$name`s are the recipient's, not main.cf's: they are used as written. */
function raw(config: Config, name: string, otherwise: string): string {
  return config.setting(name)?.value ?? otherwise;
}

const isSet = (config: Config, name: string): boolean => config.setting(name) !== undefined;

const words = (config: Config, name: string): ReadonlySet<string> =>
  new Set(config.list(name).map((word) => word.toLowerCase()));

export function readLocalSettings(config: Config): LocalSettings {
  const forwardPath = raw(
    config,
    'forward_path',
    '$home/.forward${recipient_delimiter}${extension}, $home/.forward',
  );
  return {
    splitRules: splitRules(config),
    ownerRequestSpecial: config.boolean('owner_request_special'),
    expandOwnerAlias: config.boolean('expand_owner_alias'),
    resetOwnerAlias: config.boolean('reset_owner_alias'),
    frozenDeliveredTo: config.boolean('frozen_delivered_to'),
    forwardPath: forwardPath.split(/[,\s]+/).filter((path) => path !== ''),
    forwardFilter: config.get('forward_expansion_filter'),
    requireHome: config.boolean('require_home_directory'),
    commandFilter: config.get('command_expansion_filter'),
    commandDirectory: raw(config, 'command_execution_directory', '').trim(),
    commandDirectoryFilter: config.get('execution_directory_expansion_filter'),
    commandTimeLimitSeconds: config.seconds('command_time_limit'),
    commandShell: config.get('local_command_shell'),
    exportEnvironment: config.list('export_environment'),
    defaultRights: config.get('default_privs'),
    luserRelay: raw(config, 'luser_relay', '').trim(),
    mailboxTransport: config.get('mailbox_transport'),
    fallbackTransport: config.get('fallback_transport'),
    mailboxCommand: raw(config, 'mailbox_command', '').trim(),
    homeMailbox: config.get('home_mailbox'),
    mailSpoolDirectory: config.get('mail_spool_directory'),
    mailboxSizeLimit: isSet(config, 'mailbox_size_limit') ? config.integer('mailbox_size_limit') : 0,
    prependDelivered: words(config, 'prepend_delivered_header'),
    prependsOriginal: config.boolean('enable_original_recipient'),
    propagateExtension: words(config, 'propagate_unmatched_extensions'),
    commandsAllowedIn: words(config, 'allow_mail_to_commands'),
    filesAllowedIn: words(config, 'allow_mail_to_files'),
    allowCommands: config.get('sandpost_allow_commands').trim().toLowerCase() === 'yes',
    duplicateFilterLimit: config.integer('duplicate_filter_limit'),
    lineLengthLimit: config.integer('line_length_limit'),
  };
}
