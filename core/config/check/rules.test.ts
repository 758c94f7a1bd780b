/** One folder that each check finds fault with and one that it does not; and its fix, done, makes the fault go away. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fixedTexts } from '../../api/contract/line-edits.ts';
import { checkServices, type CheckOptions } from '../check.ts';
import type { ConfigProblem } from '../config.ts';

const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBfjCCASOgAwIBAgIUPNB+9VCL0LXV6ZNc027PMfIKYIUwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MB4XDTI2MTEyODIzNDkyMloXDTQ2MTEyMzIz
NDkyMlowFDESMBAGA1UEAwwJbG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEKUp94f5ula2K1AteHo+4BS5j1pubsAjvSSW4fGbGAro+j4KEv4werZ8o
cn+43x/42UKkJSmMgmidQDiieDBbHKNTMFEwHQYDVR0OBBYEFC7BsfKRE1jIbkC1
EDpWNNHFjADNMB8GA1UdIwQYMBaAFC7BsfKRE1jIbkC1EDpWNNHFjADNMA8GA1Ud
EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAKZF7AiMZ+IahYn+0W2lN/t1
ijA79O6ox+5SWjgxlA6WAiEA0UoQj6hTFLWCQBNf6esB2sf9BmoR/SrnWE402kXN
deM=
-----END CERTIFICATE-----
`;
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgT1IsspYdvekESE/d
DCFfkUaj7/OHAa2VvCS+/a5oT1ShRANCAAQpSn3h/m6VrYrUC14ej7gFLmPWm5uw
CO9JJbh8ZsYCuj6PgoS/jB6tnyhyf7jfH/jZQqQlKYyCaJ1AOKJ4MFsc
-----END PRIVATE KEY-----
`;
const OTHER_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQglJBFa4X1ReCkbE4d
IUeWlikHEpta6s9unXCrCFfpidOhRANCAAQ/ahghREc/53y0NnZhSP+MyE00dpWe
gaujnw68hWwbm6JxeYfvx5sPoETRtIlDRUhBR4NFQioSjRQXKScPRuk/
-----END PRIVATE KEY-----
`;
/** Within the certificate's validity. */
const NOW = Date.UTC(2030, 0, 1);

const LEVEL = 'compatibility_level = 3.6\n';
const SMTPD = '127.0.0.1:0 inet n - n - - smtpd\n';

type Files = Readonly<Record<string, string>>;

interface Case {
  readonly bad: Files;
  readonly good: Files;
  /** file:line of the fault. */
  readonly at: string;
  readonly says: RegExp;
  /** None: nothing that one click could do. */
  readonly fix?: RegExp;
  readonly options?: CheckOptions;
}

const main = (text: string, more: Files = {}): Files => ({ 'main.cf': LEVEL + text, ...more });
const master = (text: string): Files => ({ 'main.cf': LEVEL, 'master.cf': text });

