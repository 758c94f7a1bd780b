import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { defaultFiles } from '../../config/defaults.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';
import { run } from './postfix.ts';

let context: TestContext;
afterEach(() => context.close());

async function setUp(isRunning: boolean): Promise<string> {
  context = await createTestContext({ isRunning });
  for (const [name, text] of Object.entries(defaultFiles({ loginUser: 'you' }))) {
    writeFileSync(path.join(context.folders.configDir, name), text);
  }
  return path.join(context.folders.configDir, 'main.cf');
}

async function postfix(...args: string[]): Promise<string> {
  context.printed.err = '';
  const exit = await run(context, args);
  return `${exit} ${context.printed.err}`;
}
const say = (text: string) => `postfix/postfix-script: ${text}\n`;

describe('postfix', () => {
  it('says what needs a running sandbox while there is none', async () => {
    await setUp(false);
    expect(await postfix('status')).toBe(`1 ${say('the Postfix mail system is not running')}`);
    for (const verb of ['stop', 'abort', 'reload']) {
      expect(await postfix(verb)).toBe(`1 ${say('fatal: the Postfix mail system is not running')}`);
    }
    expect(await postfix('flush')).toContain(
      'postqueue: fatal: Cannot flush mail queue - mail system is down\n',
    );
    expect(await postfix('check')).toBe('0 ');
  });

  it('talks to the running sandbox', async () => {
    await setUp(true);
    expect(await postfix('status')).toBe(
      `0 ${say(`the Postfix mail system is running: PID: ${process.pid}`)}`,
    );
    expect(await postfix('start')).toBe(`1 ${say('fatal: the Postfix mail system is already running')}`);
    expect(await postfix('reload')).toBe(`0 ${say('refreshing the Postfix mail system')}`);
    expect(await postfix('flush')).toBe('0 ');
    expect(await postfix('stop')).toBe(`0 ${say('stopping the Postfix mail system')}`);
    expect(context.engine.calls.map(({ name }) => name)).toEqual(['reload', 'act', 'stop']);
    await postfix('status', '--json');
    expect(JSON.parse(context.printed.out)).toMatchObject({ pid: 42, listeners: [{ port: 1025 }] });
  });

  it('knows no other verbs', async () => {
    await setUp(false);
    const usage =
      'Usage: postfix start (or stop, reload, abort, flush, check, status, set-permissions, upgrade-configuration, logrotate)';
    expect(await postfix('nonsense')).toBe(`1 ${say(`fatal: unknown command: 'nonsense'. ${usage}`)}`);
    expect(await postfix()).toBe(`1 ${say(`fatal: unknown command: ''. ${usage}`)}`);
    expect(await postfix('toString')).toContain("unknown command: 'toString'");
  });

  it('reads the configuration first, whatever the verb', async () => {
    const main = await setUp(false);
    appendFileSync(main, 'nosuch_parameter = 1\n');
    expect(await postfix('status')).toBe(
      `1 /usr/sbin/postconf: warning: ${main}: unused parameter: nosuch_parameter=1\n${say('the Postfix mail system is not running')}`,
    );
    appendFileSync(main, 'message_size_limit = abc\n');
    expect(await postfix('check')).toBe(
      '1 postfix: fatal: bad numerical configuration: message_size_limit = abc\n',
    );
    await run(context, ['check', '--json']);
    const { problems } = JSON.parse(context.printed.out) as { problems: { severity: string }[] };
    expect(problems.some(({ severity }) => severity === 'error')).toBe(true);
  });

  it('refuses options that it does not have', async () => {
    await setUp(false);
    await expect(postfix('-x', 'check')).rejects.toThrow('usage: postfix [-c config_dir] [-Dv] command');
    expect(context.printed.err).toBe("postfix: invalid option -- 'x'\n");
    expect(await postfix('-D', 'status')).toBe(`1 ${say('the Postfix mail system is not running')}`);
  });

  it('lets postlog and postsuper read the configuration, too', async () => {
    const main = await setUp(false);
    appendFileSync(main, 'mail_name = a\nmail_name = b\n');
    const said = await postfix('status');
    expect(said).toMatch(/^postfix\/postlog: warning: .*: overriding earlier entry: mail_name=a$/m);
    expect(await postfix('check')).toMatch(/^postsuper: warning: .*: overriding earlier entry/m);
  });

  it('tells of old defaults', async () => {
    const main = await setUp(false);
    appendFileSync(main, 'compatibility_level = 2\n');
    expect(await postfix('check')).toContain(
      'postfix: To disable backwards compatibility use "postconf compatibility_level=3.6" and "postfix reload"\n',
    );
  });
});
