/** The transcript of a session in which something went wrong, as mail to the postmaster (notify_classes in postconf(5)). */
import type { Submission } from '../mail/message.ts';
import { mailDate } from '../mail/header-date.ts';
import { printable } from './printable.ts';
import type { Session } from './session.ts';

const WIDTH = 78;
const INDENT = 4;

/** @param reason why the session ended early; '' when it did not */
export function toNotice(session: Session, reason: string): Submission {
  const { service } = session;
  const { config, settings } = service;
  const allocation = service.intake.allocate();
  const origin = config.get('myorigin');
  // what is also the sender's loss goes to who gets copies of bounces
  const isBounce = session.errors.has('bounce');
  const shown = config.get('error_notice_recipient');
  const recipient = isBounce ? config.get('bounce_notice_recipient') : shown;
  const qualified = shown.includes('@') ? shown : `${shown}@${origin}`;
  const date = mailDate(allocation.arrivedAt);
  const lines = [
    `Date: ${date}`,
    `From: Mail Delivery System <MAILER-DAEMON@${settings.myhostname}>`,
    `To: Postmaster <${qualified}>`,
    `Subject: ${settings.mailName} SMTP server: errors from ${session.clientLabel}`,
    '',
    'Transcript of session follows.',
    '',
    ...session.transcript.lines.flatMap(({ from, line }) =>
      wrap(`${from === 'client' ? 'In:  ' : 'Out: '}${line}`),
    ),
    '',
    ...(reason === '' ? [] : [`Session aborted, reason: ${reason}`]),
    '',
    'For other details, see the local mail logfile',
  ];
  return {
    ...allocation,
    origin: 'bounce',
    client: null,
    sender: `${config.get('double_bounce_sender')}@${settings.myhostname}`,
    recipients: [{ address: recipient, originalAddress: recipient, notify: [], orcpt: '' }],
    ret: '',
    envid: '',
    smtputf8: false,
    encoding: '',
    raw: Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8'),
    head: `Received: by ${settings.myhostname} (${settings.mailName})\n\tid ${allocation.queueId}; ${date}\n`,
    rewriteContext: 'local',
    skip: { checks: !config.get('internal_mail_filter_classes').includes('notify'), bcc: true },
    orders: {},
    journey: [
      {
        at: allocation.arrivedAt,
        program: 'smtpd',
        verdict: 'info',
        what: `tells the postmaster of errors in a session with ${session.clientLabel}`,
        source: { kind: 'parameter', name: 'notify_classes', value: config.get('notify_classes') },
      },
    ],
  };
}

/** One blank in front; long lines are folded at blanks, the rest indented (line_wrap). */
function wrap(line: string): readonly string[] {
  const wrapped: string[] = [];
  let rest = printable(line, '?');
  do {
    const indent = wrapped.length === 0 ? '' : ' '.repeat(INDENT);
    const room = WIDTH - indent.length;
    let end = rest.length;
    if (end > room) {
      const blank = rest.lastIndexOf(' ', room);
      const nextBlank = rest.indexOf(' ', room);
      end = blank > 0 ? blank : nextBlank < 0 ? rest.length : nextBlank;
    }
    wrapped.push(` ${indent}${rest.slice(0, end)}`);
    rest = rest.slice(end).trimStart();
  } while (rest !== '');
  return wrapped;
}
