import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { postconf, runPostconf } from './postconf.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postconf-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const LOCAL = `compatibility_level = 3.6
myhostname = localhost
mydomain = localdomain
mydestination = $myhostname, localhost.$mydomain, localhost
inet_interfaces = $myhostname, localhost
mynetworks_style = host
default_transport = error: outside mail is not deliverable
`;
const MASTER = `smtp      inet  n       -       n       -       -       smtpd
smtp      unix  -       -       n       -       -       smtp
relay     unix  -       -       n       -       -       smtp
  -o syslog_name=postfix/$service_name
`;

/** Runs postconf on these files; the folder reads {c} in what it prints. */
function run(main: string, args: readonly string[], master = MASTER) {
  writeFileSync(join(folder, 'main.cf'), main);
  writeFileSync(join(folder, 'master.cf'), master);
  return again(args);
}
function again(args: readonly string[]) {
  const { exit, stdout, stderr } = postconf(args, { configDir: folder, hostname: 'sandbox' });
  const lines = (text: string) => text.replaceAll(folder, '{c}').split('\n').slice(0, -1);
  return { exit, out: lines(stdout), err: lines(stderr) };
}
const file = (name: string) => readFileSync(join(folder, name), 'utf8');

describe('postconf on main.cf', () => {
  it('-n lists what is set, sorted, unexpanded; -x expands', () => {
    expect(run(LOCAL, ['-n']).out).toEqual([
      'compatibility_level = 3.6',
      'default_transport = error: outside mail is not deliverable',
      'inet_interfaces = $myhostname, localhost',
      'mydestination = $myhostname, localhost.$mydomain, localhost',
      'mydomain = localdomain',
      'myhostname = localhost',
      'mynetworks_style = host',
    ]);
    expect(again(['-xn']).out).toContain('mydestination = localhost, localhost.localdomain, localhost');
  });

  it('lists a parameter that is set to its default', () => {
    expect(run('mail_name = Postfix\n', ['-n']).out).toEqual(['mail_name = Postfix']);
  });

  it('shows named ones, with -h and -H the half of them', () => {
    expect(run(LOCAL, ['mydomain', 'nosuch'])).toEqual({
      exit: 0,
      out: ['mydomain = localdomain'],
      err: ['postconf: warning: nosuch: unknown parameter'],
    });
    expect(again(['-h', 'mydomain']).out).toEqual(['localdomain']);
    expect(again(['-H', 'mydomain']).out).toEqual(['mydomain']);
    expect(again(['-hx', 'mydestination']).out).toEqual(['localhost, localhost.localdomain, localhost']);
    expect(again(['-x', 'smtpd_banner']).out).toEqual(['smtpd_banner = localhost ESMTP Postfix']);
  });

  it('-d shows defaults, and reads no main.cf', () => {
    expect(run('no equals sign\n', ['-d', 'mynetworks_style']).out).toEqual([
      'mynetworks_style = ${{$compatibility_level} <level {2} ? {subnet} : {host}}',
    ]);
    expect(again(['-dx', 'mynetworks_style']).out).toEqual(['mynetworks_style = subnet']);
    expect(again(['-d']).out).toHaveLength(829 + 2 * 16);
  });

  it('joins lines of a value and its blanks', () => {
    const main = 'mydestination =\n\t$myhostname,\n# c\n\n   localhost\nmail_name =  a   b\n';
    expect(run(main, ['-n']).out).toEqual(['mail_name = a b', 'mydestination = $myhostname, localhost']);
  });

  it('-f folds at 80', () => {
    const main = `smtpd_recipient_restrictions = check_sender_access hash:/etc/postfix/x, permit_mynetworks, reject_unauth_destination, reject\n`;
    expect(run(main, ['-nf']).out).toEqual([
      'smtpd_recipient_restrictions = check_sender_access hash:/etc/postfix/x,',
      '    permit_mynetworks, reject_unauth_destination, reject',
    ]);
  });
});

describe('names that mean nothing', () => {
  it('warns of unused and undefined names, and of entries that are overridden', () => {
    expect(run('foo = 1\nfoo = 2\nmail_name = $bar ${zip?x}\n', ['-n']).err).toEqual([
      'postconf: warning: {c}/main.cf, line 2: overriding earlier entry: foo=1',
      'postconf: warning: {c}/main.cf: undefined parameter: bar',
      'postconf: warning: {c}/main.cf: undefined parameter: zip',
      'postconf: warning: {c}/main.cf: unused parameter: foo=2',
    ]);
    expect(run('foo = 1\n', ['-d', 'mail_name']).err).toEqual([]);
  });

  it("lists names of the user's own that something uses", () => {
    expect(run('mine = 1\nmail_name = $mine\n', ['-n'])).toMatchObject({
      out: ['mail_name = $mine', 'mine = 1'],
      err: [],
    });
    expect(again(['-C', 'user']).out).toEqual(['mine = 1']);
    expect(run('smtpd_restriction_classes = strict\nstrict = reject\n', ['-n']).err).toEqual([]);
  });

  it('counts a name as used when only an override in master.cf uses it', () => {
    const master =
      'x inet n - n - - smtpd -o smtpd_client_restrictions=$mua -o smtpd_helo_restrictions=$nosuch\n';
    expect(run('mua = permit\n', ['-n'], master)).toEqual({
      exit: 0,
      out: ['mua = permit'],
      err: ['postconf: warning: {c}/master.cf: undefined parameter: nosuch'],
    });
  });

  it('knows NAME_time_limit only for a spawn or pipe service of that name', () => {
    const master = 'policy-spf unix - n n - 0 spawn user=nobody argv=/usr/bin/policyd-spf\n';
    expect(run('policy-spf_time_limit = 3600s\n', ['-n'], master)).toMatchObject({
      out: ['policy-spf_time_limit = 3600s'],
      err: [],
    });
    expect(run('policy_time_limit = 3600\n', ['-n'], master).err).toEqual([
      'postconf: warning: {c}/main.cf: unused parameter: policy_time_limit=3600',
    ]);
  });

  it('knows the parameters of database clients by their prefix', () => {
    const main = 'virtual_alias_maps = proxy:ldap:ld\nld_search_base = x\nld_nosuch = y\n';
    expect(run(main, ['-n']).err).toEqual(['postconf: warning: {c}/main.cf: unused parameter: ld_nosuch=y']);
  });
});

describe('braces in values', () => {
  it.each([
    ['canonical_maps = inline:{bad', `main.cf: missing '}' in "{bad"`],
    ['canonical_maps = inline:{a=b}x', `main.cf: syntax error after '}' in "{a=b}x"`],
    ['mail_name = {static:x', `main.cf: missing '}' in "{static:x"`],
  ])('%s', (line, warning) => {
    expect(run(`${line}\n`, ['-n']).err).toEqual([`postconf: warning: ${warning}`]);
  });
});

describe('options', () => {
  it.each([
    [['-n', '-d'], 'specify one of -d -n'],
    [['-M', '-F'], 'specify one of -F -M'],
    [['-h', '-H'], 'specify one of -h -H'],
    [['-M', '-n'], 'with option -M, do not specify -n'],
    [['-X', 'a=b'], 'specify one of -e -X'],
    [['-e'], '-e requires name=value argument'],
    [['-X'], 'missing service argument'],
    [['-e', 'foo'], `missing '=' after attribute name: "foo"`],
    [['-e', ' = x'], 'missing attribute name: "= x"'],
    [['-e', 'a=b\nc'], '-e, -X, or -# accepts no multi-line input'],
    [['-o', 'mail_name', '-n'], "invalid parameter override: mail_name: missing '=' after attribute name"],
    [['-C', 'foo'], 'unknown -C option value "foo" in "foo"'],
    [['-M', 'a/b/c'], '-M option requires service_name[/type]'],
  ])('%j is fatal', (args, message) => {
    expect(run('', args)).toEqual({ exit: 1, out: [], err: [`postconf: fatal: ${message}`] });
  });

  it('shows its usage for a wrong option', () => {
    const { exit, err } = run('', ['-z']);
    expect([exit, err[0], err[1]?.slice(0, 31)]).toEqual([
      1,
      "postconf: invalid option -- 'z'",
      'postconf: fatal: usage: postcon',
    ]);
  });

  it('-o is on top of main.cf', () => {
    expect(run('mail_name = a\n', ['-o', 'mail_name=b', '-n']).out).toEqual(['mail_name = b']);
  });

  it('names the program it runs in, and takes -c', async () => {
    writeFileSync(join(folder, 'main.cf'), 'foo = 1\n');
    writeFileSync(join(folder, 'master.cf'), '');
    const deps = { configDir: '/nowhere', programName: '/usr/sbin/postconf' };
    expect((await runPostconf(['-c', folder, '-n'], deps)).stderr).toBe(
      `/usr/sbin/postconf: warning: ${folder}/main.cf: unused parameter: foo=1\n`,
    );
    expect((await runPostconf(['-n'], deps)).stderr).toBe(
      '/usr/sbin/postconf: fatal: open /nowhere/main.cf: No such file or directory\n',
    );
  });

  it('shows a question mark for each byte of a message that is not ASCII', () => {
    expect(run('foo = é\n', ['-n']).err).toEqual([
      'postconf: warning: {c}/main.cf: unused parameter: foo=??',
    ]);
  });

  it('lists table, lock and SASL types', () => {
    expect(run('', ['-m']).out).toContain('lmdb');
    expect(again(['-l']).out).toEqual(['flock', 'fcntl', 'dotlock']);
    expect(again(['-a']).out).toEqual(['cyrus', 'dovecot']);
    expect(again(['-A']).out).toEqual(['cyrus']);
  });
});

describe('postconf on bad files', () => {
  it('says what a macro that cannot be expanded is', () => {
    expect(run('mydestination = localhost $mydestination\n', ['mydestination'])).toEqual({
      exit: 1,
      out: [],
      err: [
        'postconf: warning: unreasonable macro call nesting: "localhost "',
        'postconf: warning: unreasonable macro call nesting: "mydestination"',
        'postconf: fatal: macro processing error',
      ],
    });
    expect(run('mydestination = ${myhostname\n', ['-x', 'mydestination']).err).toEqual([
      'postconf: warning: truncated macro reference: "${myhostname"',
      'postconf: fatal: macro processing error',
    ]);
  });

  it('is fatal for an interface that does not exist', () => {
    expect(run('inet_interfaces = nosuch.invalid\n', ['-n']).err).toEqual([
      'postconf: fatal: config variable inet_interfaces: host not found: nosuch.invalid',
    ]);
  });

  it('does not look at values', () => {
    expect(run('message_size_limit = abc\n', ['message_size_limit'])).toMatchObject({
      exit: 0,
      out: ['message_size_limit = abc'],
    });
  });

  it('is fatal for a line of master.cf that is no service, also with -d', () => {
    const message = 'postconf: fatal: file {c}/master.cf: line 2: bad field count';
    expect(run('', ['-d', 'mail_name'], '# c\nfoo inet n - n\n').err).toEqual([message]);
    expect(run('', ['-n'], '# c\nfoo inet n - n\n').err).toEqual([message]);
  });
});

describe('postconf on master.cf', () => {
  it('-M lays entries out in columns; -f breaks lines; -x expands overrides', () => {
    const master = `${MASTER}submission inet n - n - - smtpd
  -o syslog_name=postfix/submission
