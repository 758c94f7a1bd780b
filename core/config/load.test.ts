import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ConfigError } from './config.ts';
import { defaultFiles } from './defaults.ts';
import type { LoadOptions } from './load.ts';
import { loadConfig } from './load.ts';

const MASTER = defaultFiles({ loginUser: 'you' })['master.cf'] ?? '';
const load = (main: string, options: LoadOptions = {}) =>
  loadConfig('/c', { hostname: 'sandbox', files: { 'main.cf': main, 'master.cf': MASTER }, ...options });
const failure = (main: string, options: LoadOptions = {}) => {
  try {
    load(main, options);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('no failure');
};
const LEVEL = 'compatibility_level = 3.6\n';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe('loadConfig', () => {
  it("makes the source text's local mail configuration what it should be", () => {
    const config = loadConfig('/c', { files: defaultFiles({ loginUser: 'you' }) });
    expect(config.list('mydestination')).toEqual(['localhost', 'localhost.localdomain', 'localhost']);
    expect(config.get('inet_interfaces')).toBe('localhost, localhost');
    expect(config.get('mynetworks')).toBe('127.0.0.1/32 [::1]/128');
    expect(config.get('default_transport')).toBe('error: outside mail is not deliverable');
    expect(config.get('alias_maps')).toBe('lmdb:/c/aliases');
    expect(config.boolean('append_dot_mydomain')).toBe(false);
    expect(config.problems).toEqual([]);
  });

  it('reads the folder, and drafts in place of files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'load-'));
    folders.push(folder);
    writeFileSync(join(folder, 'main.cf'), 'mail_name = old\n');
    writeFileSync(join(folder, 'master.cf'), MASTER);
    expect(loadConfig(folder).get('mail_name')).toBe('old');
    expect(loadConfig(folder, { files: { 'main.cf': 'mail_name = draft\n' } }).get('mail_name')).toBe(
      'draft',
    );
    expect(loadConfig(folder, { overrides: { mail_name: 'over' } }).get('mail_name')).toBe('over');
  });

  it("says which file is missing, in Postfix's words", () => {
    expect(() => loadConfig('/nowhere')).toThrow('open /nowhere/main.cf: No such file or directory');
  });

  it('makes host and domain names from each other', () => {
    expect(load(LEVEL).get('myhostname')).toBe('sandbox.localdomain');
    expect(load(LEVEL).get('mydomain')).toBe('localdomain');
    expect(load(`${LEVEL}myhostname = mail.example.test`).get('mydomain')).toBe('example.test');
    expect(load(`${LEVEL}myhostname = example.test`).get('mydomain')).toBe('test');
    expect(load(`${LEVEL}myhostname = localhost`).get('mydomain')).toBe('localdomain');
    expect(load(`${LEVEL}mydomain = example.test`).get('myhostname')).toBe('sandbox.example.test');
    expect(() => load(`${LEVEL}mydomain = $myhostname`)).toThrow('bad parameter value: sandbox.');
  });

  it.each([
    ['host', '127.0.0.1/32 [::1]/128'],
    ['subnet', '127.0.0.0/8 [::1]/128'],
    ['class', '127.0.0.0/8 [::1]/128'],
  ])('trusts by mynetworks_style = %s', (style, networks) => {
    expect(load(`${LEVEL}mynetworks_style = ${style}`).get('mynetworks')).toBe(networks);
  });
});

