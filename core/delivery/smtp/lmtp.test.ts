import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openSmtpKit, type KitOptions, type SmtpKit } from './testing/kit.ts';

const opened: SmtpKit[] = [];
const open = (options: KitOptions = {}) => {
  const kit = openSmtpKit({ ...options, mode: 'lmtp' });
  opened.push(kit);
  return kit;
};
afterEach(async () => {
  for (const kit of opened.splice(0)) await kit.close();
});

const perRecipient = (line: string) =>
  line.includes('hard@') ? '550 5.2.1 hard' : line.includes('soft@') ? '450 4.2.2 full' : '250 2.0.0 Ok';

describe('lmtp', () => {
  it('says LHLO, and has an answer for each recipient after the dot', async () => {
    const kit = open();
    const server = await kit.serve({
      perRecipient,
      replies: { RCPT: (line) => (line.includes('nobody@') ? '550 5.1.1 no' : undefined) },
    });
    const outcomes = await kit.deliver(`inet:${server.nexthop}`, {
      to: ['ok@l.test', 'nobody@l.test', 'hard@l.test', 'soft@l.test'],
    });
    const host = 'host 127.0.0.1[127.0.0.1] said:';
    expect([...outcomes].sort()).toEqual([
      `hard@l.test bounced 5.2.1 ${host} 550 5.2.1 hard (in reply to end of DATA command)`,
      `nobody@l.test bounced 5.1.1 ${host} 550 5.1.1 no (in reply to RCPT TO command)`,
      'ok@l.test sent 2.0.0 250 2.0.0 Ok',
      `soft@l.test deferred 4.2.2 ${host} 450 4.2.2 full (in reply to end of DATA command)`,
    ]);
    expect(server.sessions[0]?.commands[0]).toBe('LHLO mail.example.test');
  });

  it('reaches a Unix socket, by a path below the queue directory too', async () => {
    const kit = open();
    const socket = path.join(kit.folder, 'lmtp');
    const server = await kit.serve({ perRecipient, path: socket });
    for (const nexthop of [`unix:${socket}`, 'unix:lmtp']) {
      const { outcomes } = await kit.request(nexthop);
      expect(outcomes).toMatchObject([{ status: 'sent' }]);
      expect(outcomes[0]?.relay).toContain('mail.example.test[');
    }
    expect(server.sessions).toHaveLength(2);
  });

  it('waits where nobody is there, and does not fall back to HELO', async () => {
    const kit = open();
    expect((await kit.deliver('unix:none'))[0]).toBe(
      'x@remote.test deferred 4.4.1 connect to mail.example.test[none]: No such file or directory',
    );
    const server = await kit.serve({ replies: { LHLO: '500 5.5.1 no' } });
    expect((await kit.deliver(`inet:${server.nexthop}`))[0]).toMatch(
      / bounced 5\.5\.1 host .* refused to talk to me/,
    );
    expect(server.sessions[0]?.commands.some((line) => line.startsWith('HELO'))).toBe(false);
  });
});
