import { afterEach, describe, expect, it } from 'vitest';
import { openSmtpKit, type KitOptions, type SmtpKit } from './testing/kit.ts';
import { closedPort, DROP, SILENCE, type ServerScript } from './testing/server.ts';

const opened: SmtpKit[] = [];
const open = (options?: KitOptions) => {
  const kit = openSmtpKit(options);
  opened.push(kit);
  return kit;
};
afterEach(async () => {
  for (const kit of opened.splice(0)) await kit.close();
});

const SERVER = '127.0.0.1[127.0.0.1]';

/** What becomes of one recipient when the server is like this. */
async function outcomeWith(script: ServerScript, options: KitOptions = {}): Promise<string> {
  const kit = open(options);
  const server = await kit.serve(script);
  const [outcome = ''] = await kit.deliver(server.nexthop);
  return outcome.replaceAll(String(server.port), 'PORT').replace('x@remote.test ', '');
}

describe('a server that refuses', () => {
  it.each<readonly [string, ServerScript, string]>([
    [
      'with 4xx for a greeting: deferred',
      { greeting: '421 4.3.2 later' },
      `deferred 4.3.2 host ${SERVER} refused to talk to me: 421 4.3.2 later`,
    ],
    [
      'with 5xx for a greeting: deferred, there may be another server',
      { greeting: '554 5.3.2 no' },
      `deferred 4.3.2 host ${SERVER} refused to talk to me: 554 5.3.2 no`,
    ],
    [
      'EHLO and HELO for now',
      { replies: { EHLO: '451 4.3.0 soft', HELO: '451 4.3.0 soft' } },
      `deferred 4.3.0 host ${SERVER} refused to talk to me: 451 4.3.0 soft`,
    ],
    [
      'MAIL for now',
      { replies: { MAIL: '451 4.1.8 soft' } },
      `deferred 4.1.8 host ${SERVER} said: 451 4.1.8 soft (in reply to MAIL FROM command)`,
    ],
    [
      'MAIL for good',
      { replies: { MAIL: '553 5.1.8 hard' } },
      `bounced 5.1.8 host ${SERVER} said: 553 5.1.8 hard (in reply to MAIL FROM command)`,
    ],
    [
      'RCPT for now, without an enhanced code',
      { replies: { RCPT: '450 greylisted' } },
      `deferred 4.0.0 host ${SERVER} said: 450 greylisted (in reply to RCPT TO command)`,
    ],
    [
      'RCPT with an enhanced code of another class',
      { replies: { RCPT: '550 4.1.1 mixed' } },
      `bounced 5.0.0 host ${SERVER} said: 550 4.1.1 mixed (in reply to RCPT TO command)`,
    ],
    [
      'DATA for good',
      { replies: { DATA: '554 5.5.1 hard' } },
      `bounced 5.5.1 host ${SERVER} said: 554 5.5.1 hard (in reply to DATA command)`,
    ],
    [
      'the content for now',
      { replies: { EOD: '451 4.3.0 soft' } },
      `deferred 4.3.0 host ${SERVER} said: 451 4.3.0 soft (in reply to end of DATA command)`,
    ],
    [
      'the content for good, in several lines',
      { replies: { EOD: '554-5.6.0 first\r\n554 5.6.0 second' } },
      `bounced 5.6.0 host ${SERVER} said: 554-5.6.0 first 554 5.6.0 second (in reply to end of DATA command)`,
    ],
    [
      'hangs up at RCPT',
      { replies: { RCPT: DROP } },
      `deferred 4.4.2 lost connection with ${SERVER} while sending RCPT TO`,
    ],
    [
      'hangs up after the greeting',
      { replies: { EHLO: DROP } },
      `deferred 4.4.2 lost connection with ${SERVER} while performing the EHLO handshake`,
    ],
  ])('%s', async (_name, script, expected) => {
    expect(await outcomeWith(script)).toBe(expected);
  });

  it('says that nobody listens', async () => {
    const kit = open();
    const port = await closedPort();
    const result = await kit.request(`[127.0.0.1]:${port}`);
    const reason = `connect to ${SERVER}:${port}: Connection refused`;
    expect(result.outcomes).toMatchObject([{ status: 'deferred', dsn: '4.4.1', relay: 'none', reason }]);
    expect(result.unreachable).toEqual({ dsn: '4.4.1', reason });
  });

  it('never connects to another machine', async () => {
    const [outcome] = await open().deliver('[192.0.2.1]');
    expect(outcome).toContain('deferred 4.4.1 connect to 192.0.2.1[192.0.2.1]:25: not a loopback address');
  });

  it('waits as long as the stage may take, and no longer', async () => {
    const kit = open({ main: 'smtp_mail_timeout = 300s\n' });
    const server = await kit.serve({ ehlo: [], replies: { MAIL: SILENCE } });
    const delivered = kit.deliver(server.nexthop);
    while (!server.sessions.some(({ commands }) => commands.some((line) => line.startsWith('MAIL'))))
      await new Promise(setImmediate);
    kit.skip(301_000);
    expect(await delivered).toEqual([
      `x@remote.test deferred 4.4.2 conversation with ${SERVER} timed out while sending MAIL FROM`,
    ]);
  });

  it('keeps a hard answer soft with soft_bounce', async () => {
    const script = { replies: { RCPT: '550 5.1.1 no' } };
    expect(await outcomeWith(script, { main: 'soft_bounce = yes\n' })).toMatch(
      /^deferred 4\.1\.1 host .* 550 5\.1\.1 no /,
    );
  });

  it('can take a 5xx greeting for final (smtp_skip_5xx_greeting = no)', async () => {
    const outcome = await outcomeWith(
      { greeting: '554 5.3.2 no' },
      { main: 'smtp_skip_5xx_greeting = no\n' },
    );
    expect(outcome).toBe(`bounced 5.3.2 host ${SERVER} refused to talk to me: 554 5.3.2 no`);
  });

  it('lets smtp_delivery_status_filter and smtp_reply_filter have the last word', async () => {
    const script = { replies: { RCPT: '550 5.1.1 no' } };
    const filter = 'smtp_delivery_status_filter = regexp:{{/^5(.1.1 .*)/ 4$$1}}\n';
    expect(await outcomeWith(script, { main: filter })).toMatch(/^deferred 4\.1\.1 host /);
    const replies = 'smtp_reply_filter = regexp:{{/^550 (5.1.1.*)/ 450 4.1.1 perhaps}}\n';
    expect(await outcomeWith(script, { main: replies })).toMatch(/^deferred 4\.1\.1 host .*perhaps/);
  });
});

