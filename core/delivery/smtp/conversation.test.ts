import { afterEach, describe, expect, it } from 'vitest';
import { openSmtpKit, type Asked, type KitOptions, type SmtpKit } from './testing/kit.ts';
import { DROP, type ServerScript, type TestServer } from './testing/server.ts';

const opened: SmtpKit[] = [];
const open = (options?: KitOptions) => {
  const kit = openSmtpKit(options);
  opened.push(kit);
  return kit;
};
afterEach(async () => {
  for (const kit of opened.splice(0)) await kit.close();
});

interface Talk extends Asked {
  readonly script?: ServerScript;
  readonly main?: string;
}

/** Delivers one message to one server; what the server heard. */
async function talk({ script, main, ...asked }: Talk = {}): Promise<{
  readonly commands: readonly string[];
  readonly content: string;
  readonly outcomes: readonly string[];
}> {
  const kit = open(main === undefined ? {} : { main });
  const server: TestServer = await kit.serve(script);
  const outcomes = await kit.deliver(server.nexthop, asked);
  const [session] = server.sessions;
  return { commands: session?.commands ?? [], content: session?.contents[0] ?? '', outcomes };
}

const LETTER = 'From: a@example.test\nTo: x@remote.test\nSubject: s\n\n';
const EIGHT = { message: { encoding: '8bit' } } as const;

describe('commands', () => {
  it('use what the server offers', async () => {
    const { commands } = await talk({
      message: { envid: 'id+1', ret: 'HDRS' },
      recipient: { notify: ['SUCCESS'] },
    });
    expect(commands).toEqual([
      'EHLO mail.example.test',
      expect.stringMatching(/^MAIL FROM:<alice@example\.test> SIZE=\d+ ENVID=id\+2B1 RET=HDRS$/),
      'RCPT TO:<x@remote.test> ORCPT=rfc822;x@remote.test NOTIFY=SUCCESS',
      'DATA',
      'QUIT',
    ]);
  });

  it.each([
    ['', ''],
    ['7bit', ' BODY=7BIT'],
    ['8bit', ' BODY=8BITMIME'],
  ] as const)('pass on what was said about the encoding: "%s"', async (encoding, parameter) => {
    const { commands } = await talk({ script: { ehlo: ['8BITMIME'] }, message: { encoding } });
    expect(commands[1]).toBe(`MAIL FROM:<alice@example.test>${parameter}`);
  });

  it('use nothing that it does not offer', async () => {
    const { commands } = await talk({
      script: { ehlo: [] },
      message: { envid: 'id', ret: 'FULL', encoding: '8bit' },
      recipient: { notify: ['NEVER'] },
    });
    expect(commands.slice(1, 3)).toEqual(['MAIL FROM:<alice@example.test>', 'RCPT TO:<x@remote.test>']);
  });

  it('fall back to HELO', async () => {
    const { commands, outcomes } = await talk({ script: { replies: { EHLO: '502 5.5.1 no' } } });
    expect(commands.slice(0, 3)).toEqual([
      'EHLO mail.example.test',
      'HELO mail.example.test',
      'MAIL FROM:<alice@example.test>',
    ]);
    expect(outcomes[0]).toMatch(/ sent 2\.0\.0 /);
  });

  it('say smtp_helo_name, and no keyword that is to be ignored', async () => {
    const { commands } = await talk({
      main: 'smtp_helo_name = other.test\nsmtp_discard_ehlo_keywords = size, dsn\n',
    });
    expect(commands.slice(0, 3)).toEqual([
      'EHLO other.test',
      'MAIL FROM:<alice@example.test>',
      'RCPT TO:<x@remote.test>',
    ]);
  });

  it('wait for each answer without PIPELINING, and not with it', async () => {
    const answered = (ehlo: readonly string[]) => {
      const sizes: number[] = [];
      const seen: string[] = [];
      const count = (line: string) => {
        seen.push(line);
        sizes.push(seen.length);
        return undefined;
      };
      return { script: { ehlo, replies: { RCPT: count } }, seen };
    };
    const one = answered([]);
    const refusedAll = { ...one.script.replies, MAIL: '550 5.1.8 no' };
    await talk({ script: { ehlo: [], replies: refusedAll } });
    expect(one.seen).toEqual([]);
    const many = answered(['PIPELINING']);
    await talk({
      script: { ehlo: ['PIPELINING'], replies: { ...many.script.replies, MAIL: '550 5.1.8 no' } },
    });
    expect(many.seen).toHaveLength(1);
  });

  it('do not send what the server calls too big', async () => {
    const { commands, outcomes } = await talk({ script: { ehlo: ['SIZE 10'] } });
    expect(outcomes[0]).toMatch(/ bounced 5\.3\.4 message size \d+ exceeds size limit 10 of server /);
    expect(commands).toEqual(['EHLO mail.example.test']);
  });

  it('refuse SMTPUTF8 mail to a server without it, and declare it to one with', async () => {
    const utf8 = { message: { smtputf8: true }, to: ['j\u00fcrgen@remote.test'] };
    const without = await talk(utf8);
    expect(without.outcomes[0]).toMatch(
      / bounced 5\.6\.7 SMTPUTF8 is required, but was not offered by host 127\.0\.0\.1\[127\.0\.0\.1\]$/,
    );
    const offered = await talk({ ...utf8, script: { ehlo: ['SMTPUTF8', '8BITMIME'] } });
    expect(offered.commands[1]).toBe('MAIL FROM:<alice@example.test> SMTPUTF8');
  });
});

