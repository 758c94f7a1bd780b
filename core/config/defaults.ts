/** The configuration a new sandbox begins with: text files for people to read and change. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DefaultConfigOptions {
  /** Who gets root's mail. */
  readonly loginUser: string;
  readonly ports?: { readonly smtp?: number; readonly submission?: number; readonly submissions?: number };
}

/**
 * Creates the folder with main.cf, master.cf and aliases. A file that exists is left alone.
 *
 * @returns the names of the files that were written
 */
export function writeDefaultConfig(directory: string, options: DefaultConfigOptions): readonly string[] {
  mkdirSync(directory, { recursive: true });
  const written: string[] = [];
  for (const [name, text] of Object.entries(defaultFiles(options))) {
    const path = join(directory, name);
    if (existsSync(path)) continue;
    writeFileSync(path, text, { flag: 'wx', mode: 0o644 });
    written.push(name);
  }
  return written;
}

/** The texts by file name. */
export function defaultFiles(options: DefaultConfigOptions): Readonly<Record<string, string>> {
  const { smtp = 1025, submission = 1587, submissions = 1465 } = options.ports ?? {};
  return {
    'main.cf': MAIN_CF,
    'master.cf': masterCf({ smtp, submission, submissions }),
    aliases: aliases(options.loginUser),
  };
}

const MAIN_CF = `# main.cf: the main configuration file (postconf(5)).
# Each line is "name = value"; a line that starts with white space continues the one before.
# "sandpost check" looks it over, "sandpost postconf -n" shows what is set.

# Defaults as of this version of Postfix.
compatibility_level = 3.6

# Deliver mail to local users only.
myhostname = localhost
mydomain = localdomain
mydestination = $myhostname, localhost.$mydomain, localhost
inet_interfaces = $myhostname, localhost
mynetworks_style = host
default_transport = error: outside mail is not deliverable

# The type of lookup table that postmap and postalias make when none is named.
default_database_type = lmdb

# Who gets mail for root, postmaster and other names: the file "aliases". After a change: "sandpost newaliases".
alias_maps = lmdb:$config_directory/aliases
alias_database = lmdb:$config_directory/aliases
`;

interface Ports {
  readonly smtp: number;
  readonly submission: number;
  readonly submissions: number;
}

function masterCf(ports: Ports): string {
  return `# master.cf: which services run, and how clients reach them (master(5)).
# A sandbox listens on loopback addresses only. Port 0 means any free port.
#
# service type  private unpriv  chroot  wakeup  maxproc command + args
127.0.0.1:${ports.smtp} inet  n  -       n       -       -       smtpd
# Postfix would refuse mail for outside at once, and nobody would see it. With this override the message is accepted and
# kept, its outside recipients fail, and both can be looked at. Without it: "Refuse at the door".
  -o smtpd_reject_unlisted_recipient=no
#127.0.0.1:${ports.submission} inet n  -       n       -       -       smtpd
#  -o syslog_name=postfix/submission
#  -o smtpd_tls_security_level=encrypt
#  -o smtpd_sasl_auth_enable=yes
#  -o smtpd_tls_auth_only=yes
#  -o smtpd_reject_unlisted_recipient=no
#  -o smtpd_relay_restrictions=
#  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
#  -o milter_macro_daemon_name=ORIGINATING
#127.0.0.1:${ports.submissions} inet n  -       n       -       -       smtpd
#  -o syslog_name=postfix/smtps
#  -o smtpd_tls_wrappermode=yes
#  -o smtpd_sasl_auth_enable=yes
#  -o smtpd_reject_unlisted_recipient=no
#  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
#  -o milter_macro_daemon_name=ORIGINATING
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
tlsmgr    unix  -       -       n       1000?   1       tlsmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
verify    unix  -       -       n       -       1       verify
flush     unix  n       -       n       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
proxywrite unix -       -       n       -       1       proxymap
smtp      unix  -       -       n       -       -       smtp
relay     unix  -       -       n       -       -       smtp
  -o syslog_name=postfix/$service_name
showq     unix  n       -       n       -       -       showq
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
local     unix  -       n       n       -       -       local
virtual   unix  -       n       n       -       -       virtual
lmtp      unix  -       -       n       -       -       lmtp
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
postlog   unix-dgram n  -       n       -       1       postlogd
`;
}

function aliases(loginUser: string): string {
  return `# aliases: who gets mail for names that are no users (aliases(5)). After a change: "sandpost newaliases".
MAILER-DAEMON: postmaster
postmaster: root
root: ${loginUser}
`;
}
