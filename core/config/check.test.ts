import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkConfig, fileWarnings, startPostfix, startProgram } from './check.ts';
import { defaultFiles } from './defaults.ts';

const DEFAULT = defaultFiles({ loginUser: 'you' });
const LEVEL = 'compatibility_level = 3.6\n';
const SMTPD = '127.0.0.1:0 inet n - n - - smtpd\n';

const problems = (main: string, master = SMTPD) =>
  checkConfig('/c', { hostname: 'sandbox', files: { 'main.cf': main, 'master.cf': master } }).map(
    (p) => `${p.file}:${p.line} ${p.severity}: ${p.message}`,
  );

describe('checkConfig', () => {
  it('finds nothing wrong with a new sandbox', () => {
    expect(checkConfig('/c', { files: DEFAULT })).toEqual([]);
  });

  it('suggests the name that was meant', () => {
    expect(problems(`${LEVEL}smtpd_baner = x\n`)).toEqual([
      'main.cf:2 warning: unused parameter: smtpd_baner=x (did you mean smtpd_banner?)',
    ]);
    expect(problems(`${LEVEL}smtpd_banner = $myhostnmae\n`)).toEqual([
      'main.cf:2 warning: undefined parameter: myhostnmae (did you mean myhostname?)',
    ]);
    expect(problems(`${LEVEL}zzz = 1\n`)).toEqual(['main.cf:2 warning: unused parameter: zzz=1']);
  });

  it("looks at master.cf's overrides with their lines", () => {
    const master = `${SMTPD}  -o smtpd_sasl_auth_enabel=yes\n  -o smtpd_timeout=5x\n`;
    expect(problems(LEVEL, master)).toEqual([
      'master.cf:2 warning: unused parameter: smtpd_sasl_auth_enabel=yes (did you mean smtpd_sasl_auth_enable?)',
      'master.cf:3 error: parameter smtpd_timeout: bad time value or unit: 5x',
    ]);
  });
});

describe('values', () => {
  it('finds values that only a daemon would stumble over', () => {
    expect(
      problems(`${LEVEL}queue_run_delay = 5x\nsmtpd_delay_reject = maybe\nqueue_minfree = lots\n`),
    ).toEqual([
      'main.cf:2 error: parameter queue_run_delay: bad time value or unit: 5x',
      'main.cf:3 error: bad boolean configuration: smtpd_delay_reject = maybe',
      'main.cf:4 error: bad numerical configuration: queue_minfree = lots',
    ]);
    expect(problems(`${LEVEL}smtpd_policy_service_retry_delay = 0\n`)).toEqual([
      'main.cf:2 error: invalid smtpd_policy_service_retry_delay: 0 (min 1)',
    ]);
  });

  it('finds macros that cannot be expanded', () => {
    expect(problems(`${LEVEL}mydestination = localhost $mydestination\n`)[0]).toMatch(
      /^main\.cf:2 error: .*unreasonable macro call nesting.*macro processing error/,
    );
  });
});

describe('addresses of other machines', () => {
  it.each([
    ['relayhost = [192.0.2.1]:25', '192.0.2.1'],
    ['relayhost = 192.0.2.1', '192.0.2.1'],
    ['default_transport = smtp:[2001:db8::1]', '2001:db8::1'],
    ['content_filter = scan:[10.0.0.1]:10024', '10.0.0.1'],
    ['smtpd_recipient_restrictions = check_policy_service inet:10.0.0.1:10030', '10.0.0.1'],
    ['sender_canonical_maps = tcp:10.0.0.1:10001', '10.0.0.1'],
    ['smtp_fallback_relay = [192.0.2.9]', '192.0.2.9'],
    ['smtpd_milters = inet:192.0.2.9:8891', '192.0.2.9'],
  ])('refuses %s', (line, address) => {
    const name = line.slice(0, line.indexOf(' '));
    expect(problems(`${LEVEL}${line}\n`)).toContain(
      `main.cf:2 error: ${name}: ${address} is not a loopback address, and nothing leaves a sandbox`,
    );
  });

  it.each([
    'relayhost = [127.0.0.1]:2525',
    'relayhost = [::1]',
    'relayhost = mail.example.test',
    'default_transport = error:5.1.2 no [192.0.2.1] here',
    'virtual_transport = lmtp:inet:127.0.0.1:24',
    'smtpd_recipient_restrictions = check_policy_service inet:localhost:10030',
    'mynetworks = 192.0.2.0/24',
  ])('allows %s', (line) => {
    const master = `${SMTPD}error unix - - - - - error\nvirtual unix - - - - - virtual\nlmtp unix - - - - - lmtp\n`;
    expect(problems(`${LEVEL}${line}\n`, master)).toEqual([]);
  });

  it('refuses interfaces and listeners that are not loopback', () => {
    expect(problems(`${LEVEL}inet_interfaces = 10.1.2.3\n`)).toEqual([
      'main.cf:2 error: parameter inet_interfaces: no local interface found for 10.1.2.3',
    ]);
    expect(problems(LEVEL, '# c\n192.0.2.1:25 inet n - n - - smtpd\n')[0]).toMatch(
      /^master\.cf:2 error: service 192\.0\.2\.1:25: 192\.0\.2\.1 is not a loopback address/,
    );
  });
});