describe('content', () => {
  it('has its dots stuffed and CRLF at the end of each line', async () => {
    const { content } = await talk({ content: `${LETTER}.\n..two\nno newline at the end` });
    expect(content).toBe(`${LETTER}..\n...two\nno newline at the end\n`);
  });

  it('has long lines cut and continued with a blank (smtp_line_length_limit)', async () => {
    const { content } = await talk({
      main: 'smtp_line_length_limit = 10\n',
      content: `${LETTER}${'0123456789'.repeat(2)}x\n`,
    });
    const body = content.slice(content.indexOf('\n\n') + 2);
    expect(body.split('\n').every((line) => line.length <= 12)).toBe(true);
    expect(body.replaceAll('\n ', '').trim()).toBe(`${'0123456789'.repeat(2)}x`);
  });

  it('is declared as 8BITMIME to a server that takes it', async () => {
    const { commands, content } = await talk({
      ...EIGHT,
      content: `Content-Transfer-Encoding: 8bit\n${LETTER}gr\u00fc\u00df\n`,
    });
    expect(commands[1]).toMatch(/ BODY=8BITMIME$/);
    expect(content).toContain('gr\u00fc\u00df');
  });

  it('becomes quoted-printable for a server without 8BITMIME', async () => {
    const { commands, content } = await talk({
      ...EIGHT,
      script: { ehlo: ['PIPELINING', 'SIZE'] },
      content: `MIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n${LETTER}gr\u00fc\u00df = x\n`,
    });
    expect(commands[1]).toBe('MAIL FROM:<alice@example.test>');
    expect(content).toContain('Content-Transfer-Encoding: quoted-printable\n');
    expect(content).toContain('gr=FC=DF =3D x\n');
  });

  it('stays as it is where conversion is off, and where nothing is 8-bit', async () => {
    const eight = `MIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: 8bit\n${LETTER}\u00fc\n`;
    const script = { ehlo: [] };
    const off = { main: 'disable_mime_output_conversion = yes\n' };
    expect((await talk({ ...EIGHT, ...off, script, content: eight })).content).toBe(eight);
    const plain = `${LETTER}plain = x\n`;
    expect((await talk({ script, content: plain })).content).toBe(plain);
  });

  it('goes through smtp_header_checks, smtp_body_checks and smtp_generic_maps', async () => {
    const { commands, content } = await talk({
      main: [
        'smtp_header_checks = regexp:{{/^X-Secret:/ IGNORE}, {/^Subject:/ REPLACE Subject: other}}',
        'smtp_body_checks = regexp:{{/secret/ IGNORE}}',
        'smtp_generic_maps = inline:{alice@example.test=a@provider.test, a@example.test=b@provider.test}',
        '',
      ].join('\n'),
      content: `X-Secret: 1\n${LETTER}secret\nopen\n`,
    });
    expect(commands[1]).toMatch(/^MAIL FROM:<a@provider\.test>/);
    expect(content).toBe('From: b@provider.test\nTo: x@remote.test\nSubject: other\n\nopen\n');
  });
});

describe('connections', () => {
  it('are used again for the next message while deliveries follow each other', async () => {
    const kit = open();
    const server = await kit.serve();
    await kit.deliver(server.nexthop, { connections: 'keep' });
    await kit.deliver(server.nexthop, { connections: 'use' });
    expect(server.sessions).toHaveLength(1);
    expect(server.sessions[0]?.contents).toHaveLength(2);
    expect(server.sessions[0]?.commands.filter((line) => /^(?:EHLO|RSET|QUIT)/.test(line))).toEqual([
      'EHLO mail.example.test',
      'RSET',
      'QUIT',
    ]);
  });

  it('are opened anew when the kept one is gone, and without being asked to keep them', async () => {
    const kit = open();
    let isFirst = true;
    const server = await kit.serve({
      replies: {
        RSET: () => {
          const answer = isFirst ? DROP : undefined;
          isFirst = false;
          return answer;
        },
      },
    });
    await kit.deliver(server.nexthop, { connections: 'keep' });
    expect((await kit.deliver(server.nexthop, { connections: 'use' }))[0]).toMatch(/ sent /);
    await kit.deliver(server.nexthop);
    expect(server.sessions).toHaveLength(3);
  });

  it('end after smtp_connection_cache_time_limit', async () => {
    const kit = open({ main: 'smtp_connection_cache_time_limit = 2s\n' });
    const server = await kit.serve();
    await kit.deliver(server.nexthop, { connections: 'keep' });
    kit.skip(3_000);
    await kit.untilDue();
    await kit.deliver(server.nexthop, { connections: 'use' });
    expect(server.sessions).toHaveLength(2);
  });

  it('work around a PIX only where one shows itself', async () => {
    const pix = { greeting: '220 ****2**0**', ehlo: ['PIPELINING'] };
    const asPix = await talk({ script: pix });
    expect(asPix.commands.filter((line) => /^(?:EHLO|HELO)/.test(line))).toEqual(['HELO mail.example.test']);
    expect(asPix.outcomes[0]).toMatch(/ sent /);
  });
});
