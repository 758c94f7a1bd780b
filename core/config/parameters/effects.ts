/**
 * Whether a parameter does here what it does in Postfix: said wherever a parameter is shown. A name that is on neither list
 * is "unknown": accepted, and not promised. Add a name to WORKS with the code that reads it (a test looks for those that
 * were forgotten).
 */
export type Effect = 'works' | 'no-effect' | 'unknown';

/** Sorted. */
const WORKS: ReadonlySet<string> = new Set(
  `
  alias_database alias_maps append_at_myorigin append_dot_mydomain compatibility_level config_directory
  default_database_type default_transport inet_interfaces inet_protocols mydestination mydomain myhostname mynetworks
  mynetworks_style myorigin
  `
    .split(/\s+/)
    .filter((name) => name !== ''),
);

/** What belongs to processes, users, disks or the network of a real installation. */
const NO_EFFECT: readonly RegExp[] = [
  /^(postscreen|tlsproxy|dnsblog|qmqpd|postmulti|multi_instance|maillog_file|berkeley_db|lmdb|tls_random|postlogd)_/,
  /^(command|daemon|html|manpage|meta|readme|sample|shlib|process_id)_directory$/,
  /^(mailq|newaliases|sendmail|openssl)_path$/,
  /^(ipc|fork|deliver_lock|hash_queue|in_flow|qmgr_(ipc|daemon|fudge|clog))_/,
  /^(mail_owner|setgid_group|default_privs|max_idle|max_use|default_process_limit|application_event_drain_time)$/,
  /^(alternate_config_directories|biff|daemon_timeout|debug_peer_(level|list)|debugger_command|dont_remove)$/,
  /^(fault_injection_code|import_environment|master_service_disable|stale_lock_time|syslog_facility|tcp_windowsize)$/,
  /^(trigger_timeout|service_throttle_time|smtp_bind_address_enforce|sun_mailtool_compatibility)$/,
];

export function effectOf(name: string): Effect {
  if (WORKS.has(name)) return 'works';
  return NO_EFFECT.some((pattern) => pattern.test(name)) ? 'no-effect' : 'unknown';
}

/** For the test that compares the list with the code. */
export const worksHere: ReadonlySet<string> = WORKS;