describe('values', () => {
  it('changes defaults by compatibility level', () => {
    const old = load('');
    expect(old.boolean('append_dot_mydomain')).toBe(true);
    expect(old.get('mynetworks_style')).toBe('subnet');
    expect(old.list('relay_domains')).toEqual(old.list('mydestination'));
    expect(old.boolean('smtputf8_enable')).toBe(false);
    expect(old.get('smtpd_relay_restrictions')).toBe('');
    const now = load(LEVEL);
    expect(now.boolean('append_dot_mydomain')).toBe(false);
    expect(now.get('relay_domains')).toBe('');
    expect(now.get('smtpd_relay_restrictions')).toBe(
      'permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination',
    );
    expect(load('compatibility_level = 3.10').boolean('append_dot_mydomain')).toBe(false);
  });

  it.each([
    ['maximal_queue_lifetime = 5', 'maximal_queue_lifetime', 5 * 86_400],
    ['bounce_queue_lifetime = 12h', 'bounce_queue_lifetime', 43_200],
    ['queue_run_delay = 300', 'queue_run_delay', 300],
    ['minimal_backoff_time = 5m', 'minimal_backoff_time', 300],
    ['delay_warning_time = 1', 'delay_warning_time', 3600],
    ['smtpd_timeout = 10', 'smtpd_timeout', 10],
    ['', 'smtpd_timeout', 300],
    ['maximal_backoff_time = 1w', 'maximal_backoff_time', 604_800],
    ['', 'local_destination_rate_delay', 0],
  ])('reads the time %s', (line, name, seconds) => {
    expect(load(LEVEL + line).seconds(name)).toBe(seconds);
  });
});

describe('parameters by name', () => {
  it('knows the parameters of every transport', () => {
    const config = load(
      `${LEVEL}default_destination_recipient_limit = 7\nfoo_destination_concurrency_limit = 3`,
    );
    expect(config.integer('smtp_destination_recipient_limit')).toBe(7);
    expect(config.integer('nosuch_destination_recipient_limit')).toBe(7);
    expect(config.integer('foo_destination_concurrency_limit')).toBe(3);
    expect(config.integer('local_destination_concurrency_limit')).toBe(2);
    expect(config.integer('local_destination_recipient_limit')).toBe(1);
    expect(config.integer('smtp_recipient_limit')).toBe(20_000);
  });

  it('falls back on legacy names', () => {
    const config = load(`${LEVEL}virtual_maps = hash:/x\nfallback_relay = [127.0.0.1]`);
    expect(config.get('virtual_alias_maps')).toBe('hash:/x');
    expect(config.get('smtp_fallback_relay')).toBe('[127.0.0.1]');
  });

  it('leaves raw parameters to the program that expands them', () => {
    expect(load(LEVEL).get('forward_path')).toContain('$home/.forward');
    expect(load(`${LEVEL}mailbox_command = /x -a "$EXTENSION"`).get('mailbox_command')).toBe(
      '/x -a "$EXTENSION"',
    );
  });

  it('keeps { } groups of a list together', () => {
    const main = `${LEVEL}transport_maps = inline:{ {a.test = x:}, {b.test = y:} }, hash:/x\nfoo = { a b }, c`;
    expect(load(main).list('transport_maps')).toEqual(['inline:{ {a.test = x:}, {b.test = y:} }', 'hash:/x']);
    expect(load(main).list('foo')).toEqual(['a b', 'c']);
  });

  it("puts a service's overrides on top, for it alone", () => {
    const master = 'smtp inet n - n - - smtpd\n  -o smtpd_banner=$myhostname\n  -o { mail_name = a b }\n';
    const config = load(`${LEVEL}myhostname = h.test`, {
      files: { 'main.cf': `${LEVEL}myhostname = h.test`, 'master.cf': master },
    });
    const [service] = config.services;
    if (service === undefined) throw new Error('no service');
    const local = config.forService(service);
    expect([local.get('smtpd_banner'), local.get('mail_name')]).toEqual(['h.test', 'a b']);
    expect(config.get('mail_name')).toBe('Postfix');
    expect(local.setting('mail_name')?.origin).toEqual({ file: 'master.cf', line: 3 });
    expect(local.get('service_name')).toBe('smtp');
    expect(config.forService(service)).toBe(local);
  });

  it('knows which names exist', () => {
    const config = load(`${LEVEL}mine = 1`);
    expect(
      ['mail_name', 'mine', 'smtp_destination_rate_delay', 'syslog_name'].every((name) => config.has(name)),
    ).toBe(true);
    expect(config.has('nosuch')).toBe(false);
    expect(config.get('nosuch')).toBe('');
  });
});

