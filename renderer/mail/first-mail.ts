/** How to send the first mail, with the real port. Pure. */
import type { Status } from '../../core/api/contract/sandbox.ts';

export interface SendingWay {
  readonly label: string;
  readonly text: string;
}

export function sendingWays(status: Pick<Status, 'listeners' | 'loginUser'>): readonly SendingWay[] {
  const smtp = status.listeners.find(({ tls }) => tls !== 'wrapper') ?? status.listeners[0];
  if (smtp === undefined) return [];
  const { host, port } = smtp;
  const to = `${status.loginUser}@localhost`;
  return [
    { label: 'swaks', text: `swaks --server ${host}:${port} --to ${to} --header 'Subject: Hello'` },
    {
      label: 'curl',
      text: `printf 'Subject: Hello\\n\\nIt works.\\n' | curl -s smtp://${host}:${port} --mail-from me@app.test --mail-rcpt ${to} -T -`,
    },
    {
      label: 'sendmail',
      text: `printf 'Subject: Hello\\n\\nIt works.\\n' | sandpost sendmail ${status.loginUser}`,
    },
    {
      label: 'nodemailer',
      text: `nodemailer.createTransport({ host: '${host}', port: ${port} })`,
    },
    { label: '.env', text: `SMTP_HOST=${host} SMTP_PORT=${port}` },
  ];
}
