import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultFiles, writeDefaultConfig } from './defaults.ts';
import { loadConfig } from './load.ts';

let folder = '';
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'defaults-')), 'new');
});
afterEach(() => {
  rmSync(join(folder, '..'), { recursive: true });
});

describe('the first configuration', () => {
  it('has the six lines of local mail word for word', () => {
    writeDefaultConfig(folder, { loginUser: 'you' });
    expect(readFileSync(join(folder, 'main.cf'), 'utf8')).toContain(
      [
        'myhostname = localhost',
        'mydomain = localdomain',
        'mydestination = $myhostname, localhost.$mydomain, localhost',
        'inet_interfaces = $myhostname, localhost',
        'mynetworks_style = host',
        'default_transport = error: outside mail is not deliverable',
        '',
      ].join('\n'),
    );
  });

  it("sends root's and postmaster's mail to the login user", () => {
    writeDefaultConfig(folder, { loginUser: 'ada' });
    const lines = readFileSync(join(folder, 'aliases'), 'utf8').split('\n');
    expect(lines).toEqual(
      expect.arrayContaining(['postmaster: root', 'root: ada', 'MAILER-DAEMON: postmaster']),
    );
  });

  it('listens on one port and has every transport', () => {
    writeDefaultConfig(folder, { loginUser: 'you', ports: { smtp: 0 } });
    const { services } = loadConfig(folder);
    expect(services.filter((s) => s.type === 'inet').map((s) => s.name)).toEqual(['127.0.0.1:0']);
    expect(services[0]?.overrides.map((o) => `${o.name}=${o.value}`)).toEqual([
      'smtpd_reject_unlisted_recipient=no',
    ]);
    expect(services.map((s) => s.name)).toEqual(
      expect.arrayContaining([
        'local',
        'virtual',
        'error',
        'retry',
        'discard',
        'smtp',
        'lmtp',
        'relay',
        'bounce',
      ]),
    );
  });
});

describe('what can be changed in it', () => {
  it('has submission ready to be uncommented', () => {
    const text = (defaultFiles({ loginUser: 'you' })['master.cf'] ?? '')
      .replace(/^#(127\.)/gm, '$1')
      .replace(/^#( {2}-o)/gm, '$1');
    const { services } = loadConfig('/c', {
      files: { ...defaultFiles({ loginUser: 'you' }), 'master.cf': text },
    });
    const [, submission, submissions] = services;
    expect([submission?.name, submissions?.name]).toEqual(['127.0.0.1:1587', '127.0.0.1:1465']);
    expect(submission?.overrides).toHaveLength(8);
    expect(submissions?.overrides).toHaveLength(6);
  });

  it('never overwrites a file', () => {
    writeDefaultConfig(folder, { loginUser: 'you' });
    writeFileSync(join(folder, 'main.cf'), 'mail_name = mine\n');
    rmSync(join(folder, 'aliases'));
    expect(writeDefaultConfig(folder, { loginUser: 'you' })).toEqual(['aliases']);
    expect(readFileSync(join(folder, 'main.cf'), 'utf8')).toBe('mail_name = mine\n');
  });
});