const CASES: Readonly<Record<string, Case>> = {
  'unused-parameter': {
    bad: main('smtpd_baner = x\n'),
    good: main('smtpd_banner = x\n'),
    at: 'main.cf:2',
    says: /did you mean smtpd_banner/,
    fix: /Change it to smtpd_banner/,
  },
  'undefined-parameter': {
    bad: main('smtpd_banner = $myhostname\n  $mail_nam\n'),
    good: main('smtpd_banner = $myhostname\n  $mail_name\n'),
    at: 'main.cf:2',
    says: /undefined parameter: mail_nam/,
    fix: /Change it to mail_name/,
  },
  'overridden-entry': {
    bad: main('soft_bounce = yes\nsoft_bounce = no\n'),
    good: main('soft_bounce = no\nsoft_bounce = no\n'),
    at: 'main.cf:3',
    says: /overriding earlier entry/,
    fix: /earlier entry out/,
  },
  'bad-value': {
    bad: main('hopcount_limit =\n  0\n'),
    good: main('hopcount_limit = 1\n'),
    at: 'main.cf:2',
    says: /0 < 1/,
    fix: /Set it to 1/,
  },
  'no-effect': {
    bad: main('postscreen_greet_wait = 3s\n'),
    good: main('delay_warning_time = 3s\n'),
    at: 'main.cf:2',
    says: /no effect/,
    fix: /Comment the line out/,
  },
  'outside-address': {
    bad: main('relayhost = [192.0.2.1]\n'),
    good: main('relayhost = [127.0.0.1]\n'),
    at: 'main.cf:2',
    says: /not a loopback address/,
    fix: /Comment/,
  },
  'service-start': {
    bad: master(`${SMTPD}a unix - - - - - nosuchdaemon\n  -o x=y\n`),
    good: master(`${SMTPD}a unix - - - - - error\n`),
    at: 'master.cf:2',
    says: /no daemon program/,
    fix: /Comment the lines out/,
  },
  'duplicate-service': {
    bad: master(`${SMTPD}a unix - - - - - error\na unix - - - - - error\n`),
    good: master(`${SMTPD}a unix - - - - - error\nb unix - - - - - error\n`),
    at: 'master.cf:3',
    says: /duplicate master.cf entry/,
    fix: /Comment/,
  },
  'port-taken': {
    bad: master('127.0.0.1:1025 inet n - n - - smtpd\n'),
    good: master('127.0.0.1:1026 inet n - n - - smtpd\n'),
    at: 'master.cf:1',
    says: /port 1025 of 127.0.0.1 is taken/,
    fix: /any free port/,
    options: { taken: ({ port }) => (port === '1025' ? 'maildev' : undefined) },
  },
  'unknown-transport': {
    bad: main('virtual_transport = dovecot\n'),
    good: main('virtual_transport = virtual\n', { 'master.cf': `${SMTPD}virtual unix - - - - - virtual\n` }),
    at: 'main.cf:2',
    says: /no service "dovecot"/,
    fix: /Comment/,
  },
  'open-relay': {
    bad: main('smtpd_relay_restrictions =\n  permit_mynetworks\n'),
    good: main('smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n'),
    at: 'master.cf:1',
    says: /at least one working instance of/,
    fix: /Refuse to relay/,
  },
  'open-relay-order': {
    bad: main(
      'smtpd_relay_restrictions =\nsmtpd_recipient_restrictions =\n  check_policy_service unix:private/p,\n  reject_unauth_destination\n',
      { 'master.cf': `${SMTPD}p unix - n n - 0 spawn user=nobody argv=/bin/true\n` },
    ),
    good: main(
      'smtpd_relay_restrictions =\nsmtpd_recipient_restrictions =\n  reject_unauth_destination,\n  check_policy_service unix:private/p\n',
      { 'master.cf': `${SMTPD}p unix - n n - 0 spawn user=nobody argv=/bin/true\n` },
    ),
    at: 'main.cf:4',
    says: /check_policy_service comes before reject_unauth_destination/,
    fix: /before check_policy_service/,
  },
  'open-relay-networks': {
    bad: main('mynetworks = 127.0.0.0/8 0.0.0.0/0\n'),
    good: main('mynetworks = 127.0.0.0/8 192.168.0.0/16\n'),
    at: 'main.cf:2',
    says: /0\.0\.0\.0\/0 trusts strangers/,
    fix: /mynetworks_style/,
  },
  'open-relay-domains': {
    bad: main('relay_domains = static:all\n'),
    good: main('relay_domains = shop.test\n'),
    at: 'main.cf:2',
    says: /every domain/,
    fix: /nobody/,
  },
  'unreachable-restriction': {
    bad: main(
      'smtpd_recipient_restrictions = permit_mynetworks,\n  reject,\n  check_sender_access inline:{ {a = OK},\n    {b = OK x} }, permit\n',
    ),
    good: main(
      'smtpd_recipient_restrictions = permit_mynetworks,\n  warn_if_reject reject,\n' +
        '  check_sender_access inline:{{bad.test = reject spam}},\n' +
        '  check_sender_access inline:{ {a.test = reject},\n    {b.test = permit\n    or not} } permit\n',
    ),
    at: 'main.cf:4',
    says: /"reject" always answers.*check_sender_access inline:\{ \{a = OK\}, \{b = OK x\} \} permit$/,
    fix: /Remove 2 restrictions/,
  },
  'missing-table': {
    bad: main('virtual_alias_maps = lmdb:$config_directory/virtual\n'),
    good: main('virtual_alias_maps = lmdb:$config_directory/virtual\n', { virtual: 'a@b.test c\n' }),
    at: 'main.cf:2',
    says: /virtual: No such file or directory/,
    fix: /Begin the file virtual/,
  },
  'table-line': {
    bad: main('header_checks = regexp:$config_directory/checks\n', {
      checks: '# c\n/^a/ IGNORE\n/(/ IGNORE\n',
    }),
    good: main('header_checks = regexp:$config_directory/checks\n', {
      checks: '# c\n/^a/ IGNORE\n/(x)/ IGNORE\n',
    }),
    at: 'checks:3',
    says: /./,
    fix: /Comment the line out/,
  },
  'stale-table': {
    bad: main('virtual_alias_maps = lmdb:$config_directory/virtual\n', { virtual: 'a@b.test c\n' }),
    good: main('virtual_alias_maps = texthash:$config_directory/virtual\n', { virtual: 'a@b.test c\n' }),
    at: 'virtual:0',
    says: /older than source file/,
    fix: /Run postmap/,
    options: {
      compiled: {
        open: () => ({ sourceModifiedAt: 1, builtAt: 1, lookup: () => undefined, entries: () => [] }),
      },
    },
  },
  'local-alias-loop': {
    bad: main('alias_maps = lmdb:$config_directory/aliases\n', {
      aliases: 'a: b, x\nb: c@localhost\nc: a\nd: d\n',
    }),
    good: main('alias_maps = lmdb:$config_directory/aliases\n', {
      aliases: 'a: b, a\nb: c\nc: a@other.test\n',
    }),
    at: 'aliases:3',
    says: /a -> b -> c -> a/,
    fix: /Comment this alias out/,
  },
  'virtual-alias-loop': {
    bad: main('virtual_alias_maps = texthash:$config_directory/virtual\n', {
      virtual: 'a@x.test b@x.test\nb@x.test you, a@x.test\n',
    }),
    good: main('virtual_alias_maps = texthash:$config_directory/virtual\n', {
      virtual: 'a@x.test a@x.test, b@x.test\nb@x.test you\n',
    }),
    at: 'virtual:2',
    says: /a@x\.test -> b@x\.test -> a@x\.test/,
    fix: /Comment this alias out/,
  },
  'policy-service': {
    bad: main(
      'smtpd_recipient_restrictions = check_policy_service inet:127.0.0.1:10031, permit_mynetworks\n',
    ),
    good: main(
      'smtpd_recipient_restrictions = check_policy_service inet:127.0.0.1:10030, permit_mynetworks\n',
    ),
    at: 'main.cf:2',
    says: /nobody serves inet:127\.0\.0\.1:10031 now/,
    fix: /Do not ask/,
  },
  'certificate-missing': {
    bad: main('smtpd_tls_cert_file = $config_directory/tls/no.crt\n'),
    good: main(
      'smtpd_tls_cert_file = $config_directory/tls/a.crt\nsmtpd_tls_key_file = $config_directory/tls/a.key\n',
    ),
    at: 'main.cf:2',
    says: /no\.crt: No such file/,
    fix: /without this certificate/,
    options: { now: NOW },
  },
  'certificate-expired': {
    bad: main(
      'smtpd_tls_cert_file = $config_directory/tls/a.crt\nsmtpd_tls_key_file = $config_directory/tls/a.key\n',
      {
        now: String(Date.UTC(2050, 0, 1)),
      },
    ),
    good: main(
      'smtpd_tls_cert_file = $config_directory/tls/a.crt\nsmtpd_tls_key_file = $config_directory/tls/a.key\n',
    ),
    at: 'main.cf:2',
    says: /expired on Nov 23/,
    fix: /without this certificate/,
    options: { now: NOW },
  },
  'certificate-key': {
    bad: main(
      'smtpd_tls_cert_file = $config_directory/tls/a.crt\nsmtpd_tls_key_file = $config_directory/tls/b.key\n',
    ),
    good: main(
      'smtpd_tls_cert_file = $config_directory/tls/a.crt\nsmtpd_tls_key_file = $config_directory/tls/a.key\n',
    ),
    at: 'main.cf:3',
    says: /is not the key of the certificate/,
    fix: /without this certificate/,
    options: { now: NOW },
  },
  'certificate-none': {
    bad: main('smtpd_tls_security_level = may\n'),
    good: main('smtpd_tls_security_level = none\n'),
    at: 'main.cf:2',
    says: /names no certificate/,
    fix: /Comment/,
  },
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rules-'));
  mkdirSync(join(folder, 'tls'));
  writeFileSync(join(folder, 'tls/a.crt'), CERTIFICATE);
  writeFileSync(join(folder, 'tls/a.key'), KEY);
  writeFileSync(join(folder, 'tls/b.key'), OTHER_KEY);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function found(
  rule: string,
  files: Files,
  options: CheckOptions = {},
): Promise<readonly ConfigProblem[]> {
  const { now, ...texts } = { 'master.cf': SMTPD, ...files } as Record<string, string>;
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
  const isServed = (server: { kind: string; port?: string }) => Promise.resolve(server.port === '10030');
  const all = await checkServices(folder, isServed, {
    hostname: 'sandbox',
    ...options,
    ...(now === undefined ? {} : { now: Number(now) }),
  });
  return all.filter((problem) => problem.rule === rule);
}

describe.each(Object.entries(CASES))('%s', (rule, { bad, good, at, says, fix, options }) => {
  it('finds the fault, says where it is, and what makes it go away', async () => {
    const [problem, ...more] = await found(rule, bad, options);
    expect(more).toEqual([]);
    expect(`${problem?.file ?? ''}:${problem?.line ?? ''}`).toBe(at);
    expect(problem?.message).toMatch(says);
    expect(problem?.fix?.title).toMatch(fix ?? /./);
    const offered = problem?.fix;
    if (offered === undefined || offered.compile !== undefined) return;
    const texts: Files = { 'master.cf': SMTPD, ...bad };
    const fixed = fixedTexts(offered, (file) => texts[file]);
    expect(Object.keys(fixed)).not.toEqual([]);
    expect(await found(rule, { ...texts, ...fixed }, options)).toEqual([]);
  });

  it('finds no fault with what is right', async () => {
    expect(await found(rule, good, options)).toEqual([]);
  });
});