describe('recipients', () => {
  it('have an answer each', async () => {
    const kit = open();
    const server = await kit.serve({
      replies: {
        RCPT: (line) =>
          line.includes('hard@') ? '550 5.1.1 no' : line.includes('soft@') ? '450 4.2.0 later' : undefined,
      },
    });
    const outcomes = await kit.deliver(server.nexthop, { to: ['ok@r.test', 'hard@r.test', 'soft@r.test'] });
    expect(outcomes.map((line) => line.split(' ').slice(0, 3).join(' ')).sort()).toEqual([
      'hard@r.test bounced 5.1.1',
      'ok@r.test sent 2.0.0',
      'soft@r.test deferred 4.2.0',
    ]);
    expect(server.sessions[0]?.contents).toHaveLength(1);
  });

  it('that are all refused: no content is sent, RSET and QUIT are', async () => {
    const kit = open();
    const server = await kit.serve({ replies: { RCPT: '550 5.1.1 no', DATA: '554 5.5.1 nobody' } });
    await kit.deliver(server.nexthop, { to: ['a@r.test', 'b@r.test'] });
    expect(server.sessions[0]?.contents).toEqual([]);
    expect(server.sessions[0]?.commands.slice(-3)).toEqual(['DATA', 'RSET', 'QUIT']);
  });

  it('go to the next server when one is ill, and stay with the first for what is final', async () => {
    const kit = open();
    const ill = await kit.serve({ replies: { MAIL: '451 4.3.0 ill' } });
    const strict = await kit.serve({ replies: { RCPT: '550 5.1.1 no' } });
    const good = await kit.serve();
    expect(await kit.deliver(`${ill.nexthop}, ${good.nexthop}`)).toEqual([
      'x@remote.test sent 2.0.0 250 2.0.0 Ok',
    ]);
    const [refused] = await kit.deliver(`${strict.nexthop}, ${good.nexthop}`);
    expect(refused).toMatch(/bounced 5\.1\.1/);
    expect(good.sessions).toHaveLength(1);
  });

  it('go to smtp_fallback_relay when nothing else answers', async () => {
    const kit = open();
    const good = await kit.serve();
    const withRelay = open({ main: `smtp_fallback_relay = ${good.nexthop}\n` });
    const port = await closedPort();
    expect(await withRelay.deliver(`[127.0.0.1]:${port}`)).toEqual(['x@remote.test sent 2.0.0 250 2.0.0 Ok']);
  });
});

describe('the postmaster', () => {
  const wrong = { replies: { MAIL: '500 5.5.2 what is that' } };

  it('hears of a session in which a command was called wrong, when notify_classes has protocol', async () => {
    const kit = open({ main: 'notify_classes = protocol\n' });
    const server = await kit.serve(wrong);
    const { forwards } = await kit.request(server.nexthop);
    expect(forwards).toMatchObject([
      { sender: 'double-bounce@mail.example.test', recipients: [{ address: 'postmaster' }] },
    ]);
    const text = Buffer.from(forwards[0]?.raw ?? []).toString();
    expect(text).toContain(`Subject: Postfix SMTP client: errors from ${SERVER}:${server.port}\n`);
    expect(text).toContain(
      ' In:  220 server.test ESMTP\n Out: EHLO mail.example.test\n In:  250-server.test\n',
    );
    expect(text).toContain(' In:  500 5.5.2 what is that\n');
  });

  it('hears nothing of what is only about mail, nor unasked', async () => {
    const asked = open({ main: 'notify_classes = protocol\n' });
    const refusing = await asked.serve({ replies: { RCPT: '550 5.1.1 no' } });
    expect((await asked.request(refusing.nexthop)).forwards).toEqual([]);
    const unasked = open();
    const server = await unasked.serve(wrong);
    expect((await unasked.request(server.nexthop)).forwards).toEqual([]);
  });
});