#  -o x=y
  -o { smtpd_banner = with spaces }
very-long-service-name unix - n n - - pipe
  flags=DRhu user=nobody argv=/bin/cat -f \${sender} -- \${recipient}
`;
    expect(run('', ['-M', 'submission', 'very-long-service-name/unix'], master).out).toEqual([
      'submission inet  n       -       n       -       -       smtpd -o syslog_name=postfix/submission -o {smtpd_banner=with spaces}',
      'very-long-service-name unix - n  n       -       -       pipe flags=DRhu user=nobody argv=/bin/cat -f ${sender} -- ${recipient}',
    ]);
    expect(again(['-Mf', 'submission/inet']).out).toEqual([
      'submission inet  n       -       n       -       -       smtpd',
      '    -o syslog_name=postfix/submission',
      '    -o {smtpd_banner=with spaces}',
    ]);
    expect(again(['-Mf', 'very-long-service-name']).out).toEqual([
      'very-long-service-name unix - n  n       -       -       pipe flags=DRhu',
      '    user=nobody argv=/bin/cat -f ${sender} -- ${recipient}',
    ]);
    expect(again(['-Mx', 'relay/unix']).out[0]).toMatch(/ smtp -o syslog_name=postfix\/relay$/);
    expect(again(['-M', 'nosuch']).err).toEqual(['postconf: warning: unmatched request: "nosuch"']);
  });

  it('-F shows fields, -P overrides', () => {
    expect(run('', ['-F', 'relay/unix/process_limit', 'smtp/*/command']).out).toEqual([
      'smtp/inet/command = smtpd',
      'smtp/unix/command = smtp',
      'relay/unix/process_limit = -',
    ]);
    expect(again(['-P']).out).toEqual(['relay/unix/syslog_name = postfix/$service_name']);
    expect(again(['-Px', 'relay/unix/syslog_name']).out).toEqual(['relay/unix/syslog_name = postfix/relay']);
    expect(again(['-F', 'smtp/inet/nosuch']).err).toEqual([
      'postconf: fatal: invalid service attribute name: "nosuch"',
    ]);
  });

  it('edits: -Me, -Fe, -Pe, -M#, -MX', () => {
    run('', ['-Me', 'smtps/inet=smtps inet n - n - - smtpd -o smtpd_tls_wrappermode=yes']);
    again(['-Fe', 'smtp/inet/chroot=y']);
    again(['-Pe', 'smtp/inet/smtpd_tls_security_level=may']);
    again(['-M#', 'relay/unix']);
    again(['-MX', 'uucp/unix']);
    expect(again(['-M']).out).toEqual([
      'smtp       inet  n       -       y       -       -       smtpd -o smtpd_tls_security_level=may',
      'smtp       unix  -       -       n       -       -       smtp',
      'smtps      inet  n       -       n       -       -       smtpd -o smtpd_tls_wrappermode=yes',
    ]);
    expect(file('master.cf')).toContain('\n#relay     unix');
    expect(again(['-Fe', 'smtp/inet/chroot=q']).err).toEqual([
      'postconf: fatal: invalid chroot field "q" in "q"',
    ]);
  });
});

describe('postconf -e', () => {
  it('writes the file whole, with its mode, and leaves nothing else behind', () => {
    run('# mine\nmail_name = a\n', ['-n']);
    const mode = statSync(join(folder, 'main.cf')).mode;
    expect(again(['mail_name=b', 'mydomain = x.test'])).toEqual({ exit: 0, out: [], err: [] });
    expect(file('main.cf')).toBe('# mine\nmail_name = b\nmydomain = x.test\n');
    expect(statSync(join(folder, 'main.cf')).mode).toBe(mode);
    expect(readdirSync(folder).sort()).toEqual(['main.cf', 'master.cf']);
  });

  it('takes the last of a name given twice', () => {
    expect(run('', ['-e', 'mail_name=a', 'mail_name=b']).err).toEqual([
      "postconf: warning: ignoring earlier request: 'mail_name = a'",
    ]);
    expect(file('main.cf')).toBe('mail_name = b\n');
  });
});