describe('what Postfix does not start with', () => {
  it.each([
    ['message_size_limit = abc', 'bad numerical configuration: message_size_limit = abc'],
    ['message_size_limit = 10 240', 'bad numerical configuration: message_size_limit = 10 240'],
    ['soft_bounce = maybe', 'bad boolean configuration: soft_bounce = maybe'],
    ['default_process_limit = 0', 'invalid default_process_limit parameter value 0 < 1'],
    ['inet_protocols = ipv5', 'unknown inet_protocols value "ipv5" in "ipv5"'],
    [
      'inet_interfaces = 10.1.2.3, nosuchhost.invalid',
      'config variable inet_interfaces: host not found: nosuchhost.invalid',
    ],
    ['inet_interfaces = 10.1.2.3', 'parameter inet_interfaces: no local interface found for 10.1.2.3'],
    ['mynetworks_style = nonsense', 'unknown mynetworks mask style value "nonsense" in "nonsense"'],
    ['mynetworks_style = host,class', 'bad mynetworks_style value: host,class; specify exactly one value'],
    ['ipc_ttl = 0', 'invalid ipc_ttl: 0 (min 1)'],
    ['in_flow_delay = 11', 'invalid in_flow_delay: 11 (max 10)'],
    ['in_flow_delay = x', 'parameter in_flow_delay: bad time value or unit: x'],
    ['myorigin =', 'bad string length 0 < 1: myorigin = '],
    ['default_verp_delimiters = +', 'bad string length 1 < 2: default_verp_delimiters = +'],
    ['myhostname = host.', 'bad string length 0 < 1: mydomain = '],
    ['myhostname = 1.2.3', 'file /c/main.cf: parameter myhostname: bad parameter value: 1.2.3'],
    ['mydomain = a..b', 'file /c/main.cf: parameter myhostname: bad parameter value: sandbox.a..b'],
    ['mydestination = ${x', 'dictionary mail_dict: macro processing error'],
  ])('refuses to start with %s', (line, message) => {
    const error = failure(LEVEL + line);
    expect([error.message, error.origin]).toEqual([message, { file: 'main.cf', line: 2 }]);
  });
});

describe('borderline configurations', () => {
  it('refuses a level that is none', () => {
    expect(failure('compatibility_level = x').message).toBe('malformed compatibility level syntax: "x"');
    expect(load('compatibility_level = 9').get('compatibility_level')).toBe('9');
  });

  it('accepts a host name with an underscore', () => {
    expect(load(`${LEVEL}myhostname = a_b`).get('myhostname')).toBe('a_b');
  });

  it('leaves what only a daemon reads to the daemon', () => {
    const config = load(`${LEVEL}queue_run_delay = 5x`);
    expect(() => config.seconds('queue_run_delay')).toThrow(
      'parameter queue_run_delay: bad time value or unit: 5x',
    );
  });

  it.each(['192.0.2.1:25', '0.0.0.0:25', '[2001:db8::1]:25'])('refuses to listen on %s', (name) => {
    const files = { 'main.cf': LEVEL, 'master.cf': `# c\n${name} inet n - n - - smtpd\n` };
    const error = failure('', { files });
    expect(error.message).toContain('is not a loopback address');
    expect(error.origin).toEqual({ file: 'master.cf', line: 2 });
  });

  it.each(['smtp', '127.0.0.1:0', '127.0.0.9:25', '[::1]:25', 'localhost:25'])('listens on %s', (name) => {
    const files = { 'main.cf': LEVEL, 'master.cf': `${name} inet n - n - - smtpd\n` };
    expect(load('', { files }).services[0]?.name).toBe(name);
  });
});