describe('services and the rest', () => {
  it('finds services that cannot start, and those that stand there twice', () => {
    const master = `${SMTPD}${SMTPD}a unix - - - - - nosuchdaemon\nb inet n - n - - smtpd -o smtpd_banner = x\n`;
    expect(problems(LEVEL, master)).toEqual([
      'master.cf:2 warning: duplicate master.cf entry for service "127.0.0.1:0" -- using the last entry',
      'master.cf:3 error: service a: there is no daemon program "nosuchdaemon"',
      `master.cf:4 error: invalid "-o smtpd_banner" option value: missing '=' after attribute name`,
    ]);
  });

  it('tells what smtpd will not start with', () => {
    expect(problems('compatibility_level = 0\n')[0]).toMatch(/specify at least one working instance of/);
    const main = `${LEVEL}smtpd_relay_restrictions =\nsmtpd_restriction_classes = strict\n`;
    expect(
      problems(`${main}strict = permit_mynetworks, reject\nsmtpd_recipient_restrictions = strict\n`),
    ).toEqual([]);
    expect(
      problems(`${main}strict = permit\nsmtpd_recipient_restrictions = warn_if_reject reject, strict\n`),
    ).toHaveLength(1);
  });

  it('names ports that are taken', () => {
    const files = {
      'main.cf': LEVEL,
      'master.cf': '127.0.0.1:1025 inet n - n - - smtpd\nsmtp inet n - n - - smtpd\n',
    };
    const taken = ({ port }: { port: string }) => (port === '1025' ? 'maildev (process 12)' : undefined);
    expect(checkConfig('/c', { files, taken }).map((p) => p.message)).toEqual([
      'port 1025 of 127.0.0.1 is taken by maildev (process 12): give this service another port',
    ]);
  });

  it('warns of a transport that does not exist', () => {
    expect(problems(`${LEVEL}default_transport = nosuch:x\n`)).toEqual([
      'main.cf:2 warning: default_transport: master.cf has no service "nosuch": mail for it waits in the queue',
    ]);
  });

  it('notes parameters without effect', () => {
    expect(problems(`${LEVEL}postscreen_greet_wait = 3s\n`)).toEqual([
      'main.cf:2 note: postscreen_greet_wait has no effect in a sandbox',
    ]);
  });

  it('goes on with one file when the other cannot be read', () => {
    expect(problems('nonsense\n', 'foo\n')).toEqual([
      `main.cf:1 error: missing '=' after attribute name: "nonsense"`,
      'master.cf:1 error: bad field count',
    ]);
    expect(checkConfig('/nowhere').map((p) => p.message)).toEqual([
      'open /nowhere/main.cf: No such file or directory',
      'open /nowhere/master.cf: No such file or directory',
    ]);
  });
});

describe('postfix check', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'check-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const check = (main: string, master = DEFAULT['master.cf'] ?? '') => {
    writeFileSync(join(folder, 'main.cf'), main);
    writeFileSync(join(folder, 'master.cf'), master);
    const { exit, lines } = startPostfix(folder, { hostname: 'sandbox' });
    return { exit, lines: lines.map((line) => line.replaceAll(folder, '{c}')) };
  };

  it('is silent about a good configuration, and about values that only daemons read', () => {
    expect(check(`${LEVEL}queue_run_delay = 5x\n`)).toEqual({ exit: 0, lines: [] });
  });

  it('says what postconf warns about, and ends well', () => {
    expect(check(`${LEVEL}nosuch = 1\n`)).toEqual({
      exit: 0,
      lines: ['/usr/sbin/postconf: warning: {c}/main.cf: unused parameter: nosuch=1'],
    });
  });

  it('fails like every command with a bad common parameter', () => {
    expect(check(`${LEVEL}message_size_limit = abc\n`)).toEqual({
      exit: 1,
      lines: ['postfix: fatal: bad numerical configuration: message_size_limit = abc'],
    });
    expect(check(`${LEVEL}myhostname = a b\n`).lines).toEqual([
      'postfix: warning: valid_hostname: invalid character 32(decimal): a b',
      'postfix: fatal: file {c}/main.cf: parameter myhostname: bad parameter value: a b',
    ]);
  });

  it('cannot run postconf on a bad master.cf', () => {
    expect(check(LEVEL, 'foo inet n - n\n')).toEqual({
      exit: 1,
      lines: [
        '/usr/sbin/postconf: fatal: file {c}/master.cf: line 1: bad field count',
        'postfix/postfix-script: fatal: cannot execute /usr/sbin/postconf!',
      ],
    });
  });

  it('tells of backwards-compatible defaults', () => {
    expect(check('').lines[2]).toBe(
      'postfix: To disable backwards compatibility use "postconf compatibility_level=3.6" and "postfix reload"',
    );
    expect(check(LEVEL).lines).toEqual([]);
  });

  it('warns of files of somebody else, of what others may write, of links that lead out', () => {
    check(LEVEL);
    writeFileSync(join(folder, 'loose'), '');
    chmodSync(join(folder, 'loose'), 0o664);
    symlinkSync('/tmp/x', join(folder, 'out'));
    const lines = fileWarnings(folder).map((line) => line.replace(`${folder}/./`, ''));
    expect(lines).toEqual([
      'postfix/postfix-script: warning: group or other writable: loose',
      'postfix/postfix-script: warning: group or other writable: out',
      'postfix/postfix-script: warning: symlink leaves directory: out',
    ]);
  });

  it('lets every program say what it overrides while it reads, and what it cannot start with', () => {
    writeFileSync(join(folder, 'main.cf'), `${LEVEL}mail_name = a\nmail_name = b\nmyhostname = 1.2.3.4\n`);
    const { lines, scope } = startProgram('postmap', folder);
    expect(scope).toBeUndefined();
    expect(lines.map((line) => line.replaceAll(folder, '{c}'))).toEqual([
      'postmap: warning: {c}/main.cf, line 3: overriding earlier entry: mail_name=a',
      'postmap: warning: valid_hostname: numeric hostname: 1.2.3.4',
      'postmap: fatal: file {c}/main.cf: parameter myhostname: bad parameter value: 1.2.3.4',
    ]);
  });
});
